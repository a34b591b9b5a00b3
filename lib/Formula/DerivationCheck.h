//===- DerivationCheck.h - arguments of grad and jvp of kernels -*- C++ -*-===//

#ifndef KEOPS_LIB_FORMULA_DERIVATIONCHECK_H
#define KEOPS_LIB_FORMULA_DERIVATIONCHECK_H

#include "DerivedKernels.h"

namespace keops {

/// Finds what the names in `grad(f, x)` and `given out` stand for, or reports
/// why they stand for nothing.
class DerivationCheck {
public:
  DerivationCheck(const SourceFile &file, Evaluator &evaluator,
                  DiagnosticEngine &diagnostics)
      : file(file), evaluator(evaluator), diagnostics(diagnostics) {}

  /// The kernel that the first argument names.
  KernelLookup findKernel(const CallExpr &call);
  /// Fills `derivation.variables` from the other arguments.
  bool findVariables(const CallExpr &call, Derivation &derivation);
  /// Fills `derivation.outputs`.
  bool findOutputs(const CallExpr &call, Derivation &derivation);
  /// Fills `derivation.given`.
  bool findGiven(const KernelDecl &decl, Derivation &derivation);

  void reportNoArguments(const CallExpr &call);
  /// The kernel differentiated takes results of another one.
  void reportGivenBase(const CallExpr &call, const Derivation &derivation);
  /// A kernel without variables whose formula is no derivative.
  void reportFormula(const KernelDecl &decl);

private:
  std::optional<unsigned> findVariable(const Expr &expr,
                                       const Derivation &derivation);
  void reportNoKernel(const CallExpr &call, const NameExpr &name);
  void reportNoVariable(const NameExpr &name, const Derivation &derivation);

  const SourceFile &file;
  Evaluator &evaluator;
  DiagnosticEngine &diagnostics;
};

} // namespace keops

#endif // KEOPS_LIB_FORMULA_DERIVATIONCHECK_H
