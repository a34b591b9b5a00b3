//===- RowSearch.cpp - states that few columns change ---------------------===//
//
// The index of an extreme: of a block's columns, few change the state of a row.
// So the loop over the pairs keeps values alone. For each row it remembers the
// last few columns among which the value changed, without a branch; at the end
// of the block these are computed again, for the rows that found something
// there, and taken in with all that the record says.
//
//===----------------------------------------------------------------------===//

#include "AccumulateWriter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

/// Columns that are remembered together, and so computed again.
static constexpr int64_t placeColumns = 8;

/// A place in a block, as wide as the values beside it, and back.
static Value narrowed(LaneBuilder &b, Value place, Type type) {
  return place.getType() == type
             ? place
             : Value(arith::TruncIOp::create(b, type, place));
}
static Value widened(LaneBuilder &b, Value place) {
  return place.getType() == b.getI64Type()
             ? place
             : Value(arith::ExtSIOp::create(b, b.getI64Type(), place));
}

/// Rows that share a block with other accumulators, or have several components,
/// are taken in tile by tile.
bool AccumulateWriter::isSearch() const {
  if (!rowsInLanes || n.layout.accumulators.size() != 1)
    return false;
  const AccumulatorLayout &acc = n.layout.accumulators.front();
  return acc.isLazy() && acc.inputDims[0] == 1 && !acc.record->decisive.empty();
}

void AccumulateWriter::searchTile(Value row) {
  prepareRunning(row, groups);
  // Of every group of rows the best value; then the places.
  SmallVector<Value> found;
  for (MixedView &view : running.all().front().views)
    found.push_back(view.get(0, 0));
  auto values = cast<VectorType>(found.front().getType());
  auto place = b.getIntegerType(values.getElementTypeBitWidth());
  found.append(groups, b.constantLanes(DenseElementsAttr::get(
                           values.clone(place), b.getIntegerAttr(place, -1))));
  int64_t step = std::max(placeColumns, others);
  Value whole = b.roundDown(columns.count, step);
  found = b.loop(
      b.index(0), whole, step, found, [&](Value from, ValueRange carried) {
        return searchColumns(from, b.add(from, step), others, row, carried);
      });
  found = searchColumns(whole, columns.count, 1, row, found);
  takeFound(placesOf(found), row);
  takeUntouched(row);
}

/// What is found after columns [from, to).
SmallVector<Value> AccumulateWriter::searchColumns(Value from, Value to,
                                                   int64_t step, Value row,
                                                   ValueRange found) {
  const AccumulatorLayout &acc = n.layout.accumulators.front();
  ReductionSteps steps(b, acc, lanes);
  Value input =
      n.nest.getPair().front().getTerminator()->getOperand(acc.firstInput);
  auto takeTile = [&](Value column, ValueRange carried) {
    RegisterTile tile{lanes, groups, step};
    RowEvaluator evaluator = n.makeEvaluator(tile, schedule.getUnroll());
    evaluate(evaluator, tile, row, column);
    Copies values = evaluator.component(input, 0);
    SmallVector<Value> best;
    for (int64_t group = 0; group < groups; ++group) {
      SmallVector<Value> some;
      for (int64_t other = 0; other < step; ++other)
        some.push_back(evaluator.at(values, group, other));
      best.push_back(steps.decisive(some, carried[group]));
    }
    return best;
  };
  SmallVector<Value> best =
      b.loop(from, to, step, found.take_front(groups), takeTile);
  SmallVector<Value> next(best);
  for (int64_t group = 0; group < groups; ++group) {
    Value before = found[groups + group];
    Type type = cast<VectorType>(before.getType()).getElementType();
    next.push_back(arith::SelectOp::create(
        b, steps.changes(best[group], found[group]),
        b.splat(narrowed(b, from, type), lanes), before));
  }
  return next;
}

/// Where something was found. Not where the best value is one that the record's
/// formula confuses with worse ones, of which the first counts then.
SmallVector<Value> AccumulateWriter::placesOf(ValueRange found) {
  ReductionSteps steps(b, n.layout.accumulators.front(), lanes);
  auto type = cast<VectorType>(found.back().getType());
  Value none = b.constantLanes(DenseElementsAttr::get(
      type, b.getIntegerAttr(type.getElementType(), -1)));
  SmallVector<Value> places;
  for (int64_t group = 0; group < groups; ++group)
    places.push_back(arith::SelectOp::create(
        b, steps.changes(found[group], steps.worst(found[group].getType())),
        found[groups + group], none));
  return places;
}

/// What was found in a block of columns, group by group and row by row: seldom
/// anything, once there were many columns.
void AccumulateWriter::takeFound(ValueRange places, Value row) {
  auto type = cast<VectorType>(places.front().getType());
  Value zero = b.constantLanes(cast<TypedAttr>(b.getZeroAttr(type)));
  auto isFound = [&](Value some) -> Value {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::sge, some, zero);
  };
  auto address = [&](Value lane) {
    return b.element(placesFound, type.getElementType(), lane);
  };
  SmallVector<Value> conditions(llvm::map_range(places, isFound));
  whereAny(conditions, [&] {
    for (auto [group, some] : llvm::enumerate(places))
      b.storeLanes(some, address(b.index(group * lanes)));
    b.loop(b.index(0), b.index(groups * lanes), lanes, [&](Value group) {
      Value some = b.loadLanes(address(group), type.getElementType(), lanes);
      b.eachBit(b.bitsOf(isFound(some)), [&](Value lane) {
        Value place =
            b.loadScalar(address(b.add(group, lane)), type.getElementType());
        Value there = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, some,
                                            b.splat(place, lanes));
        Value from = widened(b, place);
        Value to =
            b.min(b.add(from, std::max(placeColumns, others)), columns.count);
        takeAgain(b.add(row, group), from, to, there);
      });
    });
  });
}

/// Rows for which nothing was found yet: no value, or only such as the record's
/// formula must bring into its range.
void AccumulateWriter::takeUntouched(Value row) {
  const AccumulatorLayout &acc = n.layout.accumulators.front();
  b.loop(b.index(0), b.index(groups * lanes), lanes, [&](Value group) {
    Value rows = b.add(row, group);
    Value best = n.stateView(acc, state, rows, lanes).get(0, 0);
    whereAny(ReductionSteps(b, acc, lanes).isUntouched(best),
             [&] { takeAgain(rows, b.index(0), columns.count, Value()); });
  });
}

/// Columns [from, to) once more, for `lanes` rows or only some of them. Their
/// states change as they would have in their turn, up to the rounding of a
/// value: no column before has one as good, and none after it a better one.
void AccumulateWriter::takeAgain(Value row, Value from, Value to, Value only) {
  prepareRunning(row, 1, /*inRegisters=*/true);
  eager = true;
  rowsThere = only;
  pairLoop(from, to, 1, {lanes, 1, 1}, row, false);
  rowsThere = Value();
  eager = false;
  mergeTile(row);
}

void AccumulateWriter::whereAny(ArrayRef<Value> conditions,
                                llvm::function_ref<void()> body) {
  Value any = conditions.front();
  for (Value condition : conditions.drop_front())
    any = arith::OrIOp::create(b, any, condition);
  ReductionSteps steps(b, n.layout.accumulators.front(), lanes);
  auto branch = scf::IfOp::create(b, steps.inSomeLane(any));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  body();
}
