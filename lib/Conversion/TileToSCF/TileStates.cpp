//===- TileStates.cpp - from the totals to a tile's states and back -------===//
//
// A register tile of rows works on states of its own: they start as identities
// (or as the totals, for selections and unblocked sums), take in the columns
// one after the other, and end merged into the totals.
//
//===----------------------------------------------------------------------===//

#include "AccumulateWriter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

/// Memory for the lists of selections, of all rows of the block.
void AccumulateWriter::prepareLists() {
  for (const AccumulatorLayout &acc : n.layout.accumulators) {
    lists.emplace_back();
    if (!SelectionLists::areFor(acc, lanes))
      continue;
    lists.back() =
        std::make_unique<SelectionLists>(b, acc, lanes, n.layout.blockRows);
    SelectionLists &some = *lists.back();
    Value values = n.scratch(some.valueBytes());
    Value indices = n.scratch(some.indexBytes());
    some.setMemory(values, indices);
    int64_t width = groups * lanes;
    Value candidates =
        n.scratch(width * others * elementBytes(acc.state[0].total));
    some.setScratch(candidates,
                    n.scratch(width * elementBytes(acc.state[1].total)));
  }
}

/// What is in the lists becomes the state of the block.
void AccumulateWriter::writeLists() {
  for (auto [acc, some] : llvm::zip_equal(n.layout.accumulators, lists))
    if (some)
      b.loop(b.index(0), rows.count, 1,
             [&, &acc = acc, &some = some](Value row) {
               some->writeTo(n.stateView(acc, state, row, 1), row);
             });
}

/// The state that a tile of rows starts with: identity, or the totals.
void AccumulateWriter::prepareRunning(Value row, int64_t states,
                                      bool inRegisters) {
  running.clear();
  partialMemory.clear();
  int64_t widestKept =
      schedule.getKeep() ? schedule.getKeep() : schedule.getUnroll();
  int64_t width = rowsInLanes ? groups * lanes : lanes;
  partialMemory.reserve(n.layout.accumulators.size() * states);
  for (auto [a, acc] : llvm::enumerate(n.layout.accumulators)) {
    RunningState run;
    run.layout = &acc;
    run.lists = lists[a].get();
    run.list = row;
    bool isInPlace = acc.isSelection() || (rowsInLanes && acc.isLazy());
    run.onTotals = rowsInLanes && (isInPlace || !schedule.getPartials());
    SmallVector<int64_t> dims;
    SmallVector<MemoryView::Place> places = totalPlaces(acc);
    for (auto [s, component] : llvm::enumerate(acc.state)) {
      dims.push_back(component.dim);
      run.types.push_back(run.onTotals || !rowsInLanes ? component.total
                                                       : component.partial);
      if (!run.onTotals)
        places[s] = {partialBuffers[a][s], run.types.back(), component.dim};
    }
    for (int64_t s = 0; s < states; ++s) {
      Value place = run.onTotals ? b.add(row, s * lanes)
                                 : b.index(rowsInLanes ? s * lanes : 0);
      partialMemory.emplace_back(
          b, places, b.index(run.onTotals ? n.layout.blockRows : width), place,
          lanes);
      MixedView view(dims, isInPlace && !inRegisters ? 0 : widestKept,
                     &partialMemory.back());
      if (run.onTotals)
        view.load();
      else if (run.lists)
        view.set(0, acc.k - 1, b.splat(run.lists->worst(row), lanes));
      else
        begin(view, acc, run.types, b.add(row, s * lanes));
      run.views.push_back(view);
    }
    running.add(std::move(run));
  }
}

/// A partial state to start with: where the scale of a state moves, that of the
/// total so far.
void AccumulateWriter::begin(StateView &view, const AccumulatorLayout &acc,
                             ArrayRef<Type> types, Value row) {
  ReductionSteps steps(b, acc, lanes);
  if (!rowsInLanes)
    return steps.identity(view, types);
  MemoryView total = n.stateView(acc, state, row, lanes);
  steps.restart(view, total, types);
}

