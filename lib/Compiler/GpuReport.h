//===- GpuReport.h - what a kernel will cost on a GPU -----------*- C++ -*-===//
#ifndef KEOPS_LIB_COMPILER_GPUREPORT_H
#define KEOPS_LIB_COMPILER_GPUREPORT_H

#include "keops/Target/CUDA/PTX.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace keops {

/// What one way round a kernel's loop over pairs does, for each pair.
struct PairCost {
  double instructions = 0, special = 0, f64 = 0, sharedBytes = 0;
};

/// Reads the loop over pairs of a kernel in PTX: the loop that reads shared
/// memory and neither fills it nor waits. `pairs` are evaluated each time
/// round. All 0 if there is no such loop.
PairCost costOfLoop(llvm::StringRef ptx, llvm::StringRef kernel, double pairs);

/// What ptxas says of a kernel.
struct Resources {
  int64_t registers = 0, spilled = 0, shared = 0;
};
Resources resourcesOf(llvm::StringRef ptxasLog, llvm::StringRef kernel);

/// Text for one architecture: resources, occupancy, the unit that bounds the
/// kernel and the pairs per second it allows on the largest chip of that kind.
std::string describeGpuKernel(const GpuArch &arch, const PairCost &cost,
                              const Resources *resources, int64_t threads);

} // namespace keops

#endif // KEOPS_LIB_COMPILER_GPUREPORT_H
