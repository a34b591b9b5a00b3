//===- CpuSchedule.cpp - tile sizes for processors ------------------------===//
//
// A register tile has R lane groups of rows against C columns.
//
// Short formulas: every operation of a pair is in registers, and a column's
// numbers, one load each, serve R groups. R is what the registers hold: rows
// and states, beside the constants and intermediate results of a function. R C
// pairs are chains of operations that do not wait for one another. With
// AVX-512, where a column costs no register, R is 1 and the chains are columns.
//
// Contractions (sums over more components than registers hold rows of) and wide
// states (many channels): a multiply-add needs a number of the row and one of
// the column, and the loads per multiply-add are (R + C) / (R C). So both
// sides are reused: R C accumulators take half of the registers. Where rows are
// so wide that a tile of them leaves the first-level cache, fewer rows meet
// more columns.
//
//===----------------------------------------------------------------------===//

#include "keops/Analysis/Schedule.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace keops;

/// Rows up to this dimension are kept component by component.
static constexpr int64_t unrollLimit = 16;
/// Sums of more terms are blocked like products of matrices.
static constexpr int64_t shortSum = 4;
/// From this width on, a tile of four groups of rows leaves the first-level
/// cache.
static constexpr int64_t farSum = 256;
/// Bytes of a block that should stay in the first-level cache (columns), or in
/// the second (rows).
static constexpr int64_t columnBytes = 64 * 1024, rowBytes = 1024 * 1024;
/// Operations of a tile, beyond which it would only make code longer.
static constexpr int64_t tileOperations = 600;
/// Operations from which on a pair's results come late enough that two columns,
/// or pairs one after the other, would leave a processor waiting.
static constexpr int64_t longChain = 24;
/// States of a row from which on eight columns are better than four.
static constexpr int64_t manyStates = 4;

/// Columns of a block, at most. Sums are rounded block by block; where columns
/// change a state rarely, what one block found costs a fixed time.
static constexpr int64_t mostColumns = 128, mostRareColumns = 1024;

/// A power of two of rows such that `bytesPerRow` of them fill `bytes`.
static int64_t rowsThatFit(int64_t bytesPerRow, int64_t bytes, int64_t most,
                           int64_t least) {
  int64_t rows = most;
  while (rows > least && rows * bytesPerRow > bytes)
    rows /= 2;
  return rows;
}

static Schedule naiveSchedule(const ScheduleOptions &options) {
  return {1, 64, 64, 1, 1, unrollLimit, options.partials, 0};
}

bool keops::hasLongSums(const NestShape &shape) {
  return shape.contraction > shortSum;
}

static bool hasLongChains(const NestShape &shape) {
  return shape.operations + shape.accumulation >= longChain;
}

/// Whether the numbers of both sides of a tile are worth reusing.
static bool isWide(const NestShape &shape, bool statesInMemory) {
  return hasLongSums(shape) || shape.widest > unrollLimit || statesInMemory;
}

/// Whether a tile has one group of rows. Where an instruction takes a number
/// from memory into all lanes, a column costs no register and no instruction of
/// its own; so a row and its states stay in registers, and the chains come from
/// columns: two multiply-adds start in a clock and take four. Not where the
/// divider sets the pace: quotients and roots in a heap keep the rest waiting.
static bool hasColumnsOnly(const NestShape &shape, const CpuTarget &target) {
  constexpr int64_t mostKept = 20; // rows and states, beside what is computed
  return target.vectorBits >= 512 && hasLongChains(shape) &&
         !shape.hasSelection && !shape.divisions &&
         std::max(shape.widest, shape.contraction) <= unrollLimit &&
         shape.rowComponents + shape.stateRegisters <= mostKept;
}

static bool hasStatesInMemory(const NestShape &shape, const CpuTarget &target) {
  return shape.stateRegisters > target.vectorRegisters / 2;
}

PairOrder keops::choosePairOrder(const NestShape &shape,
                                 const CpuTarget &target) {
  // More registers hold a tile in any order.
  if (target.vectorRegisters >= 32 ||
      isWide(shape, hasStatesInMemory(shape, target)))
    return PairOrder::Usual;
  // A selection keeps the value of every pair until all were tested.
  if (!hasLongChains(shape))
    return shape.hasSelection ? PairOrder::DepthFirst : PairOrder::Usual;
  // Without multiply-adds the products, side by side, leave the registers.
  return target.hasFma ? PairOrder::Interleaved : PairOrder::Usual;
}

