//===- SimplifyShapes.cpp - broadcasts, slices, sums of components --------===//
//
// B(s) is a number repeated. What is the same for all components is computed
// once, before it is repeated; what is cut off is not computed.
//
//===----------------------------------------------------------------------===//

#include "Simplify.h"

#include "keops/Dialect/Keops/Rows.h"
#include "keops/Formula/PrimitiveTable.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace keops;

static bool isElementwise(Operation *op) {
  return op->getNumResults() == 1 && op->getDialect() &&
         op->getDialect()->getNamespace() == "keops" &&
         lookupPrimitive(op->getName().stripDialect());
}

/// An element-wise operation on other rows of a common dimension.
static Value repeatOn(PatternRewriter &rewriter, Operation *op, ValueRange rows,
                      int64_t size) {
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(rows);
  state.addTypes(rowOf(op->getResult(0), size));
  return rewriter.create(state)->getResult(0);
}

namespace {

/// f(B(s), B(t)) -> B(f(s, t))
struct ComputeBeforeBroadcast : RewritePattern {
  ComputeBeforeBroadcast(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isElementwise(op) || rowSize(op->getResult(0)) == 1)
      return rewriter.notifyMatchFailure(op, "not element-wise on rows");
    if (!llvm::all_of(op->getOperands(), isRepeated))
      return rewriter.notifyMatchFailure(op, "operands differ by component");
    SmallVector<Value> numbers;
    for (Value operand : op->getOperands())
      numbers.push_back(componentOf(rewriter, operand));
    Value number = repeatOn(rewriter, op, numbers, 1);
    rewriter.replaceOpWithNewOp<BroadcastOp>(op, op->getResult(0).getType(),
                                             number);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Sums of components
//===----------------------------------------------------------------------===//

/// The position of the 1 in a row of zeros with a single 1.
std::optional<int64_t> onePosition(Value row) {
  DenseElementsAttr values;
  if (!matchPattern(row, m_Constant(&values)) ||
      !isa<FloatType>(values.getElementType()))
    return std::nullopt;
  std::optional<int64_t> position;
  int64_t at = 0;
  for (APFloat value : values.getValues<APFloat>()) {
    if (value.isExactlyValue(1.0) && !position)
      position = at;
    else if (!value.isZero())
      return std::nullopt;
    ++at;
  }
  return position;
}

struct SimplifySum : OpRewritePattern<SumOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SumOp op,
                                PatternRewriter &rewriter) const override {
    Value x = op.getX();
    Location loc = op.getLoc();
    auto type = cast<VectorType>(op.getType());
    if (rowSize(x) == 1) { // One component is its own sum.
      rewriter.replaceOp(op, x);
      return success();
    }
    if (!isa<FloatType>(type.getElementType()))
      return rewriter.notifyMatchFailure(op, "integers stay as they are");
    if (isRepeated(x)) { // sum(B(s)) -> D s
      Value number = componentOf(rewriter, x);
      Value size = constantRow(rewriter, loc, type, rowSize(x));
      rewriter.replaceOpWithNewOp<MulOp>(op, type, size, number);
      return success();
    }
    if (auto neg = x.getDefiningOp<NegOp>()) { // sum(-x) -> -sum(x)
      Value sum = componentSum(rewriter, loc, neg.getX());
      rewriter.replaceOpWithNewOp<NegOp>(op, type, sum);
      return success();
    }
    if (auto choice = x.getDefiningOp<SelectOp>())
      return sumOfChoice(op, choice, rewriter);
    if (auto mul = x.getDefiningOp<MulOp>())
      return sumOfProduct(op, mul, rewriter);
    return rewriter.notifyMatchFailure(op, "components differ");
  }

private:
  /// sum(B(s) x) -> s sum(x); sum(onehot_k x) -> x[k]
  static LogicalResult sumOfProduct(SumOp op, MulOp mul,
                                    PatternRewriter &rewriter) {
    for (auto [factor, row] : {std::pair(mul.getA(), mul.getB()),
                               std::pair(mul.getB(), mul.getA())}) {
      if (std::optional<int64_t> k = onePosition(factor)) {
        rewriter.replaceOp(op, slice(rewriter, op.getLoc(), row, *k, 1));
        return success();
      }
      if (!mul->hasOneUse() || !isRepeated(factor))
        continue;
      Value number = componentOf(rewriter, factor);
      Value sum = componentSum(rewriter, op.getLoc(), row);
      rewriter.replaceOpWithNewOp<MulOp>(op, op.getType(), number, sum);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no factor to take out");
  }

  /// sum(where(B(c), a, 0)) -> where(c, sum(a), 0)
  static LogicalResult sumOfChoice(SumOp op, SelectOp choice,
                                   PatternRewriter &rewriter) {
    auto mask = choice.getC().getDefiningOp<BroadcastOp>();
    std::optional<double> zero = constantNumber(choice.getB());
    if (!mask || zero.value_or(1) != 0)
      return rewriter.notifyMatchFailure(op, "no common condition");
    Value sum = componentSum(rewriter, op.getLoc(), choice.getA());
    Value none = constantRow(rewriter, op.getLoc(), rowOf(sum, 1), 0);
    rewriter.replaceOpWithNewOp<SelectOp>(op, op.getType(), mask.getX(), sum,
                                          none);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Slices and concatenations
//===----------------------------------------------------------------------===//

/// Slices of what is only sliced are taken of its operands instead.
struct SimplifySlice : OpRewritePattern<SliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SliceOp op,
                                PatternRewriter &rewriter) const override {
    int64_t offset = op.getOffset(), size = rowSize(op.getResult());
    Operation *def = op.getX().getDefiningOp();
    if (auto broadcast = dyn_cast_or_null<BroadcastOp>(def)) {
      rewriter.replaceOp(
          op, broadcastTo(rewriter, op.getLoc(), broadcast.getX(), size));
      return success();
    }
    if (auto inner = dyn_cast_or_null<SliceOp>(def)) {
      rewriter.replaceOpWithNewOp<SliceOp>(op, op.getType(), inner.getX(),
                                           inner.getOffset() + offset);
      return success();
    }
    if (auto concat = dyn_cast_or_null<ConcatOp>(def))
      return sliceOfConcat(op, concat, rewriter);
    if (auto constant = dyn_cast_or_null<ConstantOp>(def))
      return sliceOfConstant(op, constant, rewriter);
    if (!def || !isElementwise(def) ||
        !llvm::all_of(def->getUsers(),
                      [](Operation *user) { return isa<SliceOp>(user); }))
      return rewriter.notifyMatchFailure(op, "the whole row is needed");
    SmallVector<Value> parts;
    for (Value operand : def->getOperands())
      parts.push_back(slice(rewriter, op.getLoc(), operand, offset, size));
    rewriter.replaceOp(op, repeatOn(rewriter, def, parts, size));
    return success();
  }

private:
  static LogicalResult sliceOfConcat(SliceOp op, ConcatOp concat,
                                     PatternRewriter &rewriter) {
    int64_t offset = op.getOffset(), size = rowSize(op.getResult());
    int64_t begin = 0;
    for (Value part : concat.getRows()) {
      int64_t end = begin + rowSize(part);
      if (begin <= offset && offset + size <= end) {
        rewriter.replaceOp(
            op, slice(rewriter, op.getLoc(), part, offset - begin, size));
        return success();
      }
      begin = end;
    }
    return rewriter.notifyMatchFailure(op, "crosses a boundary");
  }

  static LogicalResult sliceOfConstant(SliceOp op, ConstantOp constant,
                                       PatternRewriter &rewriter) {
    auto values = dyn_cast<DenseElementsAttr>(constant.getValue());
    if (!values)
      return rewriter.notifyMatchFailure(op, "not a dense constant");
    auto all = llvm::to_vector(values.getValues<Attribute>());
    ArrayRef<Attribute> chosen =
        ArrayRef(all).slice(op.getOffset(), rowSize(op.getResult()));
    auto type = cast<ShapedType>(op.getType());
    rewriter.replaceOpWithNewOp<ConstantOp>(
        op, op.getType(),
        cast<ElementsAttr>(DenseElementsAttr::get(type, chosen)));
    return success();
  }
};

bool isZero(Value row) { return isNumber(row, 0); }

/// The parts of a row cut at all `ends`.
SmallVector<Value> cut(PatternRewriter &rewriter, ConcatOp concat,
                       ArrayRef<int64_t> ends) {
  SmallVector<Value> parts;
  int64_t begin = 0;
  const int64_t *end = ends.begin();
  for (Value row : concat.getRows()) {
    int64_t first = begin, last = first + rowSize(row);
    for (; begin < last; begin = *end++)
      parts.push_back(
          slice(rewriter, concat.getLoc(), row, begin - first, *end - begin));
  }
  return parts;
}

void addEnds(ConcatOp concat, SmallVectorImpl<int64_t> &ends) {
  int64_t end = 0;
  for (Value row : concat.getRows())
    ends.push_back(end += rowSize(row));
}

/// [a, 0] + [0, b] -> [a, b]: adjoints of slices put together.
struct AddParts : OpRewritePattern<AddOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AddOp op,
                                PatternRewriter &rewriter) const override {
    auto left = op.getA().getDefiningOp<ConcatOp>();
    auto right = op.getB().getDefiningOp<ConcatOp>();
    if (!left || !right || !llvm::any_of(left.getRows(), isZero) ||
        !llvm::any_of(right.getRows(), isZero))
      return rewriter.notifyMatchFailure(op, "no zeros to leave out");
    SmallVector<int64_t> ends;
    addEnds(left, ends);
    addEnds(right, ends);
    llvm::sort(ends);
    ends.erase(llvm::unique(ends), ends.end());
    SmallVector<Value> parts;
    for (auto [a, b] :
         llvm::zip_equal(cut(rewriter, left, ends), cut(rewriter, right, ends)))
      if (isNumber(a, 0) || isNumber(b, 0))
        parts.push_back(isNumber(a, 0) ? b : a);
      else
        parts.push_back(
            AddOp::create(rewriter, op.getLoc(), a.getType(), a, b));
    rewriter.replaceOpWithNewOp<ConcatOp>(op, op.getType(), parts);
    return success();
  }
};

