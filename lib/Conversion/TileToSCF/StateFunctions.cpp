//===- StateFunctions.cpp - merge, fold and finish ------------------------===//
//
// What happens to states after the loops: states of later columns are merged
// into earlier ones, the rows of a full reduction into its first row, and
// finished rows are written where the nest's places say.
//
//===----------------------------------------------------------------------===//

#include "NestLowering.h"

#include "../Lanes/HalfPrecision.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

MemoryView NestLowering::stateView(const AccumulatorLayout &acc, Value base,
                                   Value row, int64_t lanes) {
  SmallVector<MemoryView::Place> places;
  for (const StateComponent &component : acc.state)
    places.push_back(
        {b.bytes(base, component.offset), component.total, component.dim});
  return MemoryView(b, std::move(places), b.index(layout.blockRows), row,
                    lanes);
}

void NestLowering::mergeRows(Value into, Value from, Value intoRow,
                             Value fromRow, int64_t lanes) {
  for (const AccumulatorLayout &acc : layout.accumulators) {
    MemoryView target = stateView(acc, into, intoRow, lanes);
    MemoryView source = stateView(acc, from, fromRow, lanes);
    ReductionSteps(b, acc, lanes).merge(target, source);
  }
}

/// merge(rows, state, other)
std::string NestLowering::writeMerge() {
  func::FuncOp function = beginFunction("merge", 0, 1, 2);
  Value state = function.getArgument(1), other = function.getArgument(2);
  b.loop(b.index(0), function.getArgument(0), lanes,
         [&](Value row) { mergeRows(state, other, row, row, lanes); });
  endFunction();
  return function.getName().str();
}

/// fold(rows, state): row 0 = rows 0, 1, ... merged in this order.
std::string NestLowering::writeFold() {
  func::FuncOp function = beginFunction("fold", 0, 1, 1);
  Value state = function.getArgument(1);
  b.loop(b.index(1), function.getArgument(0), 1,
         [&](Value row) { mergeRows(state, state, b.index(0), row, 1); });
  endFunction();
  return function.getName().str();
}

/// Rows wider than this are written in a loop.
static constexpr int64_t writeUnroll = 8;

/// Writes rows [begin, begin + count) of a finished value at once; fewer than
/// there are lanes go through a buffer.
void NestLowering::writeInterleaved(const RowsInMemory &all, Value finished,
                                    RowEvaluator &evaluator, Value begin,
                                    Value count) {
  SmallVector<Value> components;
  for (int64_t d = 0; d < all.dim; ++d)
    components.push_back(evaluator.at(evaluator.component(finished, d), 0, 0));
  Value buffer = scratch(all.dim * all.lanes * elementBytes(all.element));
  Value target = b.element(all.first, all.element, b.mul(begin, all.dim));
  Value isWhole = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, count,
                                        b.index(all.lanes));
  RowsInMemory rows = all;
  rows.first = arith::SelectOp::create(b, isWhole, target, buffer);
  storeTransposed(b, rows, components);
  Value left =
      arith::SelectOp::create(b, isWhole, b.index(0), b.mul(count, all.dim));
  b.loop(b.index(0), left, 1, [&](Value e) {
    Value from = b.element(buffer, all.element, e);
    b.storeScalar(b.loadScalar(from, all.element),
                  b.element(target, all.element, e));
  });
}

/// Writes rows [begin, begin + count) of a finished value: lanes hold rows,
/// memory holds rows after rows. Wide ones and halves are written component by
/// component through a buffer.
void NestLowering::writeOutput(const tile::PlaceAttr &place, Value finished,
                               RowEvaluator &evaluator, Value begin,
                               Value count, int64_t lanes) {
  int64_t dim = rowSize(finished);
  Type compute = rowElement(finished.getType());
  auto [target, stored] = targetOf(place, finished);
  if (lanes > 1 && dim <= mostInterleaved && stored == compute)
    return writeInterleaved({target, stored, dim, lanes}, finished, evaluator,
                            begin, count);
  Value buffer = scratch(dim * lanes * elementBytes(compute));
  auto keep = [&](Component d) {
    Value value = evaluator.at(evaluator.component(finished, d), 0, 0);
    b.storeLanes(value, b.element(buffer, compute, b.mul(d.value(b), lanes)));
  };
  if (dim <= evaluator.unrollLimit())
    for (int64_t d = 0; d < dim; ++d)
      keep(d);
  else
    evaluator.loop(0, dim, ValueRange(), [&](Value d, ValueRange) {
      keep(Component(d, 0));
      return SmallVector<Value>();
    });
  b.loop(
      b.index(0), count, 1, [&, target = target, stored = stored](Value lane) {
        Value row = b.mul(b.add(begin, lane), dim);
        auto write = [&](Component d) {
          Value from = b.add(b.mul(d.value(b), lanes), lane);
          Value value = b.loadScalar(b.element(buffer, compute, from), compute);
          Value address = b.element(target, stored, b.add(row, d.value(b)));
          if (stored != compute)
            storeHalf(b, value, address, stored);
          else
            b.storeScalar(value, address);
        };
        if (dim <= writeUnroll)
          for (int64_t d = 0; d < dim; ++d)
            write(d);
        else
          b.loop(b.index(0), b.index(dim), 1,
                 [&](Value d) { write(Component(d, 0)); });
      });
}

