//===- GpuCode.h - GPU images of a compilation ------------------*- C++ -*-===//
#ifndef KEOPS_LIB_COMPILER_GPUCODE_H
#define KEOPS_LIB_COMPILER_GPUCODE_H

#include "keops/Compiler/Report.h"
#include "keops/Support/Diagnostics.h"
#include "keops/Target/CUDA/PTX.h"

#include <vector>

namespace keops {

/// The images for every architecture, from the gpu module of a module at
/// Level::LLVM. Where machine code is wanted and ptxas is not found, PTX takes
/// its place, with a warning.
llvm::Expected<std::vector<GpuImage>>
makeGpuImages(mlir::ModuleOp module, llvm::ArrayRef<GpuArch> archs,
              const CodeGenOptions &options, DiagnosticEngine &diagnostics);

/// PTX and, where ptxas is found and machine code wanted, what it says: for
/// --report.
llvm::Expected<std::vector<GpuCode>>
inspectGpuCode(mlir::ModuleOp module, llvm::ArrayRef<GpuArch> archs,
               const CodeGenOptions &options);

/// The bytes of --emit=ptx or --emit=cubin for one architecture.
llvm::Expected<std::string> makeGpuText(mlir::ModuleOp module,
                                        const GpuArch &arch,
                                        const CodeGenOptions &options);

} // namespace keops

#endif // KEOPS_LIB_COMPILER_GPUCODE_H
