//===- HoistInvariants.cpp - factors of fewer indices meet first ----------===//
//
//     -(g s_ij)          ->  (-g) s_ij
//     (k_ij a_i) b_i     ->  k_ij (a_i b_i)
//     s_ij / (2 h_i^2)   ->  s_ij (1 / (2 h_i^2))
//     g sum(w d_ij)      ->  sum((g w) d_ij)
//     g <d_ij, A d_ij>   ->  <d_ij, (g A) d_ij>
//
// Inside the pair loop one product is left per group of factors that depend on
// the same indices; signs, numbers and divisions leave it altogether.
//
//===----------------------------------------------------------------------===//

#include "Products.h"

#include "keops/Dialect/Keops/Rows.h"
#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

namespace {

class Hoister {
public:
  explicit Hoister(KernelOp kernel)
      : kernel(kernel), sets(kernel), builder(kernel.getContext()),
        products(builder, sets) {}

  void run() {
    SmallVector<Operation *> roots;
    kernel.walk([&](Operation *op) {
      if (isRoot(op))
        roots.push_back(op);
    });
    for (Operation *op : roots)
      regroup(op);
    // What was regrouped would count as a use.
    for (Operation &op :
         llvm::make_early_inc_range(llvm::reverse(*kernel.getBodyBlock())))
      if (isOpTriviallyDead(&op))
        op.erase();
    SmallVector<MulOp> scaled(kernel.getBodyBlock()->getOps<MulOp>());
    for (MulOp product : scaled)
      scaleWeights(product);
  }

private:
  static bool isFactor(Operation *op) { return isa<MulOp, NegOp, DivOp>(op); }

  /// A product per pair that is not a factor of another one.
  bool isRoot(Operation *op) {
    if (!isFactor(op) || sets.of(op->getResult(0)) != Axis::ij ||
        !isa<FloatType>(rowElement(op->getResult(0).getType())))
      return false;
    return !op->hasOneUse() ||
           !isa<MulOp, NegOp, BroadcastOp>(*op->getUsers().begin());
  }

  void regroup(Operation *op);
  void scaleWeights(MulOp product);
  bool isUniform(Value row) { return sets.of(row) == Axis::none; }
  OpOperand *weightsOf(MulOp terms);
  Value scaled(OpOperand &weights, Value factor);
  /// What depends on parameters alone: numbers, sign, inverses.
  Value outermost(Product &product, Location loc);

  KernelOp kernel;
  IndexSets sets;
  OpBuilder builder;
  Products products;
};

} // namespace

/// Takes the divisors and the sign into the factors, at the fewest indices.
Value Hoister::outermost(Product &product, Location loc) {
  for (Value divisor : product.divisors) {
    Value one = constantRow(builder, loc, rowOf(divisor, 1), 1);
    product.numbers.push_back(
        DivOp::create(builder, loc, divisor.getType(), one, divisor));
  }
  SmallVector<Value> numbers;
  llvm::erase_if(product.numbers, [&](Value factor) {
    bool isUniform = sets.of(factor) == Axis::none;
    if (isUniform)
      numbers.push_back(factor);
    return isUniform;
  });
  return products.multiply(numbers);
}

void Hoister::regroup(Operation *op) {
  Value result = op->getResult(0);
  Location loc = op->getLoc();
  builder.setInsertionPoint(op);
  auto mayDivide = [&](Value divisor) { return sets.of(divisor) != Axis::ij; };
  Product product = products.collect(result, /*shared=*/false, mayDivide);
  auto isInvariant = [&](Value factor) { return sets.of(factor) != Axis::ij; };
  bool helps = product.divisors.size() + product.negative > 0 ||
               llvm::count_if(product.numbers, isInvariant) > 1;
  if (!helps)
    return;

  Value number = outermost(product, loc);
  auto first = llvm::find_if(product.numbers, isInvariant);
  if (product.negative && !number && first == product.numbers.end())
    return; // Nothing but the pair's own factors could take the sign.
  Value &carrier = first == product.numbers.end() ? number : *first;
  if (product.negative)
    carrier = NegOp::create(builder, loc, carrier.getType(), carrier);
  if (number && &carrier != &number)
    carrier = MulOp::create(builder, loc, carrier.getType(), number, carrier);

  Value whole =
      products.combine(product, {Axis::ij, Axis::i, Axis::j, Axis::none});
  if (number && first == product.numbers.end())
    whole = whole ? products.scale(whole, number) : number;
  whole = broadcastTo(builder, loc, whole, rowSize(result));
  result.replaceAllUsesWith(whole);
}

/// The operand, of a product or of a contraction that is its factor, that
/// depends on parameters alone; or null.
OpOperand *Hoister::weightsOf(MulOp terms) {
  for (OpOperand &factor : terms->getOpOperands())
    if (isUniform(factor.get()))
      return &factor;
  for (Value factor : terms->getOperands())
    if (auto dot = factor.getDefiningOp<TensorDotOp>(); dot && dot->hasOneUse())
      for (OpOperand &tensor : dot->getOpOperands())
        if (isUniform(tensor.get()))
          return &tensor;
  return nullptr;
}

/// weights * factor, before they are used; or null, where the factor is
/// computed further down.
Value Hoister::scaled(OpOperand &weights, Value factor) {
  Operation *user = weights.getOwner();
  Location loc = user->getLoc();
  builder.setInsertionPoint(user);
  if (Operation *def = factor.getDefiningOp();
      def && !def->isBeforeInBlock(user)) {
    if (!isa<ConstantOp>(def))
      return {};
    factor = builder.clone(*def)->getResult(0);
    sets.set(factor, Axis::none);
  }
  Value row = weights.get();
  Value wide = broadcastTo(builder, loc, factor, rowSize(row));
  Value product = MulOp::create(builder, loc, row.getType(), row, wide);
  sets.set(product, Axis::none);
  return product;
}

/// A factor and weights that both depend on parameters alone meet, where a sum
/// over components lies between them.
void Hoister::scaleWeights(MulOp product) {
  for (unsigned k : {0u, 1u}) {
    Value factor = product.getOperand(k);
    auto sum = product.getOperand(1 - k).getDefiningOp<SumOp>();
    auto terms =
        sum && sum->hasOneUse() ? sum.getX().getDefiningOp<MulOp>() : nullptr;
    if (!terms || !terms->hasOneUse() || !isUniform(factor) ||
        rowSize(factor) != 1 || rowSize(product) != 1)
      continue;
    OpOperand *weights = weightsOf(terms);
    if (!weights)
      continue;
    if (Value row = scaled(*weights, factor)) {
      weights->set(row);
      product.getResult().replaceAllUsesWith(sum.getResult());
    }
    return;
  }
}

namespace {

struct HoistInvariantsPass
    : PassWrapper<HoistInvariantsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HoistInvariantsPass)

  StringRef getArgument() const final { return "keops-hoist-invariants"; }
  StringRef getDescription() const final {
    return "multiply factors that depend on fewer indices first";
  }

  void runOnOperation() final {
    getOperation().walk([](KernelOp kernel) { Hoister(kernel).run(); });
  }
};

} // namespace

std::unique_ptr<Pass> keops::createHoistInvariantsPass() {
  return std::make_unique<HoistInvariantsPass>();
}
