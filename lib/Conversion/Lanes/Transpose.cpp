//===- Transpose.cpp - rows in memory, components in vectors --------------===//

#include "Transpose.h"

using namespace mlir;
using namespace keops;

/// Rows wider than this are taken apart in a loop.
static constexpr int64_t transposeUnroll = 8;

/// mask[k] counts through the elements of `v`, then those of `w`.
static Value shuffle(LaneBuilder &b, Value v, Value w, ArrayRef<int32_t> mask) {
  return LLVM::ShuffleVectorOp::create(b, v, w, mask);
}

static int64_t lengthOf(Value vector) {
  return cast<VectorType>(vector.getType()).getNumElements();
}

static Value poisonLike(LaneBuilder &b, Value vector) {
  return LLVM::PoisonOp::create(b, vector.getType());
}

static SmallVector<int32_t> counting(int64_t from, int64_t step,
                                     int64_t count) {
  SmallVector<int32_t> mask;
  for (int64_t k = 0; k < count; ++k)
    mask.push_back(from + k * step);
  return mask;
}

//===----------------------------------------------------------------------===//
// Narrow rows: all elements at once
//===----------------------------------------------------------------------===//

static void loadInterleaved(LaneBuilder &b, const RowsInMemory &rows,
                            llvm::function_ref<void(Value, Value)> keep) {
  Value all = b.loadLanes(rows.first, rows.element, rows.dim * rows.lanes);
  Value none = poisonLike(b, all);
  for (int64_t d = 0; d < rows.dim; ++d)
    keep(b.index(d), shuffle(b, all, none, counting(d, rows.dim, rows.lanes)));
}

/// One after the other; all as long as the first, a power of two of them.
static Value concatenate(LaneBuilder &b, SmallVector<Value> vectors) {
  while (vectors.size() > 1) {
    SmallVector<Value> longer;
    for (size_t k = 0; k < vectors.size(); k += 2)
      longer.push_back(shuffle(b, vectors[k], vectors[k + 1],
                               counting(0, 1, 2 * lengthOf(vectors[k]))));
    vectors = std::move(longer);
  }
  return vectors.front();
}

void keops::storeTransposed(LaneBuilder &b, const RowsInMemory &rows,
                            ArrayRef<Value> components) {
  assert(rows.dim <= mostInterleaved && "wider rows are not interleaved");
  SmallVector<Value> vectors(components);
  vectors.resize(llvm::PowerOf2Ceil(rows.dim),
                 poisonLike(b, components.front()));
  Value all = concatenate(b, vectors);
  SmallVector<int32_t> mask;
  for (int64_t lane = 0; lane < rows.lanes; ++lane)
    for (int64_t d = 0; d < rows.dim; ++d)
      mask.push_back(d * rows.lanes + lane);
  b.storeLanes(shuffle(b, all, poisonLike(b, all), mask), rows.first);
}

//===----------------------------------------------------------------------===//
// Wider rows: squares of w components of w rows, side by side in a vector
//===----------------------------------------------------------------------===//

/// Side of a square: shuffles within 16 bytes are the cheapest on every target.
static int64_t squareSide(const RowsInMemory &rows) {
  int64_t inRegister = 16 / elementBytes(rows.element);
  return std::min({int64_t(4), inRegister, rows.lanes});
}

/// In each part of w elements, every other one from `v`, the rest from `w`:
/// the lower or the upper halves of the parts.
///   [a b c d], [e f g h] -> [a e b f] (lower), [c g d h] (upper)
static Value interleaveHalves(LaneBuilder &b, Value v, Value w, int64_t side,
                              bool upper) {
  int64_t lanes = lengthOf(v);
  SmallVector<int32_t> mask;
  for (int64_t part = 0; part < lanes; part += side)
    for (int64_t k = 0; k < side; ++k)
      mask.push_back(part + (upper ? side / 2 : 0) + k / 2 +
                     (k % 2 ? lanes : 0));
  return shuffle(b, v, w, mask);
}

/// w vectors, each a column of squares one after the other, become the rows of
/// the squares: log2(w) times, vectors k and k + w/2 are interleaved.
static void transposeSquares(LaneBuilder &b, SmallVector<Value> &vectors) {
  int64_t side = vectors.size();
  for (int64_t done = 1; done < side; done *= 2) {
    SmallVector<Value> next;
    for (int64_t k = 0; k < side / 2; ++k)
      for (bool upper : {false, true})
        next.push_back(interleaveHalves(b, vectors[k], vectors[k + side / 2],
                                        side, upper));
    vectors = std::move(next);
  }
}

/// Components [d, d + w) of all rows, each a vector.
static SmallVector<Value> loadSquares(LaneBuilder &b, const RowsInMemory &rows,
                                      Value d) {
  int64_t side = squareSide(rows);
  SmallVector<Value> vectors;
  for (int64_t k = 0; k < side; ++k) {
    SmallVector<Value> parts;
    for (int64_t row = k; row < rows.lanes; row += side) {
      Value offset = b.add(b.index(row * rows.dim), d);
      Value place = b.element(rows.first, rows.element, offset);
      parts.push_back(b.loadLanes(place, rows.element, side));
    }
    vectors.push_back(concatenate(b, parts));
  }
  transposeSquares(b, vectors);
  return vectors;
}

void keops::loadTransposed(LaneBuilder &b, const RowsInMemory &rows,
                           llvm::function_ref<void(Value, Value)> keep) {
  if (rows.dim <= mostInterleaved)
    return loadInterleaved(b, rows, keep);
  int64_t side = squareSide(rows);
  // The last squares are moved back to where they end with the rows.
  if (rows.dim > transposeUnroll) {
    b.loop(b.index(0), b.index(rows.dim), side, [&](Value d) {
      Value first = b.min(d, b.index(rows.dim - side));
      for (auto [k, lanes] : llvm::enumerate(loadSquares(b, rows, first)))
        keep(b.add(first, k), lanes);
    });
    return;
  }
  for (int64_t d = 0; d < rows.dim; d += side) {
    int64_t first = std::min(d, rows.dim - side);
    SmallVector<Value> vectors = loadSquares(b, rows, b.index(first));
    for (int64_t k = d - first; k < side; ++k)
      keep(b.index(first + k), vectors[k]);
  }
}
