//===- IndexSets.cpp - which rows a value depends on ----------------------===//

#include "keops/Analysis/IndexSets.h"
#include "keops/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace keops;

IndexSets::IndexSets(KernelOp kernel) {
  for (auto [i, argument] :
       llvm::enumerate(kernel.getBodyBlock()->getArguments()))
    sets[argument] = kernel.getArgument(i).getRole();
  for (Operation &op : *kernel.getBodyBlock())
    for (OpResult result : op.getResults())
      sets[result] = derive(result);
}

Axis IndexSets::of(Value row) {
  auto found = sets.find(row);
  if (found != sets.end())
    return found->second;
  assert(row.getDefiningOp() && "variable of another kernel");
  Axis axes = derive(cast<OpResult>(row));
  set(row, axes);
  return axes;
}

Axis IndexSets::derive(OpResult row) {
  Operation *op = row.getOwner();
  if (auto index = dyn_cast<IndexOp>(op))
    return index.getAxis();
  if (auto stored = dyn_cast<tile::StoredOp>(op))
    return stored.getAxis();
  if (auto grad = dyn_cast<GradOp>(op); grad && !grad.getPointwise())
    return of(grad.getWrt()[row.getResultNumber()]);
  if (auto jvp = dyn_cast<JvpOp>(op); jvp && !jvp.getPointwise())
    return of(jvp.getOutputs()[row.getResultNumber()]);
  Axis axes = Axis::none;
  for (Value operand : op->getOperands())
    axes = axes | of(operand);
  if (auto replicate = dyn_cast<ReplicateOp>(op))
    return axes | replicate.getAxis();
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return without(axes, reduce.getAxis());
  return axes;
}
