//===- Report.h - what a kernel will cost -----------------------*- C++ -*-===//
//
// For each kernel, each of its passes over the pairs and each CPU variant: work
// per pair, the tile that was chosen and the bound it cannot beat. Read from
// the tile level, where these decisions are visible.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_REPORT_H
#define KEOPS_COMPILER_REPORT_H

#include "keops/Target/CUDA/Images.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace keops {

/// The code of all kernels for one GPU architecture.
struct GpuCode {
  GpuArch arch;
  std::string ptx;
  std::string ptxasLog; ///< empty where ptxas was not asked
};

/// The report of a module at Level::Tile, compiled for `triple` and GPUs.
std::string reportKernels(mlir::ModuleOp module, llvm::StringRef triple,
                          llvm::ArrayRef<GpuCode> gpuCode);

} // namespace keops

#endif // KEOPS_COMPILER_REPORT_H