SmallVector<MemoryView::Place>
AccumulateWriter::totalPlaces(const AccumulatorLayout &acc) {
  SmallVector<MemoryView::Place> places;
  for (const StateComponent &component : acc.state)
    places.push_back(
        {b.bytes(state, component.offset), component.total, component.dim});
  return places;
}

Value AccumulateWriter::columnIndex(Type type, Value row, Value column,
                                    int64_t group, int64_t other) {
  Value number = b.add(column, rowsInLanes ? other : group * lanes);
  bool relative = type.isInteger(32);
  if (!relative)
    number = b.add(number, blockBegin);
  Value result = b.splat(number, lanes);
  if (!rowsInLanes)
    result = arith::AddIOp::create(b, result, b.laneNumbers(lanes));
  if (relative)
    return arith::TruncIOp::create(b, VectorType::get({lanes}, type), result);
  if (!n.nest.getFull())
    return result;
  Value base = b.splat(b.add(rows.begin, row), lanes);
  if (rowsInLanes) {
    base = b.splat(b.add(b.add(rows.begin, row), group * lanes), lanes);
    base = arith::AddIOp::create(b, base, b.laneNumbers(lanes));
  }
  Value width = b.splat(n.extentOf(n.nest.getColumns()), lanes);
  return arith::AddIOp::create(b, arith::MulIOp::create(b, base, width),
                               result);
}

TileOfPairs AccumulateWriter::tileOfPairs(RowEvaluator &evaluator,
                                          RegisterTile tile, Value row,
                                          Value column, Value mask) {
  return {evaluator,
          tile,
          rowsInLanes,
          n.nest.getPair().front().getTerminator(),
          mask,
          [this, row, column](Type type, int64_t group, int64_t other) {
            return columnIndex(type, row, column, group, other);
          },
          /*optimistic=*/false,
          /*lazily=*/rowsInLanes && !eager,
          isHasty};
}

void AccumulateWriter::feed(RowEvaluator &evaluator, RegisterTile tile,
                            Value row, Value column, bool masked) {
  Value mask = rowsThere;
  if (masked) {
    Value left = b.splat(b.sub(columns.count, column), lanes);
    mask = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                 b.laneNumbers(lanes), left);
  }
  TileOfPairs pairs = tileOfPairs(evaluator, tile, row, column, mask);
  // Where all states change rarely, no value is kept for it in a register.
  if (rowsInLanes && tile.others > 1 &&
      llvm::all_of(n.layout.accumulators,
                   [](const AccumulatorLayout &acc) { return acc.isLazy(); }))
    pairs.column = [&](Value i, auto body) {
      RegisterTile one{tile.lanes, tile.groups, 1};
      RowEvaluator alone = n.makeEvaluator(one, schedule.getUnroll());
      Value at = b.add(column, i);
      evaluate(alone, one, row, at);
      body(tileOfPairs(alone, one, row, at, mask));
    };
  running.feed(pairs);
}

void AccumulateWriter::mergeTile(Value row) {
  for (RunningState &run : running.all())
    for (auto [s, view] : llvm::enumerate(run.views)) {
      if (run.onTotals) {
        view.store();
        continue;
      }
      Value place = b.add(row, s * lanes);
      MemoryView total = n.stateView(*run.layout, state, place, lanes);
      Value base = columnIndex(b.getI64Type(), row, b.index(0), s, 0);
      WidenedView widened(b, view, *run.layout, base);
      ReductionSteps(b, *run.layout, lanes).merge(total, widened);
    }
}

/// Lanes of a block of columns into the row's total, first lane first.
void AccumulateWriter::mergeLanes(Value row) {
  for (auto [a, run] : llvm::enumerate(running.all())) {
    if (run.lists)
      continue;
    const AccumulatorLayout &acc = *run.layout;
    run.views[0].store();
    SmallVector<MemoryView::Place> places;
    for (auto [c, component] : llvm::enumerate(acc.state))
      places.push_back({partialBuffers[a][c], component.total, component.dim});
    b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
      MemoryView from(b, places, b.index(lanes), lane, 1);
      MemoryView into = n.stateView(acc, state, row, 1);
      ReductionSteps(b, acc, 1).merge(into, from);
    });
  }
}
