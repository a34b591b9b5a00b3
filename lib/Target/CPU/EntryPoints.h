//===- EntryPoints.h - the C functions of kernels ---------------*- C++ -*-===//
#ifndef KEOPS_LIB_TARGET_CPU_ENTRYPOINTS_H
#define KEOPS_LIB_TARGET_CPU_ENTRYPOINTS_H

#include "keops/Target/CUDA/Images.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/IR/Module.h"

namespace keops {

/// A function of the same object file, whether this module defines it or not.
llvm::Function *functionOfFile(llvm::Module &module, llvm::StringRef name);

/// Adds to `module` the constants that describe a kernel to the runtime and the
/// two functions that users call, NAME and NAME_workspace_bytes. `kernel` is an
/// entry of the attribute keops.kernels (KernelTable.h).
void addEntryPoints(llvm::Module &module, mlir::DictionaryAttr kernel,
                    llvm::StringRef prefix, llvm::GlobalVariable *gpuModule);

/// Adds the GPU code of a file: a keops_rt_module. `simulated` describes the
/// kernels for the simulated driver (KernelTable.h).
llvm::GlobalVariable *addImages(llvm::Module &module,
                                llvm::ArrayRef<GpuImage> images,
                                mlir::ArrayAttr simulated);

} // namespace keops

#endif // KEOPS_LIB_TARGET_CPU_ENTRYPOINTS_H
