//===- BaseTwo.cpp - exponentials to base two where that is free ----------===//
//
//     exp(g s_ij)          ->  exp2((g log2(e)) s_ij)
//     exp(-s_ij)           ->  exp2(-log2(e) s_ij)
//     logsumexp(f)         ->  logsumexp_base2(f log2(e))
//
// Every processor computes 2^x more cheaply than e^x, which is 2^(x log2 e)
// with the product carried in two pieces. Where the exponent is a product with
// a factor that depends on parameters alone, the factor takes log2(e) in,
// outside the loop over pairs. The exponent then has one more rounding error,
// of the size that the product itself has. Terms of a sum are not scaled one by
// one: where they cancel, that would be a larger error.
//
//===----------------------------------------------------------------------===//

#include "keops/Analysis/IndexSets.h"
#include "keops/Dialect/Keops/Rows.h"
#include "keops/Formula/ReductionTable.h"
#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

namespace {

constexpr double log2e = 1.4426950408889634;

class BaseTwo {
public:
  explicit BaseTwo(KernelOp kernel)
      : sets(kernel), builder(kernel.getContext()) {}

  void rewrite(ExpOp exp) {
    Value x = exp.getX();
    if (sets.of(x) != Axis::ij || !isFree(x))
      return;
    Value scaled = scale(x);
    builder.setInsertionPoint(exp);
    Value power = Exp2Op::create(builder, exp.getLoc(), exp.getType(), scaled);
    exp.getResult().replaceAllUsesWith(power);
  }

  /// A reduction of exponentials multiplies by log2(e) in any case.
  void rewrite(ReduceOp reduce) {
    std::string kind = (reduce.getKind() + "_base2").str();
    if (!lookupReduction(kind))
      return;
    Value f = reduce.getInputs().front();
    Value scaled = isFree(f) ? scale(f) : multiply(f);
    reduce->setOperand(0, scaled);
    reduce.setKind(kind);
  }

private:
  /// Whether log2(e) can be taken into a value without an operation per pair.
  bool isFree(Value x) {
    Operation *op = x.getDefiningOp();
    if (!op || !op->hasOneUse())
      return false;
    if (isa<NegOp>(op))
      return true; // exp would multiply as well
    return isa<MulOp>(op) && (sets.of(op->getOperand(0)) == Axis::none ||
                              sets.of(op->getOperand(1)) == Axis::none);
  }

  /// log2(e) x, taken into its factors where isFree(x).
  Value scale(Value x) {
    Operation *op = x.getDefiningOp();
    if (auto neg = dyn_cast<NegOp>(op))
      return multiply(neg.getX(), -log2e);
    unsigned factor = sets.of(op->getOperand(0)) == Axis::none ? 0 : 1;
    Value scaled = multiply(op->getOperand(factor));
    return factor == 0 ? withOperands(op, scaled, op->getOperand(1))
                       : withOperands(op, op->getOperand(0), scaled);
  }

  Value multiply(Value x, double number = log2e) {
    builder.setInsertionPointAfterValue(x);
    Location loc = x.getLoc();
    // A number repeated is scaled before it is repeated.
    if (auto broadcast = x.getDefiningOp<BroadcastOp>())
      if (rowSize(broadcast.getX()) == 1 && rowSize(x) > 1)
        return broadcastTo(builder, loc, multiply(broadcast.getX(), number),
                           rowSize(x));
    auto type = cast<VectorType>(x.getType());
    Value factor = constantRow(builder, loc, type, number);
    return MulOp::create(builder, loc, type, x, factor);
  }

  /// A copy of a binary operation right after it.
  Value withOperands(Operation *op, Value a, Value b) {
    builder.setInsertionPointAfter(op);
    Operation *copy = builder.clone(*op);
    copy->setOperands({a, b});
    // Operands may have been made after the original.
    return copy->getResult(0);
  }

  IndexSets sets;
  OpBuilder builder;
};

struct BaseTwoPass : PassWrapper<BaseTwoPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BaseTwoPass)
  explicit BaseTwoPass(bool reductions) : reductions(reductions) {}

  StringRef getArgument() const final { return "keops-base-two"; }
  StringRef getDescription() const final {
    return "exponentials to base two, log2(e) taken into invariant factors";
  }

  void runOnOperation() final {
    getOperation().walk([&](KernelOp kernel) {
      BaseTwo baseTwo(kernel);
      SmallVector<Operation *> roots;
      kernel.walk([&](Operation *op) {
        if (isa<ExpOp>(op) || (reductions && isa<ReduceOp>(op)))
          roots.push_back(op);
      });
      for (Operation *op : roots)
        if (auto exp = dyn_cast<ExpOp>(op))
          baseTwo.rewrite(exp);
        else
          baseTwo.rewrite(cast<ReduceOp>(op));
    });
  }

private:
  bool reductions;
};

} // namespace

std::unique_ptr<Pass> keops::createBaseTwoPass(bool reductions) {
  return std::make_unique<BaseTwoPass>(reductions);
}