/// [1, 2, 3] -> one constant row.
struct JoinConstants : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Attribute> all;
    for (Value row : op.getRows()) {
      DenseElementsAttr values;
      if (!matchPattern(row, m_Constant(&values)))
        return rewriter.notifyMatchFailure(op, "not all constant");
      llvm::append_range(all, values.getValues<Attribute>());
    }
    auto type = cast<ShapedType>(op.getType());
    rewriter.replaceOpWithNewOp<ConstantOp>(
        op, op.getType(),
        cast<ElementsAttr>(DenseElementsAttr::get(type, all)));
    return success();
  }
};

/// [x] -> x; [x[0:2], x[2:5]] -> x where x has 5 components; [B(s), B(s)] and
/// [0, 0] -> one row.
struct SimplifyConcat : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getRows().size() == 1) {
      rewriter.replaceOp(op, op.getRows()[0]);
      return success();
    }
    if (llvm::all_of(op.getRows(), isZero)) {
      rewriter.replaceOp(op, constantRow(rewriter, op.getLoc(),
                                         cast<VectorType>(op.getType()), 0));
      return success();
    }
    Value whole;
    int64_t offset = 0;
    for (Value row : op.getRows()) {
      auto part = row.getDefiningOp<SliceOp>();
      if (!part || (whole && part.getX() != whole) ||
          static_cast<int64_t>(part.getOffset()) != offset)
        return rewriter.notifyMatchFailure(op, "not slices in order");
      whole = part.getX();
      offset += rowSize(row);
    }
    if (whole.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "not all of the row");
    rewriter.replaceOp(op, whole);
    return success();
  }
};

} // namespace

void keops::addShapeRules(RewritePatternSet &patterns) {
  patterns.add<ComputeBeforeBroadcast, SimplifySum, SimplifySlice, AddParts,
               JoinConstants, SimplifyConcat>(patterns.getContext());
}
