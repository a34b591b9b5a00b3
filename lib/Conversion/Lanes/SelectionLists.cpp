//===- SelectionLists.cpp - insertion, a vector of entries at a time ------===//

#include "SelectionLists.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace keops;

/// Up to here, moving half of a list costs less than the levels of a heap do
/// (AVX2, f32: at 400 entries a heap takes four fifths of the time).
static constexpr int64_t longestSorted = 300;

SelectionLists::SelectionLists(LaneBuilder &b, const AccumulatorLayout &layout,
                               int64_t lanes, int64_t count)
    : b(b), layout(layout), lanes(lanes), count(count),
      isHeap(layout.k > longestSorted),
      chunk(std::min<int64_t>(lanes, llvm::PowerOf2Ceil(layout.k))),
      places(llvm::alignTo(layout.k, chunk)), stride(places + chunk),
      element(layout.state[0].total), indexType(layout.state[1].total) {}

bool SelectionLists::areFor(const AccumulatorLayout &layout, int64_t lanes) {
  return layout.isSelection() && layout.inputDims[0] == 1 && lanes > 1;
}

int64_t SelectionLists::valueBytes() const {
  return count * stride * elementBytes(element);
}

int64_t SelectionLists::indexBytes() const {
  return count * stride * elementBytes(indexType);
}

Value SelectionLists::start(Value list) const {
  return b.add(b.mul(list, stride), chunk);
}

/// A formula of the record that compares f with v, as a value of some type.
Value SelectionLists::emit(StringRef formula, Value f, Value v, Type wanted) {
  auto type = cast<VectorType>(v.getType());
  Bindings names;
  names["f"] = f;
  names["v"] = v;
  Value value = FormulaEmitter(b, b.getLoc(), type).emit(formula, names);
  auto result = VectorType::get(type.getShape(), wanted);
  return value.getType() == result ? value : CastOp::create(b, result, value);
}

/// Where f may come before v: ties do.
Value SelectionLists::mayPrecede(Value f, Value v) {
  return emit(layout.record->when, f, v, b.getI1Type());
}

/// The worst value, or what is better than any other, in some lanes.
Value SelectionLists::extreme(bool isBest, int64_t width) {
  std::string formula = layout.record->identity[0].str();
  if (isBest)
    formula = "-(" + formula + ")";
  return FormulaEmitter(b, b.getLoc(), VectorType::get({width}, element))
      .emit(formula, Bindings());
}

void SelectionLists::clear(Value rows) {
  Value worst = extreme(false, chunk), best = extreme(true, chunk);
  Value none = b.constantLanes(DenseElementsAttr::get(
      VectorType::get({chunk}, indexType), b.getIntegerAttr(indexType, -1)));
  b.loop(b.index(0), b.mul(rows, stride), chunk, [&](Value at) {
    b.storeLanes(worst, b.element(values, element, at));
    b.storeLanes(none, b.element(indices, indexType, at));
  });
  // What stands before the first entry never moves.
  b.loop(b.index(0), b.mul(rows, stride), stride,
         [&](Value at) { b.storeLanes(best, b.element(values, element, at)); });
}

Value SelectionLists::worst(Value list) {
  Value at = b.add(start(list), isHeap ? 0 : layout.k - 1);
  return b.loadScalar(b.element(values, element, at), element);
}

void SelectionLists::writeTo(MemoryView row, Value list) {
  Value first = start(list);
  if (isHeap)
    sort(first);
  b.loop(b.index(0), b.index(layout.k), 1, [&](Value k) {
    Entry entry = load(b.add(first, k));
    row.set(0, Component(k, 0), entry.value);
    row.set(1, Component(k, 0), entry.index);
  });
}

//===----------------------------------------------------------------------===//
// Candidates
//===----------------------------------------------------------------------===//

/// The tile's values go to memory, where a loop finds those that pass the test
/// once more: nothing of the tile has to be kept for that.
void SelectionLists::takeIn(const Candidates &candidates, MemoryView &view) {
  for (auto [v, value] : llvm::enumerate(candidates.values))
    b.storeLanes(value,
                 b.element(candidateValues, element, b.index(v * lanes)));
  for (auto [v, index] : llvm::enumerate(candidates.indices))
    b.storeLanes(index,
                 b.element(candidateIndices, indexType, b.index(v * lanes)));
  int64_t vectors = candidates.values.size();
  int64_t atOnce = std::min<int64_t>(vectors, 64 / lanes);
  auto some = [&](Value first) {
    insertAll(found(candidates, view, first, atOnce), first, candidates, view);
  };
  if (atOnce == vectors)
    return some(b.index(0));
  b.rolledLoop(vectors / atOnce, {}, [&](Value part, ValueRange) {
    some(b.mul(part, atOnce));
    return SmallVector<Value>();
  });
}