/// Leaves that the finish region reads: its own, and those of the fields of the
/// rows that it uses.
void NestLowering::findFinishLeaves(Side &rows) {
  Block &finish = nest.getFinish().front();
  SmallVector<Value> fields = fieldsOf(nest.getRowStage()), read;
  unsigned results = finish.getNumArguments() - fields.size();
  for (auto [k, field] : llvm::enumerate(fields))
    if (!finish.getArgument(results + k).use_empty())
      read.push_back(field);
  auto needed = operationsFor(nest.getRowStage(), read);
  for (Operation &op : nest.getRowStage().front())
    if (needed.contains(&op))
      read.append(op.operand_begin(), op.operand_end());
  for (Operation &op : finish)
    read.append(op.operand_begin(), op.operand_end());
  for (Value row : read)
    if (auto leaf = leafOf(row); leaf && leaf->axis != Axis::none)
      rows.leaves.insert(row);
}

/// finish(frame, r0, r1, state, scratch)
std::string NestLowering::writeFinish() {
  func::FuncOp function = beginFunction("finish", 1, 2, 2);
  Value r0 = function.getArgument(1), r1 = function.getArgument(2);
  Value state = function.getArgument(3);
  scratchBase = function.getArgument(4);
  readFrame(function.getArgument(0));
  Side rows(nest.getRows(), nest.getRowStage(), lanes);
  Block &finish = nest.getFinish().front();
  // Leaves are transposed group by group; the stage is computed in line.
  findFinishLeaves(rows);
  for (Value row : rows.leaves)
    rows.buffers[row] =
        scratch(rowSize(row) * lanes * elementBytes(rowElement(row.getType())));
  int64_t fixed = scratchUsed;

  b.loop(r0, r1, lanes, [&](Value r) {
    scratchUsed = fixed;
    rows.begin = r;
    rows.count = b.min(b.sub(r1, r), b.index(lanes));
    transposeLeaves(rows, lanes);
    RegisterTile tile{lanes, 1, 1};
    RowEvaluator evaluator = makeEvaluator(tile, schedule.getUnroll());
    for (Value leaf : rows.leaves)
      evaluator.bind(leaf, lanesSource(rows, leaf, b.index(0), tile));
    Value number =
        arith::AddIOp::create(b, b.splat(r, lanes), b.laneNumbers(lanes));
    evaluator.setIndex(rows.axis, {{number}, true, false});
    unsigned argument = 0;
    Value stateRow = b.sub(r, r0);
    for (const AccumulatorLayout &acc : layout.accumulators)
      for (unsigned k = 0; k < acc.results.size(); ++k) {
        const AccumulatorLayout *layoutOf = &acc;
        unsigned result = k;
        evaluator.bind(finish.getArgument(argument++),
                       [this, layoutOf, state, stateRow, result](Component d) {
                         MemoryView view =
                             stateView(*layoutOf, state, stateRow, lanes);
                         Value value =
                             finishComponent(view, *layoutOf, result, d, lanes);
                         return Copies{{value}, true, false};
                       });
      }
    for (Value field : fieldsOf(nest.getRowStage())) {
      evaluator.bind(finish.getArgument(argument++),
                     [&evaluator, field](Component d) {
                       return evaluator.component(field, d);
                     });
    }
    evaluator.evaluate(finish);
    for (auto [place, finished] :
         llvm::zip_equal(nest.getPlaces().getAsRange<tile::PlaceAttr>(),
                         finish.getTerminator()->getOperands()))
      writeOutput(place, finished, evaluator, r, rows.count, lanes);
  });
  endFunction();
  return function.getName().str();
}
