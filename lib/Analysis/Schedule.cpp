//===- Schedule.cpp - choice of tile sizes
//---------------------------------===//

#include "keops/Analysis/Schedule.h"

#include "keops/Formula/PrimitiveTable.h"
#include "keops/Formula/ReductionTable.h"

using namespace mlir;
using namespace keops;

/// Rows up to this dimension are kept component by component.
static constexpr int64_t unrollLimit = 16;
/// Bytes of one side's block that should stay in the first-level cache.
static constexpr int64_t blockBytes = 64 * 1024;

static int64_t costOf(Operation &op) {
  const PrimitiveRecord *record = lookupPrimitive(op.getName().stripDialect());
  int64_t each = record ? std::max(record->cost, 1) : 0;
  if (isa<SumOp, VMinOp, VMaxOp, VArgMinOp, VArgMaxOp>(op))
    return rowSize(op.getOperand(0));
  if (auto dot = dyn_cast<TensorDotOp>(op))
    return std::max(rowSize(dot.getF()) * rowSize(dot.getG()) /
                        std::max<int64_t>(rowSize(dot.getResult()), 1),
                    rowSize(dot.getResult()));
  return op.getNumResults() ? each * rowSize(op.getResult(0)) : 0;
}

NestShape keops::shapeOf(tile::NestOp nest) {
  NestShape shape;
  Block &pair = nest.getPair().front();
  bool hasFloat = false, hasWideInteger = false;
  auto see = [&](Value row) {
    Type element = rowElement(row.getType());
    shape.widest = std::max(shape.widest, rowSize(row));
    if (isa<FloatType>(element)) {
      hasFloat = true;
      shape.elementBits =
          std::max<int64_t>(shape.elementBits, element.getIntOrFloatBitWidth());
    }
    hasWideInteger |= element.isInteger(64);
  };
  for (Operation &op : pair) {
    for (Value row : op.getResults())
      see(row);
    for (Value row : op.getOperands())
      see(row);
    shape.operations += costOf(op);
  }
  if (!hasFloat && hasWideInteger)
    shape.elementBits = 64;
  auto components = [](Region &stage) {
    int64_t sum = 0;
    for (Value field : stage.front().getTerminator()->getOperands())
      sum += rowSize(field);
    return sum;
  };
  shape.rowComponents = components(nest.getRowStage());
  shape.columnComponents = components(nest.getColumnStage());
  unsigned input = 0;
  for (auto acc : nest.getAccumulators().getAsRange<tile::AccumulatorAttr>()) {
    const ReductionRecord *record = lookupReduction(acc.getKind());
    shape.hasSelection |= record->isSelection;
    for (int shapeOf : record->stateShape) {
      int64_t dim = rowSize(pair.getTerminator()->getOperand(input + shapeOf));
      shape.stateComponents += dim * (record->isSelection ? acc.getK() : 1);
      shape.operations += dim * 2;
    }
    input += acc.getNumInputs();
  }
  return shape;
}

/// A power of two of rows such that `bytesPerRow` of them fill a block.
static int64_t rowsThatFit(int64_t bytesPerRow, int64_t most, int64_t least) {
  int64_t rows = most;
  while (rows > least && rows * bytesPerRow > blockBytes)
    rows /= 2;
  return rows;
}

static Schedule naiveSchedule(const ScheduleOptions &options) {
  return {1, 64, 64, 1, 1, unrollLimit, options.partials};
}

