//===- Factorize.cpp - what does not vary leaves the sum ------------------===//
//
//     sum_j a_i f_ij        ->  a_i sum_j f_ij
//     sum_j a_i             ->  a_i size_j
//     <e_i, v_j - y_i>      ->  <e_i, v_j> - <e_i, y_i>
//     k a b + c a k         ->  k a (b + c)
//
// A factor inside a sum is multiplied once per pair, outside once per row; and
// a row of D components taken out may leave a single number to be summed.
//
//===----------------------------------------------------------------------===//

#include "Products.h"

#include "keops/Dialect/Keops/Rows.h"
#include "keops/Transforms/Passes.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace keops;

namespace {

/// Operations that are replaced stay where they are, unused: a new one in the
/// memory of an erased one would be taken for it by `sets`.
class Factorizer {
public:
  explicit Factorizer(KernelOp kernel)
      : kernel(kernel), sets(kernel), builder(kernel.getContext()),
        products(builder, sets) {}

  void run() {
    SmallVector<SumOp> dots;
    kernel.walk([&](SumOp op) { dots.push_back(op); });
    for (SumOp op : dots)
      distribute(op);
    SmallVector<Operation *> terms;
    kernel.walk([&](Operation *op) {
      if (isa<AddOp, SubOp>(op))
        terms.push_back(op);
    });
    for (Operation *op : terms)
      shareFactors(op);
    SmallVector<ReduceOp> sums;
    kernel.walk([&](ReduceOp op) {
      if (op.getKind() == "sum" || op.getKind() == "mean")
        sums.push_back(op);
    });
    for (ReduceOp op : sums)
      takeOut(op);
  }

private:
  void distribute(SumOp op);
  void shareFactors(Operation *op);
  Value signedSum(Value left, bool minusLeft, Value right, bool minusRight);
  void takeOut(ReduceOp op);
  Value sumInside(ReduceOp op, const Product &product);
  Value unlessEmpty(ReduceOp op, Value sum);
  bool varies(Value row, Axis axis) {
    return without(sets.of(row), axis) != sets.of(row);
  }

  KernelOp kernel;
  IndexSets sets;
  OpBuilder builder;
  Products products;
};

} // namespace

/// sum(e (v - y)) -> sum(e v) - sum(e y) where one of the two sums depends on
/// fewer indices than the whole, and is computed outside the pairs.
void Factorizer::distribute(SumOp op) {
  auto mul = op.getX().getDefiningOp<MulOp>();
  if (!mul || !mul->hasOneUse())
    return;
  for (auto [e, difference] :
       {std::pair(mul.getA(), mul.getB()), std::pair(mul.getB(), mul.getA())}) {
    auto sub = difference.getDefiningOp<SubOp>();
    if (!sub || !sub->hasOneUse())
      continue;
    Axis left = sets.of(e) | sets.of(sub.getA());
    Axis right = sets.of(e) | sets.of(sub.getB());
    Axis all = left | right;
    if (all != Axis::ij || (left == all && right == all))
      continue;
    builder.setInsertionPoint(op);
    Location loc = op.getLoc();
    auto dot = [&](Value row) {
      Value product = MulOp::create(builder, loc, e.getType(), e, row);
      return componentSum(builder, loc, product);
    };
    Value first = dot(sub.getA());
    Value second = dot(sub.getB());
    Value result = SubOp::create(builder, loc, op.getType(), first, second);
    op.replaceAllUsesWith(result);
    return;
  }
}

/// Moves what two lists have in common to a third.
static void moveCommon(SmallVectorImpl<Value> &left,
                       SmallVectorImpl<Value> &right,
                       SmallVectorImpl<Value> &common) {
  for (Value factor : llvm::to_vector(left)) {
    auto twin = llvm::find(right, factor);
    if (twin == right.end())
      continue;
    right.erase(twin);
    left.erase(llvm::find(left, factor));
    common.push_back(factor);
  }
}

/// +-left +-right.
Value Factorizer::signedSum(Value left, bool minusLeft, Value right,
                            bool minusRight) {
  Location loc = left.getLoc();
  Type type = left.getType();
  if (minusLeft && !minusRight)
    return SubOp::create(builder, loc, type, right, left);
  Value sum = minusLeft == minusRight
                  ? AddOp::create(builder, loc, type, left, right).getResult()
                  : SubOp::create(builder, loc, type, left, right).getResult();
  return minusLeft ? NegOp::create(builder, loc, type, sum) : sum;
}

