//===- DerivedKernels.cpp - `kernel g = grad(f, x)` -----------------------===//

#include "DerivedKernels.h"
#include "DeclaredShapes.h"
#include "DerivationCheck.h"
#include "DifferentiablePaths.h"
#include "KernelCheck.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

/// Derivatives of derivatives of ... : the code grows by a factor with each.
static constexpr unsigned maxOrder = 16;

bool keops::isDerivation(const CallExpr &call) {
  return call.callee.name == "grad" || call.callee.name == "jvp";
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

namespace {
/// Gives names that nothing else of the kernel has.
class NamePool {
public:
  explicit NamePool(ASTContext &context) : context(context) {}

  void take(StringRef name) { taken.insert(name); }
  bool isTaken(StringRef name) const { return taken.contains(name); }
  /// `d_x`; with more marks in front while that is taken.
  StringRef fresh(StringRef mark, StringRef name) {
    std::string text = (mark + name).str();
    while (!taken.insert(text).second)
      text = (mark + text).str();
    return context.copy(StringRef(text));
  }

private:
  ASTContext &context;
  llvm::StringSet<> taken;
};

class KernelDeriver {
public:
  KernelDeriver(const KernelDecl &decl, const SourceFile &file,
                KernelTable &table, Evaluator &evaluator, ASTContext &context,
                const CheckOptions &options, DiagnosticEngine &diagnostics)
      : decl(decl), file(file), table(table), evaluator(evaluator),
        context(context), options(options), diagnostics(diagnostics),
        check(file, evaluator, diagnostics) {}

  KernelEntry run();

private:
  /// The derivative that `call` asks for; the whole formula or a part of it.
  KernelEntry derive(const CallExpr &call);
  KernelEntry baseOf(const CallExpr &call);
  void nameArrays(const CallExpr &call, Derivation &derivation,
                  CheckedKernel &kernel);
  void nameResults(const CallExpr &call, Derivation &derivation,
                   NamePool &names, CheckedKernel &kernel);
  void buildNodes(const CallExpr &call, const Derivation &derivation,
                  CheckedKernel &kernel);
  void warnZero(const CallExpr &call, const Derivation &derivation,
                const ProgramBuilder &nodes, llvm::ArrayRef<NodeId> outputs,
                llvm::ArrayRef<NodeId> variables);
  bool isWhole(const CallExpr &call) const { return &call == decl.body; }

  const KernelDecl &decl;
  const SourceFile &file;
  KernelTable &table;
  Evaluator &evaluator;
  ASTContext &context;
  const CheckOptions &options;
  DiagnosticEngine &diagnostics;
  DerivationCheck check;
};
} // namespace

static std::string listNames(llvm::ArrayRef<CheckedArray> arrays) {
  auto name = [](const CheckedArray &array) { return array.name; };
  return llvm::join(llvm::map_range(arrays, name), ", ");
}

static CheckedArray renamed(const CheckedArray &array, StringRef name,
                            SourceRange range) {
  CheckedArray copy = array;
  copy.name = name;
  copy.range = range;
  return copy;
}

void KernelDeriver::nameArrays(const CallExpr &call, Derivation &derivation,
                               CheckedKernel &kernel) {
  const CheckedKernel &from = *derivation.from;
  NamePool names(context);
  kernel.variables = from.variables;
  for (const CheckedArray &variable : from.variables)
    names.take(variable.name);
  for (unsigned number : derivation.given)
    names.take(from.results[number].name);
  StringRef mark = derivation.isGrad ? "d_" : "t_";
  llvm::ArrayRef<unsigned> seeds =
      derivation.isGrad ? derivation.outputs : derivation.variables;
  for (unsigned number : seeds) {
    const CheckedArray &shaped =
        derivation.isGrad ? from.results[number] : from.variables[number];
    StringRef name = names.fresh(mark, shaped.name);
    derivation.seedNames.push_back(name);
    kernel.variables.push_back(renamed(shaped, name, call.range));
  }
  for (unsigned number : derivation.given)
    kernel.variables.push_back(renamed(
        from.results[number], from.results[number].name, decl.givenRange));
  nameResults(call, derivation, names, kernel);
}

void KernelDeriver::nameResults(const CallExpr &call, Derivation &derivation,
                                NamePool &names, CheckedKernel &kernel) {
  const CheckedKernel &from = *derivation.from;
  llvm::ArrayRef<unsigned> shapedLike =
      derivation.isGrad ? derivation.variables : derivation.outputs;
  StringRef mark = derivation.isGrad ? "d_" : "t_";
  bool hasNames = isWhole(call) && !decl.results.empty();
  DeclaredShapes shapes(file, evaluator, diagnostics);
  if (hasNames && decl.results.size() != shapedLike.size()) {
    shapes.reportCount(decl, shapedLike.size());
    hasNames = false;
  }
  for (auto [place, number] : llvm::enumerate(shapedLike)) {
    const CheckedArray &shaped =
        derivation.isGrad ? from.variables[number] : from.results[number];
    if (!hasNames) {
      StringRef name = names.fresh(mark, shaped.name);
      kernel.results.push_back(renamed(shaped, name, call.range));
    } else {
      const ResultDecl &result = decl.results[place];
      checkCName(result.name, "result", options.prefix, diagnostics);
      if (names.isTaken(result.name.name))
        diagnostics
            .error(result.name.range,
                   "two arguments are called '" + result.name.name + "'")
            .note("its arguments are " + listNames(kernel.variables))
            .repair("choose another name");
      CheckedArray array = renamed(shaped, result.name.name, result.range);
      array.dims.clear();
      shapes.resultDims(result, shapeOf(shaped.dims), call, array.dims);
      kernel.results.push_back(std::move(array));
    }
    derivation.resultNames.push_back(kernel.results.back().name);
  }
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

static int64_t dimOf(const CheckedArray &array) {
  return shapeOf(array.dims).dim();
}

void KernelDeriver::warnZero(const CallExpr &call, const Derivation &derivation,
                             const ProgramBuilder &nodes,
                             llvm::ArrayRef<NodeId> outputs,
                             llvm::ArrayRef<NodeId> variables) {
  for (auto [place, variable] : llvm::enumerate(variables)) {
    DifferentiablePaths paths = findPaths(nodes, outputs, variable);
    if (paths.exist)
      continue;
    StringRef name =
        derivation.from->variables[derivation.variables[place]].name;
    diagnostics
        .warning("zero-derivative", call.args[1 + place]->range,
                 "the derivative of '" + derivation.base + "' in '" + name +
                     "' is zero")
        .note(describeBarriers(nodes, paths, name));
  }
}

void KernelDeriver::buildNodes(const CallExpr &call,
                               const Derivation &derivation,
                               CheckedKernel &kernel) {
  const CheckedKernel &from = *derivation.from;
  ProgramBuilder nodes;
  std::vector<NodeId> places = nodes.append(from.nodes);
  auto variable = [&](unsigned number) {
    const CheckedArray &array = kernel.variables[number];
    return nodes.variable(number, {array.type, dimOf(array)}, array.indices,
                          array.range);
  };
  llvm::SmallVector<NodeId> outputs, seeds, variables, given, supplied;
  for (unsigned number : derivation.outputs)
    outputs.push_back(places[from.resultNodes[number]]);
  for (unsigned number : derivation.variables)
    variables.push_back(variable(number));
  unsigned next = from.variables.size();
  for (size_t i = 0; i < derivation.seedNames.size(); ++i)
    seeds.push_back(variable(next++));
  for (unsigned number : derivation.given) {
    given.push_back(places[from.resultNodes[number]]);
    supplied.push_back(variable(next++));
  }
  warnZero(call, derivation, nodes, outputs, variables);

  Node node;
  node.kind = derivation.isGrad ? Node::Kind::Grad : Node::Kind::Jvp;
  node.number = outputs.size();
  node.given = given.size();
  for (const auto *part : {&outputs, &seeds, &variables, &given, &supplied})
    node.operands.append(part->begin(), part->end());
  for (NodeId shaped : derivation.isGrad ? variables : outputs)
    node.results.push_back(nodes[shaped].row);
  node.range = call.range;
  NodeId derivative = nodes.add(std::move(node));
  for (size_t number = 0; number < kernel.results.size(); ++number)
    kernel.resultNodes.push_back(nodes.result(derivative, number, call.range));
  kernel.nodes = nodes.finish(kernel.resultNodes);
}

//===----------------------------------------------------------------------===//
// Derivation
//===----------------------------------------------------------------------===//

KernelEntry KernelDeriver::baseOf(const CallExpr &call) {
  if (call.args.empty()) {
    check.reportNoArguments(call);
    return {};
  }
  const auto *inner = llvm::dyn_cast<CallExpr>(call.args.front());
  if (inner && isDerivation(*inner))
    return derive(*inner);
  KernelLookup found = check.findKernel(call);
  return found.kernel ? table.check(*found.kernel, *found.file) : KernelEntry();
}

KernelEntry KernelDeriver::derive(const CallExpr &call) {
  KernelEntry base = baseOf(call);
  if (!base.kernel)
    return {};
  Derivation derivation;
  derivation.isGrad = call.callee.name == "grad";
  derivation.base = evaluator.excerpt(*call.args.front());
  derivation.from = &*base.kernel;
  if (base.hasGiven) {
    check.reportGivenBase(call, derivation);
    return {};
  }
  if (base.order >= maxOrder) {
    diagnostics
        .error(call.callee.range,
               "derivative of order " + Twine(base.order + 1))
        .note("at most " + Twine(maxOrder) + " is supported");
    return {};
  }
  bool isRight = check.findVariables(call, derivation);
  isRight &= check.findOutputs(call, derivation);
  if (isWhole(call))
    isRight &= check.findGiven(decl, derivation);
  if (!isRight)
    return {};

  KernelEntry entry;
  entry.order = base.order + 1;
  entry.hasGiven = !derivation.given.empty();
  CheckedKernel &kernel = entry.kernel.emplace();
  kernel.name = decl.name.name;
  kernel.range = decl.range;
  nameArrays(call, derivation, kernel);
  buildNodes(call, derivation, kernel);
  StringRef doc = isWhole(call) ? decl.doc : StringRef();
  kernel.doc = context.copy(StringRef(documentDerivation(derivation, doc)));
  return entry;
}

KernelEntry KernelDeriver::run() {
  const auto *call = llvm::dyn_cast<CallExpr>(decl.body);
  if (!call || !isDerivation(*call)) {
    check.reportFormula(decl);
    return {};
  }
  unsigned before = diagnostics.errorCount();
  KernelEntry entry = derive(*call);
  if (diagnostics.errorCount() != before)
    entry.kernel.reset();
  return entry;
}

KernelEntry keops::deriveKernel(const KernelDecl &decl, const SourceFile &file,
                                KernelTable &table, Evaluator &evaluator,
                                ASTContext &context,
                                const CheckOptions &options,
                                DiagnosticEngine &diagnostics) {
  return KernelDeriver(decl, file, table, evaluator, context, options,
                       diagnostics)
      .run();
}
