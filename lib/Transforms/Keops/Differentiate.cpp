//===- Differentiate.cpp - replaces keops.grad and keops.jvp --------------===//
//
// Derivatives are taken one after the other in the order of the body, so that
// an outer one finds the operations of the inner one and nothing else: any
// order, in any mix of modes. What a derivative needs of the computation it
// differentiates it simply uses; what nothing uses disappears. Passes over the
// pairs follow later from the dependences of the reductions, so a derivative
// never stores anything per pair.
//
//===----------------------------------------------------------------------===//

#include "Derivatives.h"
#include "Simplify.h"
#include "Supplied.h"

#include "keops/Dialect/Keops/Rows.h"
#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

namespace {

struct DifferentiatePass
    : PassWrapper<DifferentiatePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DifferentiatePass)
  explicit DifferentiatePass(bool simplifies) : simplifies(simplifies) {}

  StringRef getArgument() const final { return "keops-differentiate"; }
  StringRef getDescription() const final {
    return "replace keops.grad and keops.jvp by what computes them";
  }

  void runOnOperation() final {
    getOperation().walk([&](KernelOp kernel) {
      while (Operation *op = firstDerivative(kernel)) {
        expand(op);
        // Shorter formulas have shorter derivatives.
        if (simplifies && onlyInVariables(kernel))
          simplify(kernel);
      }
    });
    getOperation().walk([](ReplicateOp op) {
      op.replaceAllUsesWith(op.getX());
      op.erase();
    });
  }

private:
  static Operation *firstDerivative(KernelOp kernel) {
    auto found = llvm::find_if(*kernel.getBodyBlock(), [](Operation &op) {
      return isa<GradOp, JvpOp>(op);
    });
    return found == kernel.getBodyBlock()->end() ? nullptr : &*found;
  }

  /// Whether all derivatives left are taken in variables of the kernel. A value
  /// in the middle of a formula must stay as it is until then.
  static bool onlyInVariables(KernelOp kernel) {
    auto isVariable = [](Value row) { return isa<BlockArgument>(row); };
    return llvm::all_of(*kernel.getBodyBlock(), [&](Operation &op) {
      if (auto grad = dyn_cast<GradOp>(op))
        return llvm::all_of(grad.getWrt(), isVariable);
      auto jvp = dyn_cast<JvpOp>(op);
      return !jvp || llvm::all_of(jvp.getWrt(), isVariable);
    });
  }

  template <typename OpT>
  static void expandOne(OpT op, SmallVector<Value> (*mode)(OpT)) {
    OpBuilder builder(op);
    auto type = VectorType::get({1}, builder.getI1Type());
    Value mark = constantRow(builder, op.getLoc(), type, 0);
    SmallVector<Value> results = mode(op);
    for (auto [given, supplied] :
         llvm::zip_equal(op.getGiven(), op.getSupplied()))
      useSupplied(mark.getDefiningOp(), op, given, supplied);
    op->replaceAllUsesWith(results);
    op->erase();
    mark.getDefiningOp()->erase();
  }

  static void expand(Operation *op) {
    if (auto grad = dyn_cast<GradOp>(op))
      return expandOne(grad, reverseMode);
    expandOne(cast<JvpOp>(op), forwardMode);
  }

  bool simplifies;
};

} // namespace

std::unique_ptr<Pass> keops::createDifferentiatePass(bool simplifies) {
  return std::make_unique<DifferentiatePass>(simplifies);
}
