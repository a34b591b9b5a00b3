//===- DerivedKernels.h - `kernel g = grad(f, x)` ---------------*- C++ -*-===//
//
// A kernel derived from another one has the other's variables, then cotangents
// of its results (grad) or tangents of its variables (jvp), then the results
// that the caller supplies (`given`). Its formula is that of the other kernel
// under one Grad or Jvp node.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_DERIVEDKERNELS_H
#define KEOPS_LIB_FORMULA_DERIVEDKERNELS_H

#include "KernelTable.h"

namespace keops {

/// True of calls of `grad` and `jvp`.
bool isDerivation(const CallExpr &call);

/// The kernel of a declaration without variables, from those in `table`.
KernelEntry deriveKernel(const KernelDecl &decl, const SourceFile &file,
                         KernelTable &table, Evaluator &evaluator,
                         ASTContext &context, const CheckOptions &options,
                         DiagnosticEngine &diagnostics);

/// What a derivation is made of, in the order of the arguments and results.
struct Derivation {
  bool isGrad = true;
  /// The kernel differentiated, as the user calls it: "f", "grad(f, x)".
  std::string base;
  const CheckedKernel *from = nullptr;
  /// Numbers of variables, of differentiable results, of results given.
  llvm::SmallVector<unsigned> variables, outputs, given;
  llvm::SmallVector<llvm::StringRef> seedNames, resultNames;
};

/// The documentation of a derived kernel: what the user wrote about it, what it
/// computes, and the first line about the kernel differentiated.
std::string documentDerivation(const Derivation &derivation,
                               llvm::StringRef doc);

} // namespace keops

#endif // KEOPS_LIB_FORMULA_DERIVEDKERNELS_H