/// Sums of many components, wide rows or states: numbers of both sides are
/// reused.
static void chooseWideTile(Schedule &schedule, const NestShape &shape,
                           const CpuTarget &target, bool statesInMemory) {
  bool manyRegisters = target.vectorRegisters >= 32;
  bool isFar = shape.contraction >= farSum;
  schedule.tileRows = manyRegisters && !isFar ? 4 : 2;
  schedule.tileColumns = manyRegisters && isFar ? 8 : 4;
  // In a loop over components the sums stay in registers and each number is
  // loaded once; in straight code LLVM orders it otherwise.
  if (hasLongSums(shape) && !manyRegisters) {
    schedule.unroll = shortSum;
    schedule.keep = statesInMemory ? 1 : unrollLimit;
  }
  // States beside the sums of a tile.
  if (!statesInMemory &&
      shape.stateRegisters * schedule.tileRows > target.vectorRegisters / 2)
    schedule.keep = 1;
}

static bool changesRarely(const NestShape &shape) {
  return shape.stateRegisters == 0 && !shape.hasSelection;
}

/// Columns beside `rows` groups of rows where registers are few: enough for
/// several independent chains. One group of many states has all of them from
/// its columns, whose results go into the states one after the other.
static int64_t columnsForChains(const NestShape &shape, const CpuTarget &target,
                                int64_t rows) {
  if (!hasLongChains(shape))
    return 2;
  bool hasManyStates = rows == 1 && shape.stateRegisters >= manyStates;
  return hasManyStates && target.hasFma ? 8 : 4;
}

/// Short formulas, in general: as many rows as registers hold. Where these are
/// few, several columns give the independent chains that more rows would; what
/// they need beside is short-lived. A state that changes rarely keeps one
/// register of values and leaves room for a second column.
static void chooseShortTile(Schedule &schedule, const NestShape &shape,
                            const CpuTarget &target) {
  bool manyRegisters = target.vectorRegisters >= 32;
  // A little more in f64, whose longer functions hide what leaves registers.
  int64_t mostForRows = manyRegisters ? 24 : shape.elementBits == 64 ? 20 : 16;
  // Where registers are few, a row is read from where it was staged; a state
  // that left them would be written too.
  int64_t perRow =
      shape.rowComponents + (manyRegisters ? 1 : 2) * shape.stateRegisters;
  auto isTooLarge = [&] {
    return schedule.tileRows * schedule.tileColumns * shape.operations >
           tileOperations;
  };
  bool isDepthFirst = choosePairOrder(shape, target) == PairOrder::DepthFirst;
  schedule.tileRows = manyRegisters || isDepthFirst ? 4 : 2;
  schedule.tileColumns = 1;
  while (schedule.tileRows > 1 &&
         (schedule.tileRows * perRow > mostForRows || isTooLarge()))
    schedule.tileRows /= 2;
  if (manyRegisters && !changesRarely(shape)) {
    // A selection tests as many pairs at once as a mask has bits.
    int64_t pairs = 64 * shape.elementBits / target.vectorBits;
    if (shape.hasSelection && target.vectorBits >= 512)
      schedule.tileColumns = std::max<int64_t>(pairs / schedule.tileRows, 1);
    return;
  }
  schedule.tileColumns =
      manyRegisters ? 2 : columnsForChains(shape, target, schedule.tileRows);
  while (schedule.tileColumns > 1 && isTooLarge())
    schedule.tileColumns /= 2;
}

/// Rows and columns of the register tile, and what of the states it holds.
static void chooseTile(Schedule &schedule, const NestShape &shape,
                       const CpuTarget &target) {
  if (hasColumnsOnly(shape, target)) {
    schedule.tileRows = 1;
    schedule.tileColumns = 8;
    while (schedule.tileColumns > 1 &&
           schedule.tileColumns * shape.operations > tileOperations)
      schedule.tileColumns /= 2;
    return;
  }
  bool statesInMemory = hasStatesInMemory(shape, target);
  schedule.keep = statesInMemory ? 1 : 0;
  if (isWide(shape, statesInMemory))
    chooseWideTile(schedule, shape, target, statesInMemory);
  else
    chooseShortTile(schedule, shape, target);
}

