//===- ForwardMode.cpp - tangents, from the variables to the outputs ------===//
//
//     t_result = sum_k (d result / d operand_k) t_operand_k
//
// and for a reduction the sum of that over the rows it reduces.
//
//===----------------------------------------------------------------------===//

#include "ChainRule.h"
#include "Derivatives.h"

using namespace mlir;
using namespace keops;

namespace {
class ForwardMode {
public:
  explicit ForwardMode(OpBuilder &builder) : rule(builder) {}

  void seed(Value variable, Value tangent) { tangents[variable] = tangent; }
  Value tangentOf(Value row) { return tangents.lookup(row); }
  void visit(Operation *op);
  ChainRule rule;

private:
  Value elementwise(Operation *op);
  Value shaped(DifferentiableOpInterface op);
  Value reduction(ReduceOp reduce, unsigned result);

  llvm::DenseMap<Value, Value> tangents;
};
} // namespace

Value ForwardMode::elementwise(Operation *op) {
  Value total;
  for (auto [k, operand] : llvm::enumerate(op->getOperands()))
    if (Value tangent = tangentOf(operand))
      total = rule.plus(total, rule.times(rule.partial(op, k), tangent));
  return total;
}

Value ForwardMode::shaped(DifferentiableOpInterface op) {
  SmallVector<Value> known;
  for (Value operand : op->getOperands())
    known.push_back(tangentOf(operand));
  if (llvm::none_of(known, [](Value tangent) { return bool(tangent); }))
    return {};
  return op.tangent(rule.getBuilder(), known);
}

Value ForwardMode::reduction(ReduceOp reduce, unsigned result) {
  int64_t size = rowSize(reduce.getResult(result));
  Value total;
  for (auto [k, input] : llvm::enumerate(reduce.getInputs())) {
    Value tangent = tangentOf(input);
    Value partial = tangent ? rule.partial(reduce, result, k) : Value();
    if (partial)
      total = rule.plus(total, rule.times(partial, rule.spread(tangent, size)));
  }
  return rule.sumOver(reduce.getAxis(), total);
}

void ForwardMode::visit(Operation *op) {
  if (auto reduce = dyn_cast<ReduceOp>(op)) {
    for (auto [r, result] : llvm::enumerate(reduce.getResults()))
      if (Value tangent = reduction(reduce, r))
        tangents[result] = tangent;
    return;
  }
  auto withShape = dyn_cast<DifferentiableOpInterface>(op);
  Value tangent = withShape ? shaped(withShape) : elementwise(op);
  if (tangent)
    tangents[op->getResult(0)] = tangent;
}

SmallVector<Value> keops::forwardMode(JvpOp op) {
  Activity activity = findActivity(op, op.getOutputs(), op.getWrt());
  addCompanions(activity);
  OpBuilder builder(op);
  ForwardMode mode(builder);
  for (auto [variable, tangent] :
       llvm::zip_equal(op.getWrt(), op.getTangents()))
    mode.seed(variable, tangent);
  for (Operation *active : activity.ops)
    mode.visit(active);
  SmallVector<Value> results;
  IndexSets sets(op->getParentOfType<KernelOp>());
  for (Value output : op.getOutputs())
    results.push_back(mode.rule.result(mode.tangentOf(output), output,
                                       sets.of(output), sets));
  return results;
}
