//===- SimplifySums.cpp - sums, differences, signs ------------------------===//
//
// Signs move outwards and cancel; what two terms have in common is taken out.
//
//===----------------------------------------------------------------------===//

#include "Simplify.h"

#include "keops/Dialect/Keops/Rows.h"

using namespace mlir;
using namespace keops;

namespace {

/// One term of a sum as factor * rest: x is 1 * x.
struct Term {
  Value factor, rest;
};

/// The splits of a product that nothing else uses.
SmallVector<Term, 2> splits(Value row) {
  auto mul = row.getDefiningOp<MulOp>();
  if (!mul || !row.hasOneUse())
    return {};
  return {{mul.getA(), mul.getB()}, {mul.getB(), mul.getA()}};
}

/// a x + a y -> a (x + y), the same with -.
template <typename OpT>
LogicalResult takeOutCommonFactor(OpT op, PatternRewriter &rewriter) {
  for (Term left : splits(op.getA()))
    for (Term right : splits(op.getB()))
      if (left.factor == right.factor) {
        Value sum = make<OpT>(rewriter, op.getLoc(), left.rest, right.rest);
        rewriter.replaceOp(
            op, make<MulOp>(rewriter, op.getLoc(), left.factor, sum));
        return success();
      }
  return rewriter.notifyMatchFailure(op, "no common factor");
}

/// where(c, a, 0) + where(c, b, 0) -> where(c, a + b, 0), and so for every
/// place of the zeros: nothing is added where one of the two is zero.
LogicalResult addChoices(AddOp op, PatternRewriter &rewriter) {
  auto left = op.getA().getDefiningOp<SelectOp>();
  auto right = op.getB().getDefiningOp<SelectOp>();
  if (!left || !right || left.getC() != right.getC())
    return rewriter.notifyMatchFailure(op, "not choices by one condition");
  auto branch = [&](Value a, Value b) -> Value {
    if (isNumber(a, 0))
      return b;
    return isNumber(b, 0) ? a : Value();
  };
  Value yes = branch(left.getA(), right.getA());
  Value no = branch(left.getB(), right.getB());
  if (!yes && !no)
    return rewriter.notifyMatchFailure(op, "no zero to leave out");
  if (!yes)
    yes = make<AddOp>(rewriter, op.getLoc(), left.getA(), right.getA());
  if (!no)
    no = make<AddOp>(rewriter, op.getLoc(), left.getB(), right.getB());
  rewriter.replaceOpWithNewOp<SelectOp>(op, op.getType(), left.getC(), yes, no);
  return success();
}

/// (u + b) + b -> u + 2 b; (u - b) - b -> u - 2 b
template <typename OpT>
LogicalResult repeatTerm(OpT op, PatternRewriter &rewriter) {
  auto inner = op.getA().template getDefiningOp<OpT>();
  auto type = cast<VectorType>(op.getType());
  if (!inner || !inner->hasOneUse() || inner.getB() != op.getB() ||
      !isa<FloatType>(type.getElementType()))
    return rewriter.notifyMatchFailure(op, "different terms");
  Value two = constantRow(rewriter, op.getLoc(), type, 2);
  Value twice = make<MulOp>(rewriter, op.getLoc(), two, op.getB());
  rewriter.replaceOpWithNewOp<OpT>(op, type, inner.getA(), twice);
  return success();
}

struct SimplifyAdd : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    Value a = op.getA(), b = op.getB();
    Location loc = op.getLoc();
    auto become = [&](Value row) {
      rewriter.replaceOp(op, row);
      return success();
    };
    if (isNumber(a, 0)) // 0 + b -> b
      return become(b);
    if (isNumber(b, 0)) // a + 0 -> a
      return become(a);
    if (Value y = negated(rewriter, b)) // a + -y -> a - y
      return become(make<SubOp>(rewriter, loc, a, y));
    if (Value x = negated(rewriter, a)) // -x + b -> b - x
      return become(make<SubOp>(rewriter, loc, b, x));
    auto type = cast<VectorType>(op.getType());
    if (a == b && isa<FloatType>(type.getElementType())) // a + a -> 2 a
      return become(
          make<MulOp>(rewriter, loc, constantRow(rewriter, loc, type, 2), a));
    if (succeeded(addChoices(op, rewriter)))
      return success();
    if (succeeded(repeatTerm(op, rewriter)))
      return success();
    return takeOutCommonFactor(op, rewriter);
  }
};

struct SimplifySub : OpRewritePattern<SubOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SubOp op,
                                PatternRewriter &rewriter) const override {
    Value a = op.getA(), b = op.getB();
    Location loc = op.getLoc();
    auto become = [&](Value row) {
      rewriter.replaceOp(op, row);
      return success();
    };
    if (isNumber(b, 0)) // a - 0 -> a
      return become(a);
    if (isNumber(a, 0)) // 0 - b -> -b
      return become(make<NegOp>(rewriter, loc, b));
    if (Value y = negated(rewriter, b)) // a - -y -> a + y
      return become(make<AddOp>(rewriter, loc, a, y));
    if (Value x = negated(rewriter, a)) // -x - b -> -(x + b)
      return become(
          make<NegOp>(rewriter, loc, make<AddOp>(rewriter, loc, x, b)));
    if (succeeded(repeatTerm(op, rewriter)))
      return success();
    return takeOutCommonFactor(op, rewriter);
  }
};

struct SimplifyNeg : OpRewritePattern<NegOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(NegOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<VectorType>(op.getType());
    if (Value x = negated(rewriter, op.getX())) { // -(-x) -> x
      rewriter.replaceOp(op, x);
      return success();
    }
    if (std::optional<double> number = constantNumber(op.getX())) {
      rewriter.replaceOp(op,
                         constantRow(rewriter, op.getLoc(), type, -*number));
      return success();
    }
    auto sub = op.getX().getDefiningOp<SubOp>();
    if (sub && sub->hasOneUse()) { // -(a - b) -> b - a
      rewriter.replaceOpWithNewOp<SubOp>(op, type, sub.getB(), sub.getA());
      return success();
    }
    return rewriter.notifyMatchFailure(op, "nothing to cancel");
  }
};

} // namespace

void keops::addSumRules(RewritePatternSet &patterns) {
  patterns.add<SimplifyAdd, SimplifySub, SimplifyNeg>(patterns.getContext());
}
