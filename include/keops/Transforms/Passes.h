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

/// keops-differentiate: replaces keops.grad and keops.jvp by what computes
/// them; `simplifies` between one order and the next.
std::unique_ptr<mlir::Pass> createDifferentiatePass(bool simplifies);

/// keops-simplify: applies the algebra of rows and shares equal operations.
std::unique_ptr<mlir::Pass> createSimplifyPass();

/// keops-factorize: takes factors that do not vary out of sums.
std::unique_ptr<mlir::Pass> createFactorizePass();

/// keops-hoist-invariants: multiplies factors of fewer indices first.
std::unique_ptr<mlir::Pass> createHoistInvariantsPass();

/// keops-quadratic-forms: adds entries of a matrix that meet the same product.
std::unique_ptr<mlir::Pass> createQuadraticFormsPass();

/// keops-fuse-reductions: lets sums over all pairs join passes that keep rows.
std::unique_ptr<mlir::Pass> createFuseReductionsPass();

/// `reductions`: also those of exponentials.
std::unique_ptr<mlir::Pass> createBaseTwoPass(bool reductions);

/// keops-set-accumulation: replaces sums by the scheme asked for.
std::unique_ptr<mlir::Pass> createSetAccumulationPass(Accumulation scheme);

/// tile-scale-points: for nests scheduled for a GPU.
std::unique_ptr<mlir::Pass> createTileScalePointsPass();

/// tile-expand-distances: for processors, distances of wide points in exponents
/// by the product of the points.
std::unique_ptr<mlir::Pass> createTileExpandDistancesPass();

/// tile-schedule: one copy of each nest per target, with its tile sizes.
std::unique_ptr<mlir::Pass>
createTileSchedulePass(std::vector<CpuTarget> targets, ScheduleOptions options);

} // namespace keops

#endif // KEOPS_TRANSFORMS_PASSES_H
