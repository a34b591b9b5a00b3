//===- AccumulateFunctions.cpp - the loops over the pairs -----------------===//
//
// accumulate: rows lie in SIMD lanes, columns pass by one after the other.
//
//     stage the rows; totals = identity
//     for each block of columns: stage it
//       for each register tile of rows:
//         partial = identity                      (block summation)
//         for each column: partial = accumulate(partial, pair)
//         totals = merge(totals, partial)
//
// accumulate_few: columns lie in lanes, for problems with few rows; the lanes
// of a block are merged one after the other into the row's total.
//
// What happens to the states of a tile is in TileStates.cpp, the choice between
// two ways to a value in Alternatives.cpp, states that few columns change in
// RowSearch.cpp.
//
//===----------------------------------------------------------------------===//

#include "AccumulateWriter.h"
#include "keops/Analysis/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

std::string NestLowering::writeAccumulate() {
  return AccumulateWriter(*this, schedule, true).write("accumulate");
}

std::string NestLowering::writeAccumulateFew() {
  return AccumulateWriter(*this, *nest.getFewSchedule(), false)
      .write("accumulate_few");
}

std::string AccumulateWriter::write(StringRef suffix) {
  func::FuncOp function = n.beginFunction(suffix, 1, 4, 2);
  Value r0 = function.getArgument(1), r1 = function.getArgument(2);
  Value c0 = function.getArgument(3);
  c1 = function.getArgument(4);
  state = function.getArgument(5);
  n.scratchBase = function.getArgument(6);
  n.readFrame(function.getArgument(0));
  rows = Side(n.nest.getRows(), n.nest.getRowStage(), n.layout.blockRows);
  rows.begin = r0;
  rows.count = b.sub(r1, r0);
  columns = Side(n.nest.getColumns(), n.nest.getColumnStage(),
                 schedule.getBlockColumns());
  if (isWide())
    (rowsInLanes ? rows : columns).usePanels(lanes * groups);
  auto [rowsAlways, columnsAlways] = fieldsUsed();
  if (rowsInLanes)
    findAlternatives();
  auto [rowFields, columnFields] = fieldsUsed();
  n.prepareSide(rows, rowsInLanes, rowFields, rowsAlways);
  n.prepareSide(columns, !rowsInLanes, columnFields, columnsAlways);
  for (const AccumulatorLayout &acc : n.layout.accumulators) {
    SmallVector<Value> buffers;
    int64_t width = rowsInLanes ? groups * lanes : lanes;
    for (const StateComponent &component : acc.state)
      buffers.push_back(
          n.scratch(component.dim * width * elementBytes(component.total)));
    partialBuffers.push_back(buffers);
  }
  prepareLists();
  if (isSearch())
    placesFound = n.scratch(groups * lanes * elementBytes(b.getI64Type()));

  n.stage(rows, rowsInLanes ? lanes * groups : 1);
  prepareTotals(rowsInLanes ? lanes * groups : lanes);
  if (!alternatives.empty())
    prepareFastRows(c0);
  b.loop(c0, c1, schedule.getBlockColumns(), [&](Value from) {
    blockOfColumns(from, b.min(b.add(from, schedule.getBlockColumns()), c1));
  });
  writeLists();
  n.endFunction();
  return function.getName().str();
}

/// Whether components are looped over.
bool AccumulateWriter::isWide() {
  return shapeOf(n.nest).widest > schedule.getUnroll();
}

/// The identity in every row's total, and in those of lanes beyond the end.
void AccumulateWriter::prepareTotals(int64_t paddedTo) {
  Value padded = b.roundDown(b.add(rows.count, paddedTo - 1), paddedTo);
  for (auto &some : lists)
    if (some)
      some->clear(padded);
  b.loop(b.index(0), padded, lanes, [&](Value row) {
    for (const AccumulatorLayout &acc : n.layout.accumulators) {
      SmallVector<Type> types;
      for (const StateComponent &component : acc.state)
        types.push_back(component.total);
      MemoryView total = n.stateView(acc, state, row, lanes);
      ReductionSteps(b, acc, lanes).identity(total, types);
    }
  });
}

void AccumulateWriter::blockOfColumns(Value from, Value to) {
  blockBegin = columns.begin = from;
  columns.count = b.sub(to, from);
  n.stage(columns, lanes);
  if (alternatives.empty())
    rowTiles();
  else
    eitherWay();
}