Schedule keops::chooseSchedule(const NestShape &shape, const CpuTarget &target,
                               const ScheduleOptions &options) {
  if (options.naive)
    return naiveSchedule(options);
  Schedule schedule;
  schedule.lanes = std::max<int64_t>(target.vectorBits / shape.elementBits, 1);
  schedule.unroll = unrollLimit;
  schedule.partials = options.partials;
  bool wide = shape.widest > unrollLimit;
  int64_t bytes = shape.elementBits / 8;
  if (wide) {
    // A contraction: both sides are reused from registers, as in a product of
    // matrices; half the registers accumulate.
    schedule.tileRows = target.vectorRegisters >= 32 ? 4 : 2;
    schedule.tileColumns = 4;
  } else {
    // Rows in registers as far as they leave room to compute.
    int64_t perRow = shape.rowComponents / 2 + 3;
    schedule.tileRows = perRow * 4 <= target.vectorRegisters ? 4 : 2;
    if (target.vectorRegisters < 32 && shape.operations > 150)
      schedule.tileRows = 1;
    schedule.tileColumns = 1;
  }
  // The same for every target: the runtime asks once for the size of a state.
  schedule.blockRows =
      rowsThatFit((shape.rowComponents + shape.stateComponents) * 8, 256, 64);
  schedule.blockColumns = rowsThatFit(shape.columnComponents * bytes, 128, 16);
  return schedule;
}

Schedule keops::chooseFewSchedule(const NestShape &shape,
                                  const CpuTarget &target,
                                  const ScheduleOptions &options) {
  Schedule schedule = chooseSchedule(shape, target, options);
  schedule.tileRows =
      shape.widest > unrollLimit || shape.operations > 150 ? 1 : 2;
  schedule.tileColumns = 1;
  schedule.blockColumns =
      rowsThatFit(shape.columnComponents * shape.elementBits / 8,
                  shape.hasSelection ? 2048 : 64 * schedule.lanes, 64);
  return schedule;
}

//===----------------------------------------------------------------------===//
// GPUs
//===----------------------------------------------------------------------===//

/// Rows up to this dimension stay in a thread's registers.
static constexpr int64_t gpuUnrollLimit = 64;
static constexpr int64_t gpuThreads = 128;
/// Registers of 32 bits that rows and their states may take, of 255: with four
/// blocks of 128 threads on a multiprocessor a thread has 128.
static constexpr int64_t gpuRowRegisters = 96;
/// Up to here, eight rows: then half as many threads fill a multiprocessor.
static constexpr int64_t gpuManyRowRegisters = 72;
/// Operations of a register tile: more are not worth their code.
static constexpr int64_t gpuTileOperations = 2400;
/// Bytes of columns in shared memory: of 227 KiB, with many blocks side by
/// side.
static constexpr int64_t gpuTileBytes = 16 * 1024;

Schedule keops::chooseGpuSchedule(const NestShape &shape,
                                  const ScheduleOptions &options) {
  Schedule schedule;
  schedule.lanes = gpuThreads;
  schedule.unroll = gpuUnrollLimit;
  schedule.partials = options.partials;
  int64_t words = shape.elementBits / 32;
  // Selections are kept in memory.
  int64_t states = shape.hasSelection ? 1 : shape.stateComponents;
  int64_t perRow =
      (shape.rowComponents + states * (options.partials ? 2 : 1)) * words + 2;
  bool inMemory = shape.widest > gpuUnrollLimit;
  auto operations = [&] {
    return shape.operations * schedule.tileRows * schedule.tileColumns;
  };
  // Loading a column costs as much for eight rows as for one; so does counting.
  schedule.tileRows = 8 * perRow <= gpuManyRowRegisters && !inMemory ? 8 : 4;
  schedule.tileColumns = inMemory ? 4 : 8;
  while (schedule.tileRows > 1 &&
         schedule.tileRows * perRow > gpuRowRegisters && !inMemory)
    schedule.tileRows /= 2;
  while (schedule.tileColumns > 1 && operations() > gpuTileOperations &&
         !inMemory)
    schedule.tileColumns /= 2;
  while (schedule.tileRows > 1 && operations() > gpuTileOperations && !inMemory)
    schedule.tileRows /= 2;
  schedule.blockRows = gpuThreads * schedule.tileRows;
  int64_t bytesPerColumn =
      std::max<int64_t>(shape.columnComponents, 1) * shape.elementBits / 8;
  schedule.blockColumns = 256;
  while (schedule.blockColumns > 4 &&
         schedule.blockColumns * bytesPerColumn > gpuTileBytes)
    schedule.blockColumns /= 2;
  return schedule;
}
