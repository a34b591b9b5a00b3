//===- IndexSets.cpp - which rows a value depends on
//-----------------------===//

#include "keops/Analysis/IndexSets.h"
#include "keops/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace keops;

IndexSets::IndexSets(KernelOp kernel) {
  for (auto [i, argument] :
       llvm::enumerate(kernel.getBodyBlock()->getArguments()))
    sets[argument] = kernel.getArgument(i).getRole();
  for (Operation &op : *kernel.getBodyBlock())
    for (Value result : op.getResults())
      sets[result] = ofResults(&op);
}

Axis IndexSets::of(Value row) const {
  auto found = sets.find(row);
  assert(found != sets.end() && "value of another kernel");
  return found->second;
}

Axis IndexSets::ofResults(Operation *op) const {
  if (auto index = dyn_cast<IndexOp>(op))
    return index.getAxis();
  if (auto stored = dyn_cast<tile::StoredOp>(op))
    return stored.getAxis();
  Axis axes = Axis::none;
  for (Value operand : op->getOperands())
    axes = axes | of(operand);
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return without(axes, reduce.getAxis());
  return axes;
}
