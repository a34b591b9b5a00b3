//===- Simplify.cpp - algebra on rows -------------------------------------===//
//
// Exact in real arithmetic; in floating point a product may round in another
// order. The rules are in SimplifySums.cpp, SimplifyProducts.cpp and
// SimplifyShapes.cpp, each under its identity.
//
//===----------------------------------------------------------------------===//

#include "Simplify.h"

#include "keops/Dialect/Keops/Rows.h"
#include "keops/Transforms/Passes.h"

#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace keops;

Value keops::negated(PatternRewriter &rewriter, Value row) {
  if (auto neg = row.getDefiningOp<NegOp>())
    return neg.getX();
  auto broadcast = row.getDefiningOp<BroadcastOp>();
  auto neg = broadcast ? broadcast.getX().getDefiningOp<NegOp>() : NegOp();
  if (!neg)
    return {};
  return broadcastTo(rewriter, row.getLoc(), neg.getX(), rowSize(row));
}

void keops::simplify(KernelOp kernel) {
  RewritePatternSet patterns(kernel.getContext());
  addSumRules(patterns);
  addProductRules(patterns);
  addShapeRules(patterns);
  FrozenRewritePatternSet frozen(std::move(patterns));
  bool changed = true;
  while (changed) {
    IRRewriter rewriter(kernel.getContext());
    DominanceInfo dominance(kernel);
    bool shared = false, rewritten = false;
    eliminateCommonSubExpressions(rewriter, dominance, kernel, &shared);
    // A rule that finds no end is a bug; the result so far is still right.
    (void)applyPatternsGreedily(kernel, frozen, {}, &rewritten);
    changed = rewritten;
  }
}

namespace {

struct SimplifyPass : PassWrapper<SimplifyPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SimplifyPass)

  StringRef getArgument() const final { return "keops-simplify"; }
  StringRef getDescription() const final {
    return "apply the algebra of rows and share equal operations";
  }

  void runOnOperation() final {
    getOperation().walk([](KernelOp kernel) { simplify(kernel); });
  }
};

} // namespace

std::unique_ptr<Pass> keops::createSimplifyPass() {
  return std::make_unique<SimplifyPass>();
}
