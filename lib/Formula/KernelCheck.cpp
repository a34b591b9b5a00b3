//===- KernelCheck.cpp - variables and results of a kernel ----------------===//

#include "KernelCheck.h"
#include "DeclaredShapes.h"
#include "keops/Support/Spelling.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace keops;
using llvm::StringRef;

namespace {
class KernelChecker {
public:
  KernelChecker(const KernelDecl &decl, const SourceFile &file,
                Evaluator &evaluator, const CheckOptions &options,
                DiagnosticEngine &diagnostics)
      : decl(decl), file(file), evaluator(evaluator), options(options),
        diagnostics(diagnostics), shapes(file, evaluator, diagnostics) {}

  std::optional<CheckedKernel> run();

private:
  bool checkVariables();
  std::optional<CheckedArray> checkVariable(const VariableDecl &variable);
  ElementType variableType(const VariableDecl &variable);
  void checkResults(const Value &body);
  void checkResult(const Value &value, size_t number);
  void reportOpenIndices(const Value &value, const Expr &expr);
  /// The expression that yields result `number`.
  const Expr &resultExpr(size_t number) const;

  const KernelDecl &decl;
  const SourceFile &file;
  Evaluator &evaluator;
  const CheckOptions &options;
  DiagnosticEngine &diagnostics;
  DeclaredShapes shapes;
  CheckedKernel kernel;
};
} // namespace

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

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
  if (!shapes.dims(variable.dims, array.dims))
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
      return ("'" + variable.name + "' is " + suffix(axis) + " " +
              variable.name + describe(shapeOf(variable.dims)))
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
    shapes.dims(declared.dims, ignored);
    return;
  }
  shapes.resultDims(declared, value.isRow() ? value.shape : Shape(), expr,
                    array.dims);
  NodeId id = evaluator.resultNode(value, expr.range);
  array.indices = evaluator.nodes()[id].indices;
  array.type = evaluator.nodes()[id].row.type;
  if (array.indices == IndexSet::IJ)
    reportOpenIndices(value, expr);
  kernel.results.push_back(std::move(array));
  kernel.resultNodes.push_back(id);
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
    return shapes.reportCount(decl, values.size());
  values.resize(expected);
  for (size_t number = 0; number < expected; ++number)
    checkResult(values[number], number);
}

std::optional<CheckedKernel> KernelChecker::run() {
  unsigned before = diagnostics.errorCount();
  if (!decl.given.empty())
    diagnostics
        .error(decl.givenRange, "'given' in a kernel that is not derived")
        .note("it follows a derivative: 'kernel g = grad(f, x) given out'");
  kernel.name = decl.name.name;
  kernel.doc = decl.doc;
  kernel.range = decl.range;
  for (const ResultDecl &result : decl.results)
    checkCName(result.name, "result", options.prefix, diagnostics);
  Frame frame;
  frame.file = &file;
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
                                                const SourceFile &file,
                                                Evaluator &evaluator,
                                                const CheckOptions &options,
                                                DiagnosticEngine &diagnostics) {
  return KernelChecker(decl, file, evaluator, options, diagnostics).run();
}
