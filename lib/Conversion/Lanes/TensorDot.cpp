//===- TensorDot.cpp - one component of a contraction ---------------------===//
//
// Result component d is a position on the kept axes; its value is the sum over
// the contracted axes of products. Positions are mixed-radix numbers, so both
// operands are read at (a position that depends on d) + (one that depends on
// the summation index).
//
//===----------------------------------------------------------------------===//

#include "RowEvaluator.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

namespace {

/// One axis of an iteration: its length and how far a step moves in f and in g.
struct Axis1D {
  int64_t length;
  int64_t stepF;
  int64_t stepG;
};

struct Contraction {
  SmallVector<Axis1D> kept, summed;
};

} // namespace

static SmallVector<int64_t> strides(ArrayRef<int64_t> dims) {
  SmallVector<int64_t> result(dims.size(), 1);
  for (int64_t k = static_cast<int64_t>(dims.size()) - 2; k >= 0; --k)
    result[k] = result[k + 1] * dims[k + 1];
  return result;
}

static Contraction analyse(TensorDotOp op) {
  SmallVector<int64_t> stepsF = strides(op.getDimsf());
  SmallVector<int64_t> stepsG = strides(op.getDimsg());
  Contraction result;
  for (auto [k, length] : llvm::enumerate(op.getDimsf()))
    if (!llvm::is_contained(op.getContf(), static_cast<int64_t>(k)))
      result.kept.push_back({length, stepsF[k], 0});
  for (auto [k, length] : llvm::enumerate(op.getDimsg()))
    if (!llvm::is_contained(op.getContg(), static_cast<int64_t>(k)))
      result.kept.push_back({length, 0, stepsG[k]});
  for (auto [a, c] : llvm::zip_equal(op.getContf(), op.getContg()))
    result.summed.push_back({op.getDimsf()[a], stepsF[a], stepsG[c]});
  if (!op.getPerm().empty()) {
    // perm[k] is the place of axis k.
    SmallVector<Axis1D> placed(result.kept.size());
    for (auto [k, place] : llvm::enumerate(op.getPerm()))
      placed[place] = result.kept[k];
    result.kept = placed;
  }
  return result;
}

/// Where position number `d` over `axes` lies in f and in g.
static std::pair<Component, Component>
locate(LaneBuilder &b, ArrayRef<Axis1D> axes, Component d) {
  int64_t fixedF = 0, fixedG = 0, period = 1;
  Value movingF, movingG;
  auto addTo = [&](Value &sum, Value digit, int64_t step) {
    if (step == 0)
      return;
    Value term = b.mul(digit, step);
    sum = sum ? b.add(sum, term) : term;
  };
  Value position = d.dynamic ? d.value(b) : Value();
  for (const Axis1D &axis : llvm::reverse(axes)) {
    if (!position) {
      int64_t digit = d.offset / period % axis.length;
      fixedF += digit * axis.stepF;
      fixedG += digit * axis.stepG;
    } else {
      Value digit = arith::DivUIOp::create(b, position, b.index(period));
      digit = arith::RemUIOp::create(b, digit, b.index(axis.length));
      addTo(movingF, digit, axis.stepF);
      addTo(movingG, digit, axis.stepG);
    }
    period *= axis.length;
  }
  return {Component(movingF, fixedF), Component(movingG, fixedG)};
}

static Component plus(LaneBuilder &b, Component a, Component c) {
  Value dynamic = !a.dynamic   ? c.dynamic
                  : !c.dynamic ? a.dynamic
                               : b.add(a.dynamic, c.dynamic);
  return {dynamic, a.offset + c.offset};
}

Copies RowEvaluator::tensorDot(TensorDotOp op, Component d) {
  Contraction contraction = analyse(op);
  auto [keptF, keptG] = locate(b, contraction.kept, d);
  int64_t terms = 1;
  for (const Axis1D &axis : contraction.summed)
    terms *= axis.length;
  auto term = [&](Component k) {
    auto [sumF, sumG] = locate(b, contraction.summed, k);
    Copies f = component(op.getF(), plus(b, keptF, sumF));
    Copies g = component(op.getG(), plus(b, keptG, sumG));
    return map({f, g}, [&](ValueRange v) {
      return primitive("mul", v, v[0].getType());
    });
  };
  auto addUp = [&](const Copies &x, const Copies &y) {
    return map({x, y}, [&](ValueRange v) {
      return primitive("add", v, v[0].getType());
    });
  };
  Copies sum = term(0);
  if (terms <= unroll) {
    for (int64_t k = 1; k < terms; ++k)
      sum = addUp(sum, term(k));
    return sum;
  }
  Copies total = sum;
  total.values = loop(1, terms, sum.values, [&](Value k, ValueRange carried) {
    Copies partial = sum;
    partial.values.assign(carried.begin(), carried.end());
    return addUp(partial, term(Component(k, 0))).values;
  });
  return total;
}
