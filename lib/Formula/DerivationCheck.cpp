//===- DerivationCheck.cpp - arguments of grad and jvp of kernels ---------===//

#include "DerivationCheck.h"
#include "keops/Support/Spelling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace keops;
using llvm::SmallVector;
using llvm::StringRef;

/// "its variables are g, x, y, b": those that something can be differentiated
/// in, or all.
static std::string listVariables(const CheckedKernel &kernel) {
  SmallVector<StringRef> names;
  for (const CheckedArray &variable : kernel.variables)
    if (isReal(variable.type))
      names.push_back(variable.name);
  if (names.empty())
    return "it has no variables of a real type";
  return (names.size() == 1 ? "its variable is " : "its variables are ") +
         llvm::join(names, ", ");
}

static SmallVector<StringRef> namesOf(llvm::ArrayRef<CheckedArray> arrays) {
  SmallVector<StringRef> names;
  for (const CheckedArray &array : arrays)
    names.push_back(array.name);
  return names;
}

/// The number of the array of that name.
static std::optional<unsigned> placeOf(llvm::ArrayRef<CheckedArray> arrays,
                                       StringRef name) {
  for (auto [number, array] : llvm::enumerate(arrays))
    if (array.name == name)
      return number;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

void DerivationCheck::reportNoArguments(const CallExpr &call) {
  StringRef name = call.callee.name;
  diagnostics
      .error(call.callee.range,
             "'" + name + "' takes a kernel and its variables, found nothing")
      .repair("write '" + name + "(f, x)'");
}

void DerivationCheck::reportNoKernel(const CallExpr &call,
                                     const NameExpr &name) {
  const Symbol *symbol = file.symbols.lookup(name.name);
  if (symbol) {
    StringRef what = symbol->def ? "function" : "constant";
    diagnostics
        .error(name.range,
               "'" + name.name + "' is a " + what + ", not a kernel")
        .note("here '" + call.callee.name + "' takes a kernel")
        .note("the " + what + " is defined here", symbol->name.range);
    return;
  }
  if (file.isIncomplete)
    return;
  SmallVector<StringRef> names;
  visibleKernels(file, names);
  StringRef nearest = nearestName(name.name, names);
  DiagnosticBuilder error =
      diagnostics.error(name.range, "unknown kernel '" + name.name + "'");
  if (!nearest.empty())
    error.repair("did you mean '" + nearest + "'?", name.range, nearest);
}

KernelLookup DerivationCheck::findKernel(const CallExpr &call) {
  const Expr &expr = *call.args.front();
  if (llvm::isa<ErrorExpr>(expr))
    return {};
  const auto *name = llvm::dyn_cast<NameExpr>(&expr);
  if (!name) {
    diagnostics
        .error(expr.range, "'" + call.callee.name +
                               "' takes a kernel here, found '" +
                               evaluator.excerpt(expr) + "'")
        .note("a kernel without variables is derived from another one: "
              "'kernel g = grad(f, x)'")
        .repair("give the kernel its variables to differentiate a formula: "
                "'kernel g(i x[3], j y[3]) = sum_j(grad(F, x, e))'");
    return {};
  }
  KernelLookup found = lookupKernel(file, name->name);
  if (found.rival) {
    diagnostics
        .error(name->range,
               "'" + name->name + "' is defined by two imported files")
        .note("one definition is here", found.kernel->name.range)
        .note("the other is here", found.rival->name.range);
    return {};
  }
  if (!found.kernel)
    reportNoKernel(call, *name);
  return found;
}

void DerivationCheck::reportGivenBase(const CallExpr &call,
                                      const Derivation &derivation) {
  diagnostics
      .error(call.args.front()->range, "'" + derivation.base +
                                           "' is given results, it cannot be "
                                           "differentiated")
      .note("how they depend on the variables is no part of it")
      .repair("differentiate the same kernel without 'given', and write "
              "'given' behind the last derivative only");
}

void DerivationCheck::reportFormula(const KernelDecl &decl) {
  if (llvm::isa<ErrorExpr>(decl.body))
    return;
  const auto *call = llvm::dyn_cast<CallExpr>(decl.body);
  if (call && call->callee.name == "keops") {
    diagnostics.error(call->callee.range, "not yet supported: 'keops'")
        .note("kernels are written with their variables for now");
    return;
  }
  DiagnosticBuilder error = diagnostics.error(
      decl.name.range, "kernel '" + decl.name.name + "' has no variables");
  StringRef nearest =
      call ? nearestName(call->callee.name, {"grad", "jvp"}) : "";
  if (!nearest.empty()) {
    error.repair("did you mean '" + nearest + "'?", call->callee.range,
                 nearest);
    return;
  }
  error.repair("write 'kernel " + decl.name.name + "(i x[3], j y[3]) = ...'")
      .repair("or derive it from another kernel: 'kernel " + decl.name.name +
              " = grad(f, x)'");
}

//===----------------------------------------------------------------------===//
// Variables and results
//===----------------------------------------------------------------------===//

void DerivationCheck::reportNoVariable(const NameExpr &name,
                                       const Derivation &derivation) {
  const CheckedKernel &from = *derivation.from;
  if (placeOf(from.results, name.name)) {
    diagnostics
        .error(name.range, "'" + name.name + "' is a result of '" +
                               derivation.base + "', not a variable")
        .note(listVariables(from));
    return;
  }
  StringRef nearest = nearestName(name.name, namesOf(from.variables));
  DiagnosticBuilder error = diagnostics.error(
      name.range,
      "'" + derivation.base + "' has no variable '" + name.name + "'");
  error.note(listVariables(from));
  if (!nearest.empty())
    error.repair("did you mean '" + nearest + "'?", name.range, nearest);
}

std::optional<unsigned>
DerivationCheck::findVariable(const Expr &expr, const Derivation &derivation) {
  if (llvm::isa<ErrorExpr>(expr))
    return std::nullopt;
  const CheckedKernel &from = *derivation.from;
  const auto *name = llvm::dyn_cast<NameExpr>(&expr);
  if (!name) {
    diagnostics
        .error(expr.range, "expected a variable of '" + derivation.base +
                               "', found '" + evaluator.excerpt(expr) + "'")
        .note(listVariables(from));
    return std::nullopt;
  }
  std::optional<unsigned> number = placeOf(from.variables, name->name);
  if (!number) {
    reportNoVariable(*name, derivation);
    return std::nullopt;
  }
  ElementType type = from.variables[*number].type;
  if (isReal(type))
    return number;
  diagnostics
      .error(expr.range,
             "nothing can be differentiated in '" + name->name + "'")
      .note("its element type is " + spelling(type) +
            "; only reals have derivatives");
  return std::nullopt;
}

bool DerivationCheck::findVariables(const CallExpr &call,
                                    Derivation &derivation) {
  llvm::ArrayRef<const Expr *> exprs = call.args.drop_front();
  if (exprs.empty()) {
    diagnostics
        .error(call.callee.range, "'" + call.callee.name + "' of '" +
                                      derivation.base + "' in no variable")
        .highlight(call.args.front()->range)
        .note(listVariables(*derivation.from))
        .repair("name those to differentiate in: '" + call.callee.name + "(" +
                derivation.base + ", x)'");
    return false;
  }
  bool isRight = true;
  for (auto [place, expr] : llvm::enumerate(exprs)) {
    std::optional<unsigned> number = findVariable(*expr, derivation);
    isRight &= number.has_value();
    if (!number)
      continue;
    const auto *earlier = llvm::find(derivation.variables, *number);
    if (earlier != derivation.variables.end()) {
      diagnostics
          .error(expr->range,
                 "'" + evaluator.excerpt(*expr) + "' is listed twice")
          .repair("leave one out");
      isRight = false;
    }
    derivation.variables.push_back(*number);
  }
  return isRight;
}

bool DerivationCheck::findOutputs(const CallExpr &call,
                                  Derivation &derivation) {
  const CheckedKernel &from = *derivation.from;
  for (auto [number, result] : llvm::enumerate(from.results))
    if (isReal(result.type))
      derivation.outputs.push_back(number);
  if (!derivation.outputs.empty())
    return true;
  DiagnosticBuilder error = diagnostics.error(
      call.args.front()->range,
      "'" + derivation.base + "' has no result with a derivative");
  for (const CheckedArray &result : from.results)
    error.note("'" + result.name + "' has element type " +
               spelling(result.type) + "; only reals have derivatives");
  return false;
}

bool DerivationCheck::findGiven(const KernelDecl &decl,
                                Derivation &derivation) {
  const CheckedKernel &from = *derivation.from;
  bool isRight = true;
  for (const Identifier &name : decl.given) {
    std::optional<unsigned> number = placeOf(from.results, name.name);
    if (number && !llvm::is_contained(derivation.given, *number)) {
      derivation.given.push_back(*number);
      continue;
    }
    isRight = false;
    if (number) {
      diagnostics.error(name.range, "'" + name.name + "' is listed twice")
          .repair("leave one out");
      continue;
    }
    SmallVector<StringRef> names = namesOf(from.results);
    StringRef nearest = nearestName(name.name, names);
    bool isVariable = placeOf(from.variables, name.name).has_value();
    DiagnosticBuilder error = diagnostics.error(
        name.range, isVariable ? "'" + name.name + "' is a variable of '" +
                                     derivation.base + "', not a result"
                               : "'" + derivation.base + "' has no result '" +
                                     name.name + "'");
    error.note((names.size() == 1 ? "its result is " : "its results are ") +
               llvm::join(names, ", "));
    if (!nearest.empty())
      error.repair("did you mean '" + nearest + "'?", name.range, nearest);
  }
  return isRight;
}
