//===- PTX.h - text and machine code for NVIDIA GPUs ------------*- C++ -*-===//
#ifndef KEOPS_TARGET_CUDA_PTX_H
#define KEOPS_TARGET_CUDA_PTX_H

#include "keops/Target/CPU/CodeGen.h"
#include "keops/Target/CUDA/Images.h"

namespace keops {

/// PTX of the gpu module of a module at Level::LLVM, for sm_NN and all later
/// (with a suffix: that one alone). Needs no CUDA installation. An empty text
/// if there is no gpu module.
llvm::Expected<std::string> emitPTX(mlir::ModuleOp module, const GpuArch &arch,
                                    const CodeGenOptions &options);

/// Where ptxas is: $KEOPS_PTXAS, on PATH, in $CUDA_HOME/bin, $CUDA_PATH/bin or
/// /usr/local/cuda/bin; "" if nowhere.
std::string findPtxas();

/// What ptxas made of PTX.
struct Assembled {
  std::string cubin;
  std::string log; ///< registers, spills, shared memory: ptxas -v
};

/// Fails with ExitStatus::ExternalTool and what ptxas had to say.
llvm::Expected<Assembled> assemblePTX(llvm::StringRef ptx, const GpuArch &arch,
                                      llvm::StringRef ptxas,
                                      const CodeGenOptions &options);

} // namespace keops

#endif // KEOPS_TARGET_CUDA_PTX_H
