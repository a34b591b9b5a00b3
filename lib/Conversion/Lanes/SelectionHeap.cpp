//===- SelectionHeap.cpp - many best entries, the worst on top ------------===//
//
// A binary heap, as in any textbook: entry p comes no earlier, in the order of
// (value, index), than entries 2p + 1 and 2p + 2. A candidate that is better
// than the top replaces it.
//
//===----------------------------------------------------------------------===//

#include "SelectionLists.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

SelectionLists::Entry SelectionLists::load(Value at) {
  return {b.loadLanes(b.element(values, element, at), element, 1),
          b.loadLanes(b.element(indices, indexType, at), indexType, 1)};
}

void SelectionLists::store(const Entry &entry, Value at) {
  b.storeLanes(entry.value, b.element(values, element, at));
  b.storeLanes(entry.index, b.element(indices, indexType, at));
}

/// Whether x comes before y, as a scalar: a better value, or the same value and
/// a lower index.
Value SelectionLists::precedes(const Entry &x, const Entry &y) {
  Value noLater = mayPrecede(x.value, y.value);
  Value noEarlier = mayPrecede(y.value, x.value);
  Value lower =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x.index, y.index);
  Value strictly = arith::SelectOp::create(b, noEarlier, lower, noLater);
  return b.extract(arith::AndIOp::create(b, noLater, strictly), 0);
}

/// Candidates are found by a test that lets ties pass, and against the top as
/// it was before the tile.
void SelectionLists::insertInHeap(Value first, const Entry &entry) {
  auto branch =
      scf::IfOp::create(b, precedes(entry, load(first)), /*withElse=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  replaceTop(first, b.index(layout.k), entry);
}

/// Puts an entry into the heap of `size` entries in place of the top one: later
/// children move up until none comes after it.
void SelectionLists::replaceTop(Value first, Value size, const Entry &entry) {
  Type i64 = b.getI64Type();
  Value end = b.add(size, static_cast<int64_t>(-1));
  auto loop = scf::WhileOp::create(
      b, TypeRange{i64, i64}, ValueRange{b.index(0), b.index(0)},
      [&](OpBuilder &, Location, ValueRange at) {
        Value left = b.add(b.mul(at[0], 2), 1);
        Value inside =
            arith::CmpIOp::create(b, arith::CmpIPredicate::slt, left, size);
        // Beyond the end the last entry stands for both children.
        left = b.min(left, end);
        Value right = b.min(b.add(left, 1), end);
        Value isRight =
            precedes(load(b.add(first, left)), load(b.add(first, right)));
        Value child = arith::SelectOp::create(b, isRight, right, left);
        Value moves = arith::AndIOp::create(
            b, inside, precedes(entry, load(b.add(first, child))));
        scf::ConditionOp::create(b, moves, ValueRange{at[0], child});
      },
      [&](OpBuilder &, Location, ValueRange at) {
        store(load(b.add(first, at[1])), b.add(first, at[0]));
        scf::YieldOp::create(b, ValueRange{at[1], at[1]});
      });
  store(entry, b.add(first, loop.getResult(0)));
}

/// Heap sort: the top goes behind the heap, which gets smaller.
void SelectionLists::sort(Value first) {
  b.loop(b.index(0), b.index(layout.k - 1), 1, [&](Value done) {
    Value end = arith::SubIOp::create(b, b.index(layout.k - 1), done);
    Entry last = load(b.add(first, end));
    store(load(first), b.add(first, end));
    replaceTop(first, end, last);
  });
}
