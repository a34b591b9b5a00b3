//===- GpuSchedule.cpp - tile sizes for GPUs ------------------------------===//

#include "keops/Analysis/Schedule.h"

using namespace keops;

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
