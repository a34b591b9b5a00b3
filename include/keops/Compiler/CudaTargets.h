//===- CudaTargets.h - the GPUs a compilation is for ------------*- C++ -*-===//
#ifndef KEOPS_COMPILER_CUDATARGETS_H
#define KEOPS_COMPILER_CUDATARGETS_H

#include "keops/Target/CUDA/Images.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace keops {

/// What --cuda=LIST says: "sm_80,sm_90a,compute_90", "default", "none" or "";
/// "simulated" is code for the simulated driver. Machine code comes first, then
/// PTX, each from the oldest to the newest; no repetitions.
llvm::Expected<std::vector<GpuArch>> resolveCudaTargets(llvm::StringRef list);

/// What "default" stands for.
constexpr llvm::StringLiteral defaultCudaTargets =
    "sm_80,sm_90,sm_100,compute_80";

} // namespace keops

#endif // KEOPS_COMPILER_CUDATARGETS_H
