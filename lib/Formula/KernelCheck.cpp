//===- KernelCheck.cpp - variables and results of a kernel ----------------===//

#include "KernelCheck.h"
#include "keops/Support/Spelling.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

namespace {
class KernelChecker {
public:
  KernelChecker(const KernelDecl &decl, const Program &program,
                Evaluator &evaluator, const CheckOptions &options,
                DiagnosticEngine &diagnostics)
      : decl(decl), program(program), evaluator(evaluator), options(options),
        diagnostics(diagnostics) {}

  std::optional<CheckedKernel> run();

private:
  bool checkVariables();
  std::optional<CheckedArray> checkVariable(const VariableDecl &variable);
  ElementType variableType(const VariableDecl &variable);
  bool dims(llvm::ArrayRef<const Expr *> exprs,
            llvm::SmallVectorImpl<int64_t> &dims);
  void checkResults(const Value &body);
  void checkResult(const Value &value, size_t number);
  void checkResultDims(const ResultDecl &result, const Value &value,
                       CheckedArray &array);
  void reportOpenIndices(const Value &value, const Expr &expr);
  void reportCount(size_t found);
  /// The expression that yields result `number`.
  const Expr &resultExpr(size_t number) const;

  const KernelDecl &decl;
  const Program &program;
  Evaluator &evaluator;
  const CheckOptions &options;
  DiagnosticEngine &diagnostics;
  CheckedKernel kernel;
};
} // namespace

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

bool KernelChecker::dims(llvm::ArrayRef<const Expr *> exprs,
                         llvm::SmallVectorImpl<int64_t> &dims) {
  bool known = true;
  int64_t product = 1;
  for (const Expr *expr : exprs) {
    std::optional<int64_t> dim = evaluator.dimension(*expr);
    known &= dim.has_value();
    dims.push_back(dim.value_or(1));
    product *= dims.back();
  }
  if (exprs.empty())
    dims.push_back(1);
  if (product <= maxDimension)
    return known;
  diagnostics
      .error(join(exprs.front()->range, exprs.back()->range),
             "a row of " + Twine(product) + " components")
      .note("at most " + Twine(maxDimension) + " are supported");
  return false;
}

ElementType KernelChecker::variableType(const VariableDecl &variable) {
  if (variable.type.name.empty())
    return options.dtype;
  if (std::optional<ElementType> type = parseElementType(variable.type.name))
    return *type;
  static constexpr StringRef names[] = {"f16", "bf16", "f32",
                                        "f64", "i32",  "i64"};
  StringRef nearest = llvm::StringSwitch<StringRef>(variable.type.name)
                          .Cases({"float", "float32", "single"}, "f32")
                          .Cases({"double", "float64"}, "f64")
                          .Cases({"half", "float16"}, "f16")
                          .Cases({"bfloat16"}, "bf16")
                          .Cases({"int", "int32"}, "i32")
                          .Cases({"long", "int64"}, "i64")
                          .Default(nearestName(variable.type.name, names));
  DiagnosticBuilder error = diagnostics.error(
      variable.type.range, "unknown element type '" + variable.type.name + "'");
  error.note("element types are " + llvm::join(llvm::ArrayRef(names), ", "));
  if (!nearest.empty())
    error.repair("did you mean '" + nearest + "'?", variable.type.range,
                 nearest);
  return options.dtype;
}

std::optional<CheckedArray>
KernelChecker::checkVariable(const VariableDecl &variable) {
  CheckedArray array;
  array.name = variable.name.name;
  array.range = variable.range;
  array.indices = variable.role == Role::I   ? IndexSet::I
                  : variable.role == Role::J ? IndexSet::J
                                             : IndexSet::None;
  array.type = variableType(variable);
  checkCName(variable.name, "variable", options.prefix, diagnostics);
  if (!dims(variable.dims, array.dims))
    return std::nullopt;
  return array;
}