Schedule keops::chooseSchedule(const NestShape &shape, const CpuTarget &target,
                               const ScheduleOptions &options) {
  if (options.naive)
    return naiveSchedule(options);
  Schedule schedule{};
  schedule.lanes = std::max<int64_t>(target.vectorBits / shape.elementBits, 1);
  schedule.unroll = unrollLimit;
  schedule.partials = options.partials;
  chooseTile(schedule, shape, target);
  int64_t bytes = shape.elementBits / 8;
  // The same for every target: the runtime asks once for the size of a state.
  schedule.blockRows = rowsThatFit(
      (shape.rowComponents + shape.stateComponents) * 8, rowBytes, 256, 64);
  schedule.blockColumns =
      rowsThatFit(shape.columnComponents * bytes, columnBytes,
                  changesRarely(shape) ? mostRareColumns : mostColumns, 32);
  if (options.tileRows)
    schedule.tileRows = options.tileRows;
  if (options.tileColumns)
    schedule.tileColumns = options.tileColumns;
  if (options.blockColumns)
    schedule.blockColumns = options.blockColumns;
  assert(schedule.tileRows > 0 && schedule.tileColumns > 0 && "empty tile");
  return schedule;
}

int64_t keops::fewRows(const NestShape &shape) {
  return hasLongSums(shape) || shape.widest > unrollLimit ? 8 : 24;
}

/// Columns that one row meets before its lanes are merged. The next columns
/// come from memory while these are computed with, as far as the processor
/// looks ahead: some hundred bytes. So the fewer the better, but merging lane
/// by lane must stay cheap beside the pairs.
static int64_t mostFewColumns(const NestShape &shape, int64_t lanes) {
  if (shape.hasSelection)
    return 2048;
  bool isMergedSoon = shape.stateRegisters == shape.stateComponents;
  int64_t vectors = isMergedSoon ? 16 * shape.stateComponents : 64;
  return lanes * llvm::bit_ceil<uint64_t>(std::clamp<int64_t>(vectors, 16, 64));
}

Schedule keops::chooseFewSchedule(const NestShape &shape,
                                  const CpuTarget &target,
                                  const ScheduleOptions &options) {
  Schedule schedule = chooseSchedule(shape, target, options);
  schedule.tileRows =
      shape.widest > unrollLimit || shape.operations > 150 ? 1 : 2;
  schedule.tileColumns = 1;
  schedule.keep = 0;
  schedule.unroll = unrollLimit;
  schedule.blockColumns =
      rowsThatFit(shape.columnComponents * shape.elementBits / 8, columnBytes,
                  mostFewColumns(shape, schedule.lanes), 64);
  return schedule;
}

llvm::Error keops::parseSchedule(llvm::StringRef text,
                                 ScheduleOptions &options) {
  auto wrong = [&] {
    return llvm::createStringError(
        "unknown schedule '" + text.str() +
        "'; expected naive, or tile=RxC and block=C, joined by commas: groups "
        "of rows (1, 2, 4) and columns (1, 2, 4, 8, 16) of the register tile, "
        "columns of a block (16, 32, ..., 4096)");
  };
  if (text.empty())
    return llvm::Error::success();
  if (text == "naive") {
    options.naive = true;
    return llvm::Error::success();
  }
  // Powers of two: blocks hold whole tiles.
  auto number = [](llvm::StringRef digits, int64_t least, int64_t most,
                   int64_t &place) {
    return !digits.getAsInteger(10, place) && place >= least && place <= most &&
           llvm::isPowerOf2_64(place);
  };
  for (llvm::StringRef part : llvm::split(text, ',')) {
    auto [name, value] = part.split('=');
    auto [rows, columns] = value.split('x');
    bool right =
        name == "tile"    ? number(rows, 1, 4, options.tileRows) &&
                                number(columns, 1, 16, options.tileColumns)
        : name == "block" ? number(value, 16, 4096, options.blockColumns)
                          : false;
    if (!right)
      return wrong();
  }
  return llvm::Error::success();
}
