//===- Schedule.h - choice of tile sizes ------------------------*- C++ -*-===//
//
// How the pairs of a nest are visited on a processor, from sizes that are known
// when the kernel is compiled. Plain data in and out: the choice can be tested,
// explained and overridden.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_ANALYSIS_SCHEDULE_H
#define KEOPS_ANALYSIS_SCHEDULE_H

#include "keops/Analysis/Target.h"
#include "keops/Dialect/Tile/Tile.h"

namespace keops {

/// What a schedule depends on.
struct NestShape {
  /// Width of the widest number computed with per pair, in bits.
  int64_t elementBits = 32;
  /// Components of the row fields, of the column fields, of the accumulators.
  int64_t rowComponents = 0, columnComponents = 0, stateComponents = 0;
  /// Dimension of the widest row met in the pair region.
  int64_t widest = 1;
  /// Element operations per pair, counting transcendental ones by their cost.
  int64_t operations = 0;
  /// What the formulas of reductions call for one more pair, by its cost.
  int64_t accumulation = 0;
  bool hasSelection = false;
  /// Most terms that one number of a pair is the sum of.
  int64_t contraction = 1;
  /// Components of the states that pairs always change.
  int64_t stateRegisters = 0;
  /// Quotients and roots of a pair.
  int64_t divisions = 0;
};

struct Schedule {
  int64_t lanes, blockRows, blockColumns, tileRows, tileColumns, unroll;
  bool partials;
  /// Widest component of a state in registers; 0: as wide as `unroll`.
  int64_t keep = 0;
};

struct ScheduleOptions {
  /// One pair at a time, in blocks of 64: what tiles are tested against.
  bool naive = false;
  /// Block summation (partial sums per block of columns).
  bool partials = true;
  /// Also schedule for GPUs.
  bool gpu = false;
  /// On processors, instead of what the cost model says; 0: as it says.
  int64_t tileRows = 0, tileColumns = 0, blockColumns = 0;
};

/// Reads "naive", or "tile=4x1,block=128". Fails with what was expected.
llvm::Error parseSchedule(llvm::StringRef text, ScheduleOptions &options);

NestShape shapeOf(tile::NestOp nest);

/// Rows in lanes, columns one after the other: the schedule of large problems.
///   chooseSchedule({32, 3, 4, 1, 3, 20}, AVX2) has 8 lanes, 256 x 128 blocks.
Schedule chooseSchedule(const NestShape &shape, const CpuTarget &target,
                        const ScheduleOptions &options);

/// Columns in lanes: the schedule of problems with few rows.
Schedule chooseFewSchedule(const NestShape &shape, const CpuTarget &target,
                           const ScheduleOptions &options);

/// Lanes are threads; several rows of each thread in registers, a tile of
/// columns in shared memory.
Schedule chooseGpuSchedule(const NestShape &shape,
                           const ScheduleOptions &options);

/// What nests scheduled for GPUs name as their target.
constexpr llvm::StringLiteral gpuTargetName = "cuda";

/// Whether a formula has sums of so many components that they are blocked like
/// a product of matrices.
bool hasLongSums(const NestShape &shape);

/// The order of a register tile's pairs in machine code.
enum class PairOrder {
  /// Whatever LLVM makes of it.
  Usual,
  /// Side by side, lest the target wait for the results of one pair before it
  /// sees the next.
  Interleaved,
  /// One after the other, so that few intermediate results need a register.
  DepthFirst
};
PairOrder choosePairOrder(const NestShape &shape, const CpuTarget &target);

/// Up to this many rows, columns are put in lanes: a tile of rows would be
/// mostly empty. Wide rows are worth an empty half of a tile: columns in lanes
/// would have to be transposed.
int64_t fewRows(const NestShape &shape);

} // namespace keops

#endif // KEOPS_ANALYSIS_SCHEDULE_H