/// k a b + c a k -> k a (b + c), per pair, however the products are nested.
void Factorizer::shareFactors(Operation *op) {
  Value result = op->getResult(0);
  if (sets.of(result) != Axis::ij ||
      !isa<FloatType>(rowElement(result.getType())))
    return;
  builder.setInsertionPoint(op);
  auto never = [](Value) { return false; };
  Product left = products.collect(op->getOperand(0), /*shared=*/true, never);
  Product right = products.collect(op->getOperand(1), /*shared=*/true, never);
  Product common;
  moveCommon(left.numbers, right.numbers, common.numbers);
  moveCommon(left.rows, right.rows, common.rows);
  if (common.numbers.empty() && common.rows.empty())
    return;

  Axis all[] = {Axis::ij, Axis::i, Axis::j, Axis::none};
  int64_t size = left.rows.empty() && right.rows.empty() ? 1 : rowSize(result);
  auto restOf = [&](const Product &product) {
    Value rest = products.combine(product, all);
    if (!rest)
      rest = constantRow(builder, op->getLoc(), rowOf(result, 1), 1);
    return broadcastTo(builder, op->getLoc(), rest, size);
  };
  Value first = restOf(left), second = restOf(right);
  bool minusSecond = right.negative != isa<SubOp>(op);
  Value sum = signedSum(first, left.negative, second, minusSecond);
  (size == 1 ? common.numbers : common.rows).push_back(sum);
  Value whole = products.combine(common, all);
  whole = broadcastTo(builder, op->getLoc(), whole, rowSize(result));
  result.replaceAllUsesWith(whole);
}

/// The sum of the factors that vary; null where that is not defined.
Value Factorizer::sumInside(ReduceOp op, const Product &product) {
  Axis axis = op.getAxis();
  SmallVector<Axis, 3> varying;
  for (Axis set : {Axis::ij, Axis::i, Axis::j})
    if (without(set, axis) != set)
      varying.push_back(set);
  if (Value inside = products.combine(product, varying)) {
    auto reduce = ReduceOp::create(builder, op.getLoc(), inside.getType(),
                                   op.getKind(), axis, inside);
    return reduce.getResult(0);
  }
  if (op.getKind() != "sum") // A mean of what does not vary: NaN for no rows.
    return {};
  Type number = rowOf(op.getResult(0), 1);
  return SizeOp::create(builder, op.getLoc(), number, axis);
}

/// Whether a factor may be infinite because there are no rows: 1 / size_j.
static bool dependsOnSize(Value row) {
  llvm::SetVector<Value> visited;
  visited.insert(row);
  for (size_t at = 0; at < visited.size(); ++at)
    if (Operation *op = visited[at].getDefiningOp()) {
      if (isa<SizeOp>(op))
        return true;
      visited.insert_range(op->getOperands());
    }
  return false;
}

/// The empty sum is 0, whatever it is multiplied by.
Value Factorizer::unlessEmpty(ReduceOp op, Value sum) {
  Location loc = op.getLoc();
  VectorType number = rowOf(sum, 1);
  Value size = SizeOp::create(builder, loc, number, op.getAxis());
  Value none = constantRow(builder, loc, number, 0);
  auto mask = VectorType::get({1}, builder.getI1Type());
  Value isThere = GtOp::create(builder, loc, mask, size, none);
  isThere = broadcastTo(builder, loc, isThere, rowSize(sum));
  Value zero = constantRow(builder, loc, cast<VectorType>(sum.getType()), 0);
  return SelectOp::create(builder, loc, sum.getType(), isThere, sum, zero);
}

void Factorizer::takeOut(ReduceOp op) {
  Axis axis = op.getAxis();
  Location loc = op.getLoc();
  Value input = op.getInputs()[0];
  if (!isa<FloatType>(rowElement(input.getType())))
    return;
  builder.setInsertionPoint(op);
  auto stays = [&](Value factor) { return !varies(factor, axis); };
  Product product = products.collect(input, /*shared=*/true, stays);
  SmallVector<Value> numbers, rows;
  llvm::copy_if(product.numbers, std::back_inserter(numbers), stays);
  llvm::copy_if(product.rows, std::back_inserter(rows), stays);
  if (numbers.empty() && rows.empty() && product.divisors.empty() &&
      !product.negative)
    return;

  Value sum = sumInside(op, product);
  if (!sum)
    return;
  Value number = products.multiply(numbers);
  if (Value divisor = products.multiply(product.divisors)) {
    if (!number)
      number = constantRow(builder, loc, rowOf(divisor, 1), 1);
    number = DivOp::create(builder, loc, divisor.getType(), number, divisor);
  }
  // Numbers meet before they meet rows.
  sum = products.scale(sum, number);
  if (Value row = products.multiply(rows))
    sum = rowSize(sum) == 1 ? products.scale(row, sum)
                            : products.multiply({row, sum});
  sum = broadcastTo(builder, loc, sum, rowSize(op.getResult(0)));
  if (product.negative)
    sum = NegOp::create(builder, loc, sum.getType(), sum);
  if (llvm::any_of(llvm::concat<Value>(numbers, product.divisors),
                   dependsOnSize))
    sum = unlessEmpty(op, sum);
  op->replaceAllUsesWith(ValueRange(sum));
}

namespace {

struct FactorizePass : PassWrapper<FactorizePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FactorizePass)

  StringRef getArgument() const final { return "keops-factorize"; }
  StringRef getDescription() const final {
    return "take factors that do not vary out of sums";
  }

  void runOnOperation() final {
    getOperation().walk([](KernelOp kernel) { Factorizer(kernel).run(); });
  }
};

} // namespace

std::unique_ptr<Pass> keops::createFactorizePass() {
  return std::make_unique<FactorizePass>();
}
