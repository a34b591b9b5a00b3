//===- FuseReductions.cpp - sums over all pairs join other passes ---------===//
//
//     sum_ij f  ->  sum_i (sum_j f)     beside another reduction over j
//     sum_ij f  ->  sum_j (sum_i f)     beside another reduction over i
//
// A sum over all pairs is a pass of its own; beside a reduction that already
// visits the pairs and keeps the rows of one axis, its partial sums per row
// cost one more accumulator there, and a sum over the rows afterwards. They are
// stored per row, so wide ones (the gradient in a matrix) keep their own pass,
// which stores a few in all.
//
//===----------------------------------------------------------------------===//

#include "keops/Analysis/IndexSets.h"
#include "keops/Analysis/ReductionLevels.h"
#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

namespace {

/// Components of a partial sum that are still stored for every row.
constexpr int64_t widestStored = 32;

class Fuser {
public:
  explicit Fuser(KernelOp kernel) : kernel(kernel), sets(kernel) {}

  void run() {
    SmallVector<ReduceOp> full, partial;
    kernel.walk([&](ReduceOp op) {
      if (op.getAxis() == Axis::ij && op.getKind() == "sum" &&
          rowSize(op.getResult(0)) <= widestStored)
        full.push_back(op);
      if (op.getAxis() != Axis::ij && visitsPairs(op))
        partial.push_back(op);
    });
    ReductionLevels levels;
    SmallVector<std::pair<ReduceOp, Axis>> splits;
    for (ReduceOp op : full) {
      auto host = llvm::find_if(partial, [&](ReduceOp other) {
        return levels.of(other) == levels.of(op);
      });
      if (visitsPairs(op) && host != partial.end())
        splits.push_back({op, host->getAxis()});
    }
    for (auto [op, axis] : splits)
      split(op, axis);
  }

private:
  bool visitsPairs(ReduceOp op) {
    Axis axes = op.getAxis();
    for (Value input : op.getInputs())
      axes = axes | sets.of(input);
    return axes == Axis::ij;
  }

  void split(ReduceOp op, Axis first) {
    OpBuilder builder(op);
    Type type = op.getResult(0).getType();
    auto inner = ReduceOp::create(builder, op.getLoc(), type, "sum", first,
                                  op.getInputs()[0]);
    auto outer = ReduceOp::create(builder, op.getLoc(), type, "sum",
                                  without(Axis::ij, first), inner.getResult(0));
    op->replaceAllUsesWith(outer);
    op.erase();
  }

  KernelOp kernel;
  IndexSets sets;
};

struct FuseReductionsPass
    : PassWrapper<FuseReductionsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseReductionsPass)

  StringRef getArgument() const final { return "keops-fuse-reductions"; }
  StringRef getDescription() const final {
    return "let sums over all pairs join passes that keep rows";
  }

  void runOnOperation() final {
    getOperation().walk([](KernelOp kernel) { Fuser(kernel).run(); });
  }
};

} // namespace

std::unique_ptr<Pass> keops::createFuseReductionsPass() {
  return std::make_unique<FuseReductionsPass>();
}
