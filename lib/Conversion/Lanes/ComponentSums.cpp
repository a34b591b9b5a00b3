//===- ComponentSums.cpp - sums of a row's components ---------------------===//

#include "RowEvaluator.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace keops;

/// Sums of up to this many terms are added one to the next; longer ones in
/// pieces of this length, which keeps rounding errors small.
static constexpr int64_t sumPiece = 64;
/// Components that one trip through a loop over them handles.
static constexpr int64_t componentUnroll = 4;

/// Groups of components that are written one after the other, not as a loop.
static constexpr int64_t fewGroups = 8;

void RowEvaluator::eachGroupOfComponents(
    int64_t width, llvm::function_ref<void(Component)> body) {
  int64_t whole = width / tile.lanes;
  if (whole <= fewGroups)
    for (int64_t group = 0; group < whole; ++group)
      body(group * tile.lanes);
  else
    b.loop(b.index(0), b.index(whole * tile.lanes), tile.lanes, [&](Value d) {
      scoped([&] {
        body(Component(d, 0));
        return true;
      });
    });
  if (width % tile.lanes)
    body(width - tile.lanes);
}

/// A sum of components that lie in lanes, in every lane.
Copies RowEvaluator::sumOfGroups(SumOp op) {
  int64_t size = rowSize(op.getX());
  Type element = rowElement(op.getX().getType());
  VectorType type = laneType(element);
  auto group = [&](Component d) { return component(op.getX(), d).values[0]; };
  Value sum = zero(element);
  int64_t whole = size / tile.lanes, rest = size % tile.lanes;
  auto addGroup = [&](Value to, Component d) {
    return primitive("add", {to, group(d)}, type);
  };
  if (whole <= fewGroups)
    for (int64_t k = 0; k < whole; ++k)
      sum = addGroup(sum, k * tile.lanes);
  else
    sum = b.loop(b.index(0), b.index(whole * tile.lanes), tile.lanes, sum,
                 [&](Value d, ValueRange carried) {
                   return scoped([&] {
                     return SmallVector<Value>{
                         addGroup(carried[0], Component(d, 0))};
                   });
                 })[0];
  if (rest) {
    // The last group overlaps the one before.
    SmallVector<bool> isNew(tile.lanes);
    for (int64_t k = tile.lanes - rest; k < tile.lanes; ++k)
      isNew[k] = true;
    Value mask =
        b.constantLanes(DenseElementsAttr::get(laneType(b.getI1Type()), isNew));
    Value last = primitive(
        "select", {mask, group(size - tile.lanes), zero(element)}, type);
    sum = primitive("add", {sum, last}, type);
  }
  Value total = vector::ReductionOp::create(b, vector::CombiningKind::ADD, sum,
                                            arith::FastMathFlags::reassoc);
  return {{b.splat(total, tile.lanes)}, false, false};
}

/// Adds up components, from `seed` on if there is one.
Copies RowEvaluator::componentSum(SumOp op, const Copies *seed) {
  if (lanesHoldComponents && rowSize(op.getX()) > 1)
    return sumOfGroups(op);
  int64_t size = rowSize(op.getX());
  Type element = rowElement(op.getX().getType());
  auto addUp = [&](const Copies &a, const Copies &c) {
    return map({a, c}, [&](ValueRange v) {
      return primitive("add", v, v[0].getType());
    });
  };
  auto begin = [&] {
    Copies first = component(op.getX(), 0);
    return seed ? addUp(*seed, first) : first;
  };
  if (size <= unroll) {
    Copies sum = begin();
    for (int64_t d = 1; d < size; ++d)
      sum = addUp(sum, component(op.getX(), d));
    return sum;
  }
  // The first components tell which copies there are and start the sum.
  int64_t first =
      size % componentUnroll ? size % componentUnroll : componentUnroll;
  Copies shape = begin();
  for (int64_t d = 1; d < first; ++d)
    shape = addUp(shape, component(op.getX(), d));
  SmallVector<Value> init(shape.values.size(), zero(element));
  auto pieceSum = [&](Value from, Value to, ValueRange start) {
    return b.loop(from, to, componentUnroll, start,
                  [&](Value d, ValueRange carried) {
                    scopes.emplace_back();
                    Copies sum = shape;
                    sum.values.assign(carried.begin(), carried.end());
                    for (int64_t k = 0; k < componentUnroll; ++k)
                      sum = addUp(sum, component(op.getX(), Component(d, k)));
                    scopes.pop_back();
                    return sum.values;
                  });
  };
  Copies total = shape;
  if (size <= 2 * sumPiece) {
    total.values = pieceSum(b.index(first), b.index(size), shape.values);
    return total;
  }
  total.values = b.loop(b.index(first), b.index(size), sumPiece, shape.values,
                        [&](Value from, ValueRange carried) {
                          Value to =
                              b.min(b.add(from, sumPiece), b.index(size));
                          Copies piece = shape, sum = shape;
                          piece.values = pieceSum(from, to, init);
                          sum.values.assign(carried.begin(), carried.end());
                          return addUp(sum, piece).values;
                        });
  return total;
}
