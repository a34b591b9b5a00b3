//===- ReductionLevels.cpp - reductions that need reductions --------------===//

#include "keops/Analysis/ReductionLevels.h"
#include "keops/Dialect/Keops/Keops.h"

using namespace mlir;
using namespace keops;

unsigned ReductionLevels::of(Operation *op) {
  auto [known, isNew] = levels.try_emplace(op, 0);
  if (!isNew)
    return known->second;
  unsigned level = 0;
  for (Value operand : op->getOperands())
    if (Operation *def = operand.getDefiningOp())
      level = std::max(level, of(def) + isa<ReduceOp>(def));
  return levels[op] = level;
}
