//===- Frontend.h - from a .kop file to the keops dialect -------*- C++ -*-===//

#ifndef KEOPS_FRONTEND_FRONTEND_H
#define KEOPS_FRONTEND_FRONTEND_H

#include "keops/Formula/Check.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace keops {

/// Checks the file already read as `main` and writes its kernels down as
/// operations of the keops dialect, in the order of the file, each located at
/// the part of the formula it computes (file:line:column). Null after an error,
/// which is in `diagnostics`. `dependencies` receives the imported files.
///
/// The context must have the keops dialect registered or loaded.
mlir::OwningOpRef<mlir::ModuleOp>
importFile(FileId main, const CheckOptions &options,
           DiagnosticEngine &diagnostics, mlir::MLIRContext &context,
           std::vector<std::string> *dependencies = nullptr);

/// The second half alone: kernels that are checked already.
mlir::OwningOpRef<mlir::ModuleOp> emitModule(const CheckedModule &checked,
                                             const SourceManager &sources,
                                             FileId main,
                                             mlir::MLIRContext &context);

} // namespace keops

#endif // KEOPS_FRONTEND_FRONTEND_H