void AccumulateWriter::rowTiles() {
  b.loop(b.index(0), rows.count, rowsInLanes ? lanes * groups : 1,
         [&](Value row) {
           if (rowsInLanes)
             rowTile(row);
           else
             fewRow(row);
         });
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

void AccumulateWriter::rowTile(Value row) {
  if (isSearch())
    return searchTile(row);
  prepareRunning(row, groups);
  Value whole = b.roundDown(columns.count, others);
  if (running.canHurry())
    hastyLoop(whole, row);
  else
    pairLoop(b.index(0), whole, others, {lanes, groups, others}, row, false);
  if (others > 1)
    pairLoop(whole, columns.count, 1, {lanes, groups, 1}, row, false);
  mergeTile(row);
}

/// Columns that are taken in before states are looked at.
static constexpr int64_t hastyColumns = 32;

/// Columns [0, to) without a test for each; where the states turn out to be in
/// doubt, once more with tests.
void AccumulateWriter::hastyLoop(Value to, Value row) {
  auto some = [&](Value from, ValueRange carried) {
    running.setRegisters(carried);
    Value end = b.min(b.add(from, hastyColumns), to);
    isHasty = true;
    pairLoop(from, end, others, {lanes, groups, others}, row, false);
    isHasty = false;
    SmallVector<Value> done = running.registers();
    auto branch =
        scf::IfOp::create(b, ValueRange(done).getTypes(), running.doubtful(),
                          /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, done);
    b.setInsertionPointToStart(branch.thenBlock());
    running.setRegisters(carried);
    pairLoop(from, end, 1, {lanes, groups, 1}, row, false);
    scf::YieldOp::create(b, running.registers());
    return SmallVector<Value>(branch.getResults());
  };
  running.setRegisters(
      b.loop(b.index(0), to, hastyColumns, running.registers(), some));
}

void AccumulateWriter::fewRow(Value row) {
  prepareRunning(row, 1);
  int64_t step = lanes * groups;
  Value whole = b.roundDown(columns.count, step);
  pairLoop(b.index(0), whole, step, {lanes, groups, 1}, row, false);
  pairLoop(whole, columns.count, lanes, {lanes, 1, 1}, row, lanes > 1);
  mergeLanes(row);
}

void AccumulateWriter::pairLoop(Value from, Value to, int64_t step,
                                RegisterTile tile, Value row, bool masked) {
  SmallVector<Value> done = b.loop(from, to, step, running.registers(),
                                   [&](Value column, ValueRange carried) {
                                     running.setRegisters(carried);
                                     pairs(tile, row, column, masked);
                                     return running.registers();
                                   });
  running.setRegisters(done);
}

/// One register tile of pairs: rows from `row`, columns from `column`.
void AccumulateWriter::pairs(RegisterTile tile, Value row, Value column,
                             bool masked) {
  RowEvaluator evaluator = n.makeEvaluator(tile, schedule.getUnroll());
  evaluate(evaluator, tile, row, column);
  feed(evaluator, tile, row, column, masked);
}

/// The pair region on a tile.
void AccumulateWriter::evaluate(RowEvaluator &evaluator, RegisterTile tile,
                                Value row, Value column) {
  evaluator.takeFast(goesFast);
  Block &pair = n.nest.getPair().front();
  SmallVector<Value> rowFields = n.fieldsOf(n.nest.getRowStage());
  SmallVector<Value> columnFields = n.fieldsOf(n.nest.getColumnStage());
  auto bind = [&](Side &side, Value first, bool inLanes, ArrayRef<Value> fields,
                  unsigned offset) {
    for (auto [k, field] : llvm::enumerate(fields))
      evaluator.bind(pair.getArgument(offset + k),
                     inLanes ? n.lanesSource(side, field, first, tile)
                             : n.otherSource(side, field, first, tile));
  };
  bind(rows, row, rowsInLanes, rowFields, 0);
  bind(columns, column, !rowsInLanes, columnFields, rowFields.size());
  auto setIndex = [&](Side &side, Value first, bool inLanes) {
    Copies copies;
    (inLanes ? copies.perLaneGroup : copies.perOther) = true;
    for (int64_t k = 0; k < (inLanes ? tile.groups : tile.others); ++k) {
      Value start = b.add(b.add(side.begin, first), inLanes ? k * lanes : k);
      Value number = b.splat(start, lanes);
      if (inLanes)
        number = arith::AddIOp::create(b, number, b.laneNumbers(lanes));
      copies.values.push_back(number);
    }
    evaluator.setIndex(side.axis, copies);
  };
  setIndex(rows, row, rowsInLanes);
  setIndex(columns, column, !rowsInLanes);
  evaluator.evaluate(pair);
}