bool KernelChecker::checkVariables() {
  bool complete = true;
  for (const VariableDecl &variable : decl.variables) {
    std::optional<CheckedArray> array = checkVariable(variable);
    complete &= array.has_value();
    if (array)
      kernel.variables.push_back(std::move(*array));
  }
  return complete;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

const Expr &KernelChecker::resultExpr(size_t number) const {
  const Expr *body = decl.body;
  while (const auto *let = llvm::dyn_cast<LetExpr>(body))
    body = let->body;
  const auto *tuple = llvm::dyn_cast<TupleExpr>(body);
  bool oneEach = tuple && tuple->parts.size() == decl.results.size();
  return oneEach ? *tuple->parts[number] : *body;
}

/// A variable (or index) that brings `axis` into `root` without a reduction
/// over it on the way.
static std::string openLeaf(const CheckedKernel &kernel,
                            const ProgramBuilder &nodes, NodeId root,
                            IndexSet axis) {
  llvm::DenseSet<NodeId> visited;
  llvm::SmallVector<NodeId> stack{root};
  while (!stack.empty()) {
    NodeId id = stack.pop_back_val();
    const Node &node = nodes[id];
    if (!visited.insert(id).second || !contains(node.indices, axis))
      continue;
    if (node.kind == Node::Kind::Index)
      return ("'index_" + suffix(axis) + "' is that of " + suffix(axis)).str();
    if (node.kind == Node::Kind::Variable) {
      const CheckedArray &variable = kernel.variables[node.number];
      Shape shape = variable.dims.size() == 2
                        ? matrixShape(variable.dims[0], variable.dims[1])
                        : vectorShape(variable.dims[0]);
      return ("'" + variable.name + "' is " + suffix(axis) + " " +
              variable.name + describe(shape))
          .str();
    }
    stack.append(node.operands.begin(), node.operands.end());
  }
  return "";
}

void KernelChecker::reportOpenIndices(const Value &value, const Expr &expr) {
  std::string text = evaluator.excerpt(expr);
  bool reduced = evaluator.node(value).isReduced;
  Report report =
      evaluator.error(expr.range, "the result of kernel '" + decl.name.name +
                                      "' depends on both i and j");
  report.note(openLeaf(kernel, evaluator.nodes(), value.node, IndexSet::I) +
              ", " +
              openLeaf(kernel, evaluator.nodes(), value.node, IndexSet::J) +
              "; a result has one row per i, one per j, or one in all");
  if (!reduced)
    report.repair("reduce it over j: 'sum_j(" + text + ")'");
  else
    report.repair("move what depends on the other index inside the reduction");
}

void KernelChecker::checkResultDims(const ResultDecl &result,
                                    const Value &value, CheckedArray &array) {
  Shape shape = value.isRow() ? value.shape : Shape();
  if (result.dims.empty()) {
    array.dims.push_back(shape.rows);
    if (shape.isMatrix)
      array.dims.push_back(shape.cols);
    return;
  }
  if (!dims(result.dims, array.dims))
    return;
  Shape declared = array.dims.size() == 2
                       ? matrixShape(array.dims[0], array.dims[1])
                       : vectorShape(array.dims[0]);
  bool fits = declared.dim() == shape.dim() &&
              (!declared.isMatrix || !shape.isMatrix || declared == shape);
  if (fits)
    return;
  const Expr &expr = resultExpr(&result - decl.results.begin());
  std::string dim = shape.isMatrix ? keops::describe(shape).substr(1)
                                   : std::to_string(shape.dim()) + "]";
  diagnostics
      .error(result.range,
             "result '" + result.name.name + "' is declared " +
                 keops::describe(declared) + ", its formula has " +
                 (shape.isMatrix ? "shape " + keops::describe(shape)
                                 : "dimension " + std::to_string(shape.dim())))
      .note("the formula is '" + evaluator.excerpt(expr) + "'", expr.range)
      .repair("write '" + result.name.name + "[" + dim + "'", result.range,
              result.name.name + "[" + dim);
}

void KernelChecker::checkResult(const Value &value, size_t number) {
  const Expr &expr = resultExpr(number);
  CheckedArray array;
  array.name =
      decl.results.empty() ? StringRef("out") : decl.results[number].name.name;
  array.range = decl.results.empty() ? expr.range : decl.results[number].range;
  ResultDecl unnamed;
  const ResultDecl &declared =
      decl.results.empty() ? unnamed : decl.results[number];
  if (value.isPoison()) {
    llvm::SmallVector<int64_t, 2> ignored;
    dims(declared.dims, ignored);
    return;
  }
  checkResultDims(declared, value, array);
  NodeId id = evaluator.resultNode(value, expr.range);
  array.indices = evaluator.nodes()[id].indices;
  array.type = evaluator.nodes()[id].row.type;
  if (array.indices == IndexSet::IJ)
    reportOpenIndices(value, expr);
  kernel.results.push_back(std::move(array));
  kernel.resultNodes.push_back(id);
}

void KernelChecker::reportCount(size_t found) {
  if (decl.results.empty()) {
    std::string names;
    for (size_t i = 0; i < found; ++i)
      names += (i ? ", " : "") + std::string(1, char('a' + i % 26));
    diagnostics
        .error(decl.body->range, "kernel '" + decl.name.name + "' has " +
                                     Twine(found) + " results without names")
        .repair("name them after the variables: '-> (" + names + ")'");
    return;
  }
  SourceRange names =
      join(decl.results.front().range, decl.results.back().range);
  StringRef plural = decl.results.size() == 1 ? "" : "s";
  diagnostics
      .error(names, Twine(decl.results.size()) + " result" + plural +
                        " named, the formula yields " + Twine(found))
      .note("the formula is here", decl.body->range);
}

void KernelChecker::checkResults(const Value &body) {
  std::vector<Value> values;
  if (body.kind == Value::Kind::Tuple)
    values = body.parts;
  else
    values.push_back(body);
  size_t expected = decl.results.empty() ? 1 : decl.results.size();
  bool unknownCount = body.isPoison();
  if (values.size() != expected && !unknownCount)
    return reportCount(values.size());
  values.resize(expected);
  for (size_t number = 0; number < expected; ++number)
    checkResult(values[number], number);
}

std::optional<CheckedKernel> KernelChecker::run() {
  unsigned before = diagnostics.errorCount();
  checkCName(decl.name, "kernel", options.prefix, diagnostics);
  if (decl.isBroken)
    return std::nullopt;
  if (!decl.hasVariables) {
    const auto *call = llvm::dyn_cast<CallExpr>(decl.body);
    if (llvm::isa<ErrorExpr>(decl.body))
      return std::nullopt;
    if (call && llvm::is_contained(
                    {StringRef("grad"), StringRef("jvp"), StringRef("keops")},
                    call->callee.name))
      diagnostics
          .error(call->callee.range,
                 "not yet supported: '" + call->callee.name + "'")
          .note("kernels are written with their variables for now");
    else
      diagnostics
          .error(decl.name.range,
                 "kernel '" + decl.name.name + "' has no variables")
          .repair("write 'kernel " + decl.name.name +
                  "(i x[3], j y[3]) = ...'");
    return std::nullopt;
  }
  kernel.name = decl.name.name;
  kernel.doc = decl.doc;
  kernel.range = decl.range;
  for (const ResultDecl &result : decl.results)
    checkCName(result.name, "result", options.prefix, diagnostics);
  Frame frame;
  frame.file = &program.main();
  bool complete = checkVariables();
  if (!complete)
    return std::nullopt;
  for (const CheckedArray &variable : kernel.variables)
    if (decl.results.empty() && variable.name == "out")
      diagnostics.error(variable.range, "'out' is the name of the result")
          .repair("choose another name, or name the result: '-> (result)'");
  evaluator.enter(frame, kernel);
  checkResults(evaluator.evaluate(*decl.body));
  evaluator.leave();
  if (diagnostics.errorCount() != before)
    return std::nullopt;
  kernel.nodes = evaluator.nodes().finish(kernel.resultNodes);
  return std::move(kernel);
}

std::optional<CheckedKernel> keops::checkKernel(const KernelDecl &decl,
                                                const Program &program,
                                                Evaluator &evaluator,
                                                const CheckOptions &options,
                                                DiagnosticEngine &diagnostics) {
  return KernelChecker(decl, program, evaluator, options, diagnostics).run();
}
