//===- AccumulateKernel.cpp - the loops over the pairs --------------------===//
//
//     rows in registers; totals = identity
//     for each tile of this split's columns:
//       barrier; stage it; barrier
//       partial = identity                        (block summation)
//       for each column: partial = accumulate(partial, pair)
//       totals = merge(totals, partial)
//     results, or a state for the finishing kernel
//
//===----------------------------------------------------------------------===//

#include "GpuNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <algorithm>

using namespace mlir;
using namespace keops;

std::string GpuNest::writeAccumulate() {
  std::string name = beginKernel("accumulate");
  prepareRows();
  SmallVector<Value> fields = fieldsOf(nest.getColumnStage());
  // What the faster way needs lies together.
  std::stable_partition(fields.begin(), fields.end(), [&](Value field) {
    return !slowColumns.contains(field);
  });
  tileInShared = std::make_unique<ColumnTile>(
      fields, schedule.getBlockColumns(), schedule.getUnroll());
  tileInShared->declare(b, module, name + ".columns");

  // This split's columns: whole tiles, shared out as evenly as they can be.
  int64_t width = schedule.getBlockColumns();
  Value columns = extentOf(nest.getColumns());
  Value split = blockOf(gpu::Dimension::y);
  Value tiles =
      arith::DivUIOp::create(b, b.add(columns, width - 1), b.index(width));
  auto cut = [&](Value number) {
    Value tile = arith::DivUIOp::create(b, b.mul(tiles, number), splits);
    return b.min(b.mul(tile, width), columns);
  };
  Value from = cut(split), to = cut(b.add(split, 1));

  prepareTotals(split);
  SmallVector<Value> done =
      b.loop(from, to, width, totals.registers(),
             [&](Value begin, ValueRange carried) {
               totals.setRegisters(carried);
               tileOfColumns(begin, b.min(b.add(begin, width), to));
               return totals.registers();
             });
  totals.setRegisters(done);
  leaveStates();
  endKernel();
  return name;
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

/// The identity in every row's total.
void GpuNest::prepareTotals(Value split) {
  totals.clear();
  memories.clear();
  for (const AccumulatorLayout &acc : layout.accumulators) {
    RunningState run;
    run.layout = &acc;
    run.onTotals = true;
    SmallVector<int64_t> dims;
    for (const StateComponent &component : acc.state) {
      dims.push_back(component.dim);
      run.types.push_back(component.total);
    }
    for (Value slot : rowSlots) {
      memories.push_back(
          std::make_unique<MemoryView>(stateView(acc, split, slot)));
      MixedView view(dims, acc.isSelection() ? 0 : schedule.getUnroll(),
                     memories.back().get());
      // What decides whether a row is looked at: the last slot of selections.
      if (acc.isSelection())
        view.remember((acc.k - 1) * acc.inputDims[0]);
      ReductionSteps(b, acc, 1).identity(view, run.types);
      view.readAgain();
      run.views.push_back(view);
    }
    totals.add(std::move(run));
  }
}

/// The states that take in a tile: identities, or the totals themselves for
/// selections, unblocked sums and whatever is kept in memory.
void GpuNest::startPartials() {
  running.clear();
  for (RunningState &total : totals.all()) {
    RunningState run = total;
    bool inMemory = false;
    for (unsigned s = 0; s < total.types.size(); ++s)
      inMemory |= total.views[0].inMemory(s);
    run.onTotals = inMemory || !schedule.getPartials();
    if (!run.onTotals) {
      for (auto [s, component] : llvm::enumerate(run.layout->state))
        run.types[s] = component.partial;
      for (auto [view, before] : llvm::zip_equal(run.views, total.views))
        ReductionSteps(b, *run.layout, 1).restart(view, before, run.types);
    }
    running.add(std::move(run));
  }
}

void GpuNest::mergePartials() {
  for (auto [total, run] : llvm::zip_equal(totals.all(), running.all()))
    for (auto [g, view] : llvm::enumerate(run.views)) {
      if (run.onTotals) {
        total.views[g] = view;
        continue;
      }
      Value base = b.splat(tileBegin, 1);
      if (nest.getFull())
        base = columnNumber(b.getI64Type(), b.index(0), g, 0);
      WidenedView widened(b, view, *run.layout, base);
      ReductionSteps(b, *run.layout, 1).merge(total.views[g], widened);
    }
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

void GpuNest::tileOfColumns(Value from, Value to) {
  tileBegin = from;
  Value count = b.sub(to, from);
  barrier();
  Value outside = stageColumns(count);
  if (alternative)
    outside = barrierAny(outside);
  else
    barrier();
  startPartials();
  if (alternative)
    eitherWay(outside, count);
  else
    pairLoops(count);
  mergePartials();
}

/// The faster way where the tile's columns and the thread's rows allow it.
void GpuNest::eitherWay(Value outside, Value count) {
  Value yes = arith::ConstantOp::create(b, b.getBoolAttr(true));
  Value inside = arith::XOrIOp::create(b, outside, yes);
  Value fast = arith::AndIOp::create(b, inside, rowsAllow);
  SmallVector<Value> before = running.registers();
  auto branch = scf::IfOp::create(b, ValueRange(before).getTypes(), fast,
                                  /*withElseRegion=*/true);
  for (bool isFast : {true, false}) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(isFast ? branch.thenBlock()
                                      : branch.elseBlock());
    goesFast = isFast;
    running.setRegisters(before);
    if (!isFast)
      loadRowFields(/*slowOnes=*/true);
    pairLoops(count);
    if (!before.empty())
      scf::YieldOp::create(b, running.registers());
  }
  goesFast = false;
  running.setRegisters(branch.getResults());
}

/// All columns of the tile: several at a time, then one.
void GpuNest::pairLoops(Value count) {
  int64_t step = schedule.getTileColumns();
  Value whole = b.roundDown(count, step);
  pairLoop(b.index(0), whole, step);
  if (step > 1)
    pairLoop(whole, count, 1);
}

/// The loop counts in 32 bits: a tile is small, and GPUs have no 64-bit adder.
void GpuNest::pairLoop(Value from, Value to, int64_t step) {
  Type i32 = b.getI32Type();
  auto narrow = [&](Value v) {
    return arith::TruncIOp::create(b, i32, v).getResult();
  };
  Value stepValue = arith::ConstantOp::create(b, b.getI32IntegerAttr(step));
  auto loop = scf::ForOp::create(
      b, narrow(from), narrow(to), stepValue, running.registers(),
      [&](OpBuilder &, Location, Value i, ValueRange carried) {
        running.setRegisters(carried);
        pairs(arith::ExtUIOp::create(b, b.getI64Type(), i), step);
        scf::YieldOp::create(b, running.registers());
      });
  running.setRegisters(loop.getResults());
}

/// Number of a column in the type of an index component: 32-bit counted from
/// the tile, or 64-bit and absolute (of a full reduction: row * number of
/// columns + column).
Value GpuNest::columnNumber(Type type, Value column, int64_t group,
                            int64_t other) {
  Value number = b.add(column, other);
  if (type.isInteger(32))
    return b.splat(arith::TruncIOp::create(b, type, number), 1);
  number = b.add(number, tileBegin);
  if (nest.getFull())
    number =
        b.add(b.mul(rowNumbers[group], extentOf(nest.getColumns())), number);
  return b.splat(number, 1);
}

/// Sees some of the thread's rows against some of the columns at hand.
RowEvaluator GpuNest::pairEvaluator(Value column, int64_t columns,
                                    ArrayRef<int64_t> rowGroups,
                                    ArrayRef<int64_t> others) {
  RegisterTile tile{1, static_cast<int64_t>(rowGroups.size()),
                    static_cast<int64_t>(others.size())};
  RowEvaluator evaluator = makeEvaluator(tile, schedule.getUnroll());
  evaluator.takeFast(goesFast);
  Block &pair = nest.getPair().front();
  SmallVector<int64_t> ofRows(rowGroups), ofColumns(others);
  auto perColumn = [ofColumns](llvm::function_ref<Value(int64_t)> one) {
    Copies copies;
    copies.perOther = true;
    for (int64_t other : ofColumns)
      copies.values.push_back(one(other));
    return copies;
  };
  SmallVector<Value> rows = fieldsOf(nest.getRowStage());
  for (unsigned k = 0; k < rows.size(); ++k)
    evaluator.bind(pair.getArgument(k), [this, k, ofRows](Component d) {
      Copies copies;
      copies.perLaneGroup = true;
      for (int64_t group : ofRows)
        copies.values.push_back(rowComponent(k, group, d));
      return copies;
    });
  for (auto [k, field] : llvm::enumerate(fieldsOf(nest.getColumnStage())))
    evaluator.bind(
        pair.getArgument(rows.size() + k),
        [this, field = field, column, columns, perColumn](Component d) {
          return perColumn([&](int64_t other) {
            return columnComponent(field, column, columns, other, d);
          });
        });
  Copies rowIndices;
  rowIndices.perLaneGroup = true;
  for (int64_t group : ofRows)
    rowIndices.values.push_back(b.splat(rowNumbers[group], 1));
  evaluator.setIndex(nest.getRows(), rowIndices);
  evaluator.setIndex(nest.getColumns(), perColumn([&](int64_t other) {
                       Value number = b.add(b.add(tileBegin, column), other);
                       return b.splat(number, 1);
                     }));
  evaluator.evaluate(pair);
  return evaluator;
}

/// Component d of a column's field: from shared memory, or where it is; a
/// computed one that shared memory does not hold is computed once more.
Value GpuNest::columnComponent(Value field, Value column, int64_t columns,
                               int64_t other, Component d) {
  if (tileInShared->holds(field))
    return tileInShared->load(b, field, column, columns, other, d);
  Value row = b.add(b.add(tileBegin, column), other);
  if (auto leaf = leafOf(field))
    return b.splat(loadElement(*leaf, row, d), 1);
  RowEvaluator evaluator = columnEvaluator(row);
  return evaluator.at(evaluator.component(field, d), 0, 0);
}

/// One register tile: the thread's rows against `columns` columns. Narrow pairs
/// are evaluated one after the other, not side by side: fewer values live. Wide
/// ones go side by side through the loops over their components, so that a
/// component is loaded once for the tile.
void GpuNest::pairs(Value column, int64_t columns) {
  auto allGroups = llvm::to_vector(llvm::seq<int64_t>(0, groups));
  auto allColumns = llvm::to_vector(llvm::seq<int64_t>(0, columns));
  if (isWide) {
    RowEvaluator together =
        pairEvaluator(column, columns, allGroups, allColumns);
    takeIn(together, column, columns);
    return;
  }
  Operation *yield = nest.getPair().front().getTerminator();
  std::vector<RowEvaluator> evaluators;
  evaluators.reserve(groups * columns);
  for (int64_t other : allColumns)
    for (int64_t group : allGroups) {
      evaluators.push_back(pairEvaluator(column, columns, group, other));
      for (Value input : yield->getOperands())
        for (int64_t d = 0; d < rowSize(input); ++d)
          evaluators.back().component(input, d);
    }
  RowEvaluator together =
      makeEvaluator({1, groups, columns}, schedule.getUnroll());
  for (Value input : yield->getOperands())
    together.bind(input, [&, input](Component d) {
      Copies copies;
      copies.perLaneGroup = copies.perOther = true;
      for (int64_t group : allGroups)
        for (int64_t other : allColumns) {
          RowEvaluator &one = evaluators[other * groups + group];
          copies.values.push_back(one.at(one.component(input, d), 0, 0));
        }
      return copies;
    });
  takeIn(together, column, columns);
}

TileOfPairs GpuNest::tileOfPairs(RowEvaluator &evaluator, Value column,
                                 int64_t columns) {
  return {evaluator,
          {1, groups, columns},
          /*rowsInLanes=*/true,
          nest.getPair().front().getTerminator(),
          Value(),
          [this, column](Type type, int64_t group, int64_t other) {
            return columnNumber(type, column, group, other);
          },
          /*optimistic=*/true};
}

void GpuNest::takeIn(RowEvaluator &evaluator, Value column, int64_t columns) {
  TileOfPairs tile = tileOfPairs(evaluator, column, columns);
  auto allGroups = llvm::to_vector(llvm::seq<int64_t>(0, groups));
  tile.column = [&](Value i,
                    llvm::function_ref<void(const TileOfPairs &)> use) {
    Value alone = b.add(column, i);
    RowEvaluator one = pairEvaluator(alone, 1, allGroups, {0});
    use(tileOfPairs(one, alone, 1));
  };
  running.feed(tile);
}

//===----------------------------------------------------------------------===//
// The end
//===----------------------------------------------------------------------===//

/// Finishes the rows if no other split has a share in them, else leaves their
/// states; of a full reduction, one state per block.
void GpuNest::leaveStates() {
  auto storeAll = [&] {
    for (RunningState &total : totals.all())
      for (MixedView &view : total.views)
        view.store();
  };
  if (nest.getFull()) {
    storeAll();
    foldBlock();
    return;
  }
  Value alone =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, splits, b.index(1));
  auto branch = scf::IfOp::create(b, alone, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  for (int64_t g = 0; g < groups; ++g)
    when(less(rowSlots[g], numRows()), [&] {
      Views views;
      for (RunningState &total : totals.all())
        views.push_back(&total.views[g]);
      finishRow(rowSlots[g], views);
    });
  b.setInsertionPointToStart(branch.elseBlock());
  storeAll();
}

/// Merges the states of a block's rows into the first one.
void GpuNest::foldBlock() {
  Value split = blockOf(gpu::Dimension::y);
  Value first = b.mul(blockOf(gpu::Dimension::x), rowsPerBlock);
  Value count = b.min(b.sub(numRows(), first), b.index(rowsPerBlock));
  // A thread's own rows: they are `threads` apart.
  for (int64_t g = 1; g < groups; ++g)
    when(less(rowSlots[g], numRows()),
         [&] { mergeSlots(split, rowSlots[0], split, rowSlots[g]); });
  treeMerge(
      [&](Value other) {
        mergeSlots(split, rowSlots[0], split, b.add(first, other));
      },
      count);
}
