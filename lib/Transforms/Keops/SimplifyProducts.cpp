//===- SimplifyProducts.cpp - products, quotients, choices ----------------===//
//
// Signs move outwards, numbers to the left and together, repeated numbers to
// the end: to where another rule, or factorisation, finds them.
//
//===----------------------------------------------------------------------===//

#include "Simplify.h"

#include "keops/Dialect/Keops/Rows.h"

using namespace mlir;
using namespace keops;

namespace {

struct SimplifyMul : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op,
                                PatternRewriter &rewriter) const override {
    Value a = op.getA(), b = op.getB();
    Location loc = op.getLoc();
    auto type = cast<VectorType>(op.getType());
    auto become = [&](Value row) {
      rewriter.replaceOp(op, row);
      return success();
    };
    if (!isa<FloatType>(type.getElementType()))
      return rewriter.notifyMatchFailure(op, "integers stay as they are");
    if (isNumber(a, 1)) // 1 b -> b
      return become(b);
    if (isNumber(b, 1)) // a 1 -> a
      return become(a);
    if (isNumber(a, -1)) // -1 b -> -b
      return become(make<NegOp>(rewriter, loc, b));
    if (isNumber(b, -1)) // a -1 -> -a
      return become(make<NegOp>(rewriter, loc, a));
    if (Value x = negated(rewriter, a)) // -x b -> -(x b)
      return become(
          make<NegOp>(rewriter, loc, make<MulOp>(rewriter, loc, x, b)));
    if (Value y = negated(rewriter, b)) // a -y -> -(a y)
      return become(
          make<NegOp>(rewriter, loc, make<MulOp>(rewriter, loc, a, y)));
    if (constantNumber(b) && !constantNumber(a)) // a c -> c a
      return become(make<MulOp>(rewriter, loc, b, a));
    return gatherNumbers(op, rewriter);
  }

private:
  /// c d -> the number; c (d x) -> (c d) x; c (d / x) -> (c d) / x;
  /// a (c x), (c a) x -> c (a x)
  static LogicalResult gatherNumbers(MulOp op, PatternRewriter &rewriter) {
    Location loc = op.getLoc();
    auto type = cast<VectorType>(op.getType());
    std::optional<double> c = constantNumber(op.getA());
    auto constant = [&](double value) {
      return constantRow(rewriter, loc, type, value);
    };
    if (c && constantNumber(op.getB())) {
      rewriter.replaceOp(op, constant(*c * *constantNumber(op.getB())));
      return success();
    }
    auto mul = op.getB().getDefiningOp<MulOp>();
    std::optional<double> d =
        mul ? constantNumber(mul.getA()) : std::optional<double>();
    if (c && d) {
      rewriter.replaceOpWithNewOp<MulOp>(op, type, constant(*c * *d),
                                         mul.getB());
      return success();
    }
    auto div = op.getB().getDefiningOp<DivOp>();
    std::optional<double> e =
        div ? constantNumber(div.getA()) : std::optional<double>();
    if (c && e && div->hasOneUse()) {
      rewriter.replaceOpWithNewOp<DivOp>(op, type, constant(*c * *e),
                                         div.getB());
      return success();
    }
    auto left = op.getA().getDefiningOp<MulOp>();
    if (left && left->hasOneUse() && constantNumber(left.getA())) {
      Value rest = make<MulOp>(rewriter, loc, left.getB(), op.getB());
      rewriter.replaceOpWithNewOp<MulOp>(op, type, left.getA(), rest);
      return success();
    }
    if (!c && d && mul->hasOneUse()) {
      Value rest = make<MulOp>(rewriter, loc, op.getA(), mul.getB());
      rewriter.replaceOpWithNewOp<MulOp>(op, type, mul.getA(), rest);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no numbers to gather");
  }
};

/// (v B(s)) B(t) -> v B(s t): one product of numbers instead of one per
/// component. (v B(s)) w -> (v w) B(s): the number comes last, where a sum of
/// the components finds it.
struct MultiplyScalarsFirst : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op,
                                PatternRewriter &rewriter) const override {
    if (rowSize(op.getResult()) == 1)
      return rewriter.notifyMatchFailure(op, "one component");
    for (auto [product, factor] :
         {std::pair(op.getA(), op.getB()), std::pair(op.getB(), op.getA())}) {
      auto inner = product.getDefiningOp<MulOp>();
      if (!inner || !inner->hasOneUse())
        continue;
      for (auto [vector, scalar] : {std::pair(inner.getA(), inner.getB()),
                                    std::pair(inner.getB(), inner.getA())}) {
        if (!isRepeated(scalar) || isRepeated(vector))
          continue;
        if (!isRepeated(factor)) {
          Value row = make<MulOp>(rewriter, op.getLoc(), vector, factor);
          rewriter.replaceOpWithNewOp<MulOp>(op, op.getType(), row, scalar);
          return success();
        }
        Value s = componentOf(rewriter, scalar),
              t = componentOf(rewriter, factor);
        Value both = make<MulOp>(rewriter, op.getLoc(), s, t);
        Value spread =
            broadcastTo(rewriter, op.getLoc(), both, rowSize(op.getResult()));
        rewriter.replaceOpWithNewOp<MulOp>(op, op.getType(), vector, spread);
        return success();
      }
    }
    return rewriter.notifyMatchFailure(op, "not a row times two numbers");
  }
};

struct SimplifyDiv : OpRewritePattern<DivOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DivOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    if (isNumber(op.getB(), 1)) { // a / 1 -> a
      rewriter.replaceOp(op, op.getA());
      return success();
    }
    std::optional<double> a = constantNumber(op.getA()),
                          b = constantNumber(op.getB());
    if (a && b) { // c / d -> the number
      auto type = cast<VectorType>(op.getType());
      rewriter.replaceOp(op, constantRow(rewriter, loc, type, *a / *b));
      return success();
    }
    if (Value x = negated(rewriter, op.getA())) { // -x / b -> -(x / b)
      Value quotient = make<DivOp>(rewriter, loc, x, op.getB());
      rewriter.replaceOpWithNewOp<NegOp>(op, op.getType(), quotient);
      return success();
    }
    if (Value y = negated(rewriter, op.getB())) { // a / -y -> -(a / y)
      Value quotient = make<DivOp>(rewriter, loc, op.getA(), y);
      rewriter.replaceOpWithNewOp<NegOp>(op, op.getType(), quotient);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "nothing to cancel");
  }
};

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

struct SimplifySelect : OpRewritePattern<SelectOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SelectOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getA() == op.getB()) { // where(c, a, a) -> a
      rewriter.replaceOp(op, op.getA());
      return success();
    }
    auto isNot = op.getC().getDefiningOp<NotOp>();
    if (isNot) { // where(not c, a, b) -> where(c, b, a)
      rewriter.replaceOpWithNewOp<SelectOp>(op, op.getType(), isNot.getA(),
                                            op.getB(), op.getA());
      return success();
    }
    return rewriter.notifyMatchFailure(op, "a true choice");
  }
};

} // namespace

void keops::addProductRules(RewritePatternSet &patterns) {
  patterns.add<SimplifyMul, MultiplyScalarsFirst, SimplifyDiv, SimplifySelect>(
      patterns.getContext());
}
