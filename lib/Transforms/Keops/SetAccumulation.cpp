//===- SetAccumulation.cpp - the summation scheme of --accumulate
//----------===//
//
// Kahan summation is a reduction of its own; f64 accumulation is the same
// reduction on converted inputs:
//
//     sum(f : f32)  ->  f32(sum(f64(f)))
//
// Block and plain summation are a matter of the schedule.
//
//===----------------------------------------------------------------------===//

#include "keops/Dialect/Keops/Keops.h"
#include "keops/Formula/ReductionTable.h"
#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

namespace {

struct SetAccumulationPass
    : PassWrapper<SetAccumulationPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SetAccumulationPass)
  explicit SetAccumulationPass(Accumulation scheme) : scheme(scheme) {}

  StringRef getArgument() const final { return "keops-set-accumulation"; }
  StringRef getDescription() const final {
    return "replace sums by the summation scheme asked for";
  }

  void runOnOperation() final {
    SmallVector<ReduceOp> sums;
    getOperation().walk([&](ReduceOp reduce) {
      if (llvm::is_contained({"sum", "mean", "prod", "prod_zeros", "logsumexp",
                              "softmax", "softmax_logsumexp", "logsumexp_base2",
                              "softmax_base2", "softmax_logsumexp_base2"},
                             reduce.getKind()))
        sums.push_back(reduce);
    });
    for (ReduceOp reduce : sums)
      if (scheme == Accumulation::Kahan)
        compensate(reduce);
      else if (scheme == Accumulation::F64)
        widen(reduce);
  }

private:
  static void compensate(ReduceOp reduce) {
    std::string compensated = (reduce.getKind() + "_kahan").str();
    if (lookupReduction(compensated))
      reduce.setKind(compensated);
  }

  void widen(ReduceOp reduce) {
    OpBuilder builder(reduce);
    auto f64Like = [&](Type row) {
      return VectorType::get(cast<VectorType>(row).getShape(),
                             builder.getF64Type());
    };
    for (OpOperand &input : reduce->getOpOperands())
      if (rowElement(input.get().getType()).isF32())
        input.set(CastOp::create(builder, reduce.getLoc(),
                                 f64Like(input.get().getType()), input.get()));
    builder.setInsertionPointAfter(reduce);
    for (Value result : reduce.getResults())
      if (rowElement(result.getType()).isF32()) {
        Type narrow = result.getType();
        result.setType(f64Like(narrow));
        auto back = CastOp::create(builder, reduce.getLoc(), narrow, result);
        result.replaceAllUsesExcept(back, back);
      }
  }

  Accumulation scheme;
};

} // namespace

std::unique_ptr<Pass> keops::createSetAccumulationPass(Accumulation scheme) {
  return std::make_unique<SetAccumulationPass>(scheme);
}
