//===- KernelCheck.h - variables and results of a kernel --------*- C++ -*-===//

#ifndef KEOPS_LIB_FORMULA_KERNELCHECK_H
#define KEOPS_LIB_FORMULA_KERNELCHECK_H

#include "Evaluator.h"

namespace keops {

/// Checks one kernel of `file` that has its own formula; nullopt after an
/// error.
std::optional<CheckedKernel> checkKernel(const KernelDecl &decl,
                                         const SourceFile &file,
                                         Evaluator &evaluator,
                                         const CheckOptions &options,
                                         DiagnosticEngine &diagnostics);

/// Reports a name that cannot stand in the C header. `what` is "kernel",
/// "variable" or "result". Kernels are called `prefix` and their name there.
void checkCName(const Identifier &name, llvm::StringRef what,
                llvm::StringRef prefix, DiagnosticEngine &diagnostics);

} // namespace keops

#endif // KEOPS_LIB_FORMULA_KERNELCHECK_H
