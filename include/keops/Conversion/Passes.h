//===- Passes.h - passes between the levels ---------------------*- C++ -*-===//
#ifndef KEOPS_CONVERSION_PASSES_H
#define KEOPS_CONVERSION_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace keops {

/// convert-keops-to-tile: the reductions of each kernel become tile.nest.
std::unique_ptr<mlir::Pass> createConvertKeopsToTilePass();

/// convert-tile-to-scf: each nest becomes loops over lanes, in functions that
/// the runtime calls.
std::unique_ptr<mlir::Pass> createConvertTileToSCFPass();

/// convert-primitives-to-arith: element-wise primitives on lanes become arith,
/// math and target intrinsics.
std::unique_ptr<mlir::Pass> createConvertPrimitivesToArithPass();

} // namespace keops

#endif // KEOPS_CONVERSION_PASSES_H
