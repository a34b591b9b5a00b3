//===- Passes.h - passes within a level -------------------------*- C++ -*-===//
#ifndef KEOPS_TRANSFORMS_PASSES_H
#define KEOPS_TRANSFORMS_PASSES_H

#include "keops/Analysis/Schedule.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <vector>

namespace keops {

/// Summation schemes of `--accumulate`.
enum class Accumulation { Plain, Block, Kahan, F64 };

/// Where a module can stand: formulas, tiles, loops over lanes, LLVM dialect.
enum class Level { Formula, Tile, Loops, LLVM };

/// keops-verify-level: fails if an operation remains that belongs above a
/// level.
std::unique_ptr<mlir::Pass> createVerifyLevelPass(Level level);

/// keops-set-accumulation: replaces sums by the scheme asked for.
std::unique_ptr<mlir::Pass> createSetAccumulationPass(Accumulation scheme);

/// tile-schedule: one copy of each nest per target, with its tile sizes.
std::unique_ptr<mlir::Pass>
createTileSchedulePass(std::vector<CpuTarget> targets, ScheduleOptions options);

} // namespace keops

#endif // KEOPS_TRANSFORMS_PASSES_H
