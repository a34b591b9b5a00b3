//===- Passes.h - passes between the levels ---------------------*- C++ -*-===//
#ifndef KEOPS_CONVERSION_PASSES_H
#define KEOPS_CONVERSION_PASSES_H

#include "keops/Analysis/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <vector>

namespace keops {

/// `--fp`: nothing; fused multiply-adds; also reassociation and reciprocals.
enum class FloatFreedom { Strict, Contract, Fast };

/// convert-keops-to-tile: the reductions of each kernel become tile.nest.
std::unique_ptr<mlir::Pass> createConvertKeopsToTilePass();

/// convert-tile-to-scf: each nest becomes loops over lanes, in functions that
/// the runtime calls.
std::unique_ptr<mlir::Pass>
createConvertTileToSCFPass(std::vector<CpuTarget> targets);

/// convert-primitives-to-arith: element-wise primitives on lanes become arith,
/// math and target intrinsics. `freedom` is what may
/// happen to arithmetic the user wrote; formulas of records are evaluated
/// exactly as written.
/// Before convert-tile-to-scf: the kernels of nests scheduled for a GPU.
std::unique_ptr<mlir::Pass> createConvertTileToGPUPass();

/// Copies GPU kernels to functions of the host, for the simulated driver.
std::unique_ptr<mlir::Pass> createSimulateGPUPass();

/// keops-loops-to-llvm: the arithmetic, vectors and branches of a function.
std::unique_ptr<mlir::Pass> createLoopsToLLVMPass();

/// For a gpu module whose functions are LLVM otherwise.
std::unique_ptr<mlir::Pass> createGPUToNVVMPass();

std::unique_ptr<mlir::Pass>
createConvertPrimitivesToArithPass(FloatFreedom freedom);

} // namespace keops

#endif // KEOPS_CONVERSION_PASSES_H