/// Bits of the candidates in `number` vectors from vector `first` on that pass
/// the record's test.
Value SelectionLists::found(const Candidates &candidates, MemoryView &view,
                            Value first, int64_t number) {
  int64_t groups = candidates.indices.size();
  return b.rolledLoop(number, b.index(0), [&](Value i, ValueRange carried) {
    Value vector = b.add(first, i);
    Value group = arith::AndIOp::create(b, vector, b.index(groups - 1));
    Value value =
        b.loadLanes(b.element(candidateValues, element, b.mul(vector, lanes)),
                    element, lanes);
    MemoryView rows =
        candidates.listPerLane ? view.at(b.mul(group, lanes), lanes) : view;
    Value passes = mayPrecede(value, rows.get(0, layout.k - 1));
    if (candidates.mask)
      passes = arith::AndIOp::create(b, passes, candidates.mask);
    Value bits = b.bitsOf(passes);
    bits = arith::ShLIOp::create(b, bits, b.mul(i, lanes));
    return SmallVector<Value>{arith::OrIOp::create(b, carried[0], bits)};
  })[0];
}

/// Inserts what was found, in the order of columns.
void SelectionLists::insertAll(Value found, Value first,
                               const Candidates &candidates, MemoryView &view) {
  int64_t width = candidates.indices.size() * lanes;
  b.eachBit(found, [&](Value bit) {
    bit = b.add(b.mul(first, lanes), bit);
    Value lane = arith::AndIOp::create(b, bit, b.index(width - 1));
    Value column =
        arith::ShRUIOp::create(b, bit, b.index(llvm::Log2_64(width)));
    Value value =
        b.loadScalar(b.element(candidateValues, element, bit), element);
    Value index =
        b.loadScalar(b.element(candidateIndices, indexType, lane), indexType);
    Value list =
        candidates.listPerLane ? b.add(candidates.list, lane) : candidates.list;
    insert(list, value, b.add(index, column));
    // The test reads the last slot: of the lane's row, or in every lane.
    if (candidates.listPerLane)
      view.at(lane, 1).set(0, layout.k - 1, b.splat(worst(list), 1));
    else
      view.set(0, layout.k - 1, b.splat(worst(list), lanes));
  });
}

//===----------------------------------------------------------------------===//
// Insertion
//===----------------------------------------------------------------------===//

/// Chunks that are passed through without asking whether there is more to move.
static constexpr int64_t fewChunks = 2;

/// From the end of the list on: entries that the candidate precedes move by one
/// place, and it takes the first one's place.
void SelectionLists::insert(Value list, Value value, Value index) {
  int64_t width = isHeap ? 1 : chunk;
  // Fed with the worst value, the record's formula brings f into its range.
  value = emit(layout.record->accumulate[0], b.splat(value, width),
               extreme(false, width), element);
  index = b.splat(index, width);
  Value first = start(list);
  if (isHeap)
    return insertInHeap(first, {value, index});
  if (places <= fewChunks * chunk) {
    for (int64_t at = places - chunk; at >= 0; at -= chunk)
      insertChunk(b.add(first, at), value, index);
    return;
  }
  Type i64 = b.getI64Type();
  scf::WhileOp::create(
      b, i64, b.index(places - chunk),
      [&](OpBuilder &, Location, ValueRange at) {
        Value moves = insertChunk(b.add(first, at[0]), value, index);
        Value before = b.add(at[0], -chunk);
        Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::sge,
                                             before, b.index(0));
        scf::ConditionOp::create(b, arith::AndIOp::create(b, moves, inside),
                                 before);
      },
      [&](OpBuilder &, Location, ValueRange at) {
        scf::YieldOp::create(b, at);
      });
}

/// One chunk; returns whether the entry before it moves too. An entry stays
/// where it would be let in before the candidate: equal ones do, as candidates
/// come in the order of columns.
Value SelectionLists::insertChunk(Value at, Value value, Value index) {
  Value before = b.add(at, static_cast<int64_t>(-1));
  auto load = [&](Value array, Type type, Value from) {
    return b.loadLanes(b.element(array, type, from), type, chunk);
  };
  Value entries = load(values, element, at);
  Value shifted = load(values, element, before);
  Value stays = mayPrecede(entries, value);
  Value staysBefore = mayPrecede(shifted, value);
  auto move = [&](Value array, Type type, Value old, Value moved, Value fresh) {
    // In this order: LLVM would make a masked store, slow on some processors,
    // of a choice between the old entries and others.
    Value next = arith::SelectOp::create(b, stays, old, fresh);
    next = arith::SelectOp::create(b, staysBefore, next, moved);
    b.storeLanes(next, b.element(array, type, at));
  };
  Value oldIndices = load(indices, indexType, at);
  Value shiftedIndices = load(indices, indexType, before);
  move(values, element, entries, shifted, value);
  move(indices, indexType, oldIndices, shiftedIndices, index);
  Value stop = b.extract(staysBefore, 0);
  Value one = arith::ConstantOp::create(b, b.getBoolAttr(true));
  return arith::XOrIOp::create(b, stop, one);
}
