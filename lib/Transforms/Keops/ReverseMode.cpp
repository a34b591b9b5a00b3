//===- ReverseMode.cpp - cotangents, from the outputs to the variables ----===//
//
//     e_operand += (d result / d operand)' e_result
//
// A value is used by every row of the operation that takes it: x_i by all pairs
// (i, j). So its cotangent is summed over the axes that the operation runs over
// and the value lacks, as soon as they are lacking: what follows then runs per
// row instead of per pair.
//
//===----------------------------------------------------------------------===//

#include "ChainRule.h"
#include "Derivatives.h"
#include "keops/Analysis/IndexSets.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace keops;

namespace {
class ReverseMode {
public:
  ReverseMode(OpBuilder &builder, IndexSets &sets, Activity activity,
              bool pointwise)
      : rule(builder), sets(sets), activity(std::move(activity)),
        pointwise(pointwise) {}

  /// Adds `cotangent`, one per row of `rows`, to that of `row`.
  void add(Value row, Value cotangent, Axis rows);
  /// The sum of what was added; null for zero.
  Value cotangentOf(Value row);
  void run();
  ChainRule rule;

private:
  void visit(Operation *op);
  void visitReduction(ReduceOp reduce);
  bool varies(Value row) { return activity.values.contains(row); }

  IndexSets &sets;
  Activity activity;
  bool pointwise;
  /// By the axes still to be summed over: sums of sums are sums of pairs.
  llvm::DenseMap<Value, llvm::MapVector<Axis, Value>> parts;
};
} // namespace

void ReverseMode::add(Value row, Value cotangent, Axis rows) {
  if (!cotangent)
    return;
  Axis missing = pointwise ? Axis::none : without(rows, sets.of(row));
  Value &part = parts[row][missing];
  part = rule.plus(part, cotangent);
}

Value ReverseMode::cotangentOf(Value row) {
  auto found = parts.find(row);
  if (found == parts.end())
    return {};
  Value total;
  for (auto &[axis, part] : found->second)
    total = rule.plus(total, rule.sumOver(axis, part));
  // Summed once, even if asked for again.
  found->second.clear();
  found->second[Axis::none] = total;
  return total;
}

void ReverseMode::visitReduction(ReduceOp reduce) {
  Axis rows = reduce.getAxis();
  for (Value input : reduce.getInputs())
    rows = rows | sets.of(input);
  for (auto [r, result] : llvm::enumerate(reduce.getResults())) {
    Value cotangent = cotangentOf(result);
    if (!cotangent)
      continue;
    for (auto [k, input] : llvm::enumerate(reduce.getInputs()))
      if (varies(input)) {
        Value share = rule.times(rule.partial(reduce, r, k), cotangent);
        add(input, rule.gather(share, rowSize(input)), rows);
      }
  }
}

void ReverseMode::visit(Operation *op) {
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return visitReduction(reduce);
  Value result = op->getResult(0);
  Value cotangent = cotangentOf(result);
  if (!cotangent)
    return;
  auto withShape = dyn_cast<DifferentiableOpInterface>(op);
  for (auto [k, operand] : llvm::enumerate(op->getOperands()))
    if (varies(operand))
      add(operand,
          withShape ? rule.adjoint(withShape, k, cotangent)
                    : rule.times(rule.partial(op, k), cotangent),
          sets.of(result));
}

void ReverseMode::run() {
  for (Operation *op : llvm::reverse(activity.ops))
    visit(op);
}

SmallVector<Value> keops::reverseMode(GradOp op) {
  Activity activity = findActivity(op, op.getOutputs(), op.getWrt());
  addCompanions(activity);
  IndexSets sets(op->getParentOfType<KernelOp>());
  OpBuilder builder(op);
  ReverseMode mode(builder, sets, std::move(activity), op.getPointwise());
  for (auto [output, cotangent] :
       llvm::zip_equal(op.getOutputs(), op.getCotangents()))
    mode.add(output, cotangent, sets.of(output) | sets.of(cotangent));
  mode.run();
  SmallVector<Value> results;
  for (Value variable : op.getWrt())
    results.push_back(mode.rule.result(mode.cotangentOf(variable), variable,
                                       sets.of(variable), sets));
  return results;
}
