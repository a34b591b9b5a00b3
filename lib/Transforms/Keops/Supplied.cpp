//===- Supplied.cpp - results that the caller already has -----------------===//

#include "Supplied.h"

#include "keops/Dialect/Keops/Keops.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace keops;

static bool needsReduction(Value row) {
  llvm::SetVector<Value> visited;
  visited.insert(row);
  for (size_t at = 0; at < visited.size(); ++at) {
    Operation *op = visited[at].getDefiningOp();
    if (op && isa<ReduceOp>(op))
      return true;
    if (op)
      visited.insert_range(op->getOperands());
  }
  return false;
}

/// With r = a OP b known and b free of reductions: a. Null if OP has no
/// inverse.
static Value solveForFirst(OpBuilder &builder, Operation *op, Value r) {
  Location loc = op->getLoc();
  Type type = r.getType();
  if (isa<NegOp>(op))
    return NegOp::create(builder, loc, type, r);
  Value b = op->getOperand(1);
  if (isa<AddOp>(op))
    return SubOp::create(builder, loc, type, r, b);
  if (isa<SubOp>(op))
    return AddOp::create(builder, loc, type, r, b);
  if (isa<MulOp>(op))
    return DivOp::create(builder, loc, type, r, b);
  if (isa<DivOp>(op))
    return MulOp::create(builder, loc, type, r, b);
  return {};
}

/// The same for b, where a is free of reductions.
static Value solveForSecond(OpBuilder &builder, Operation *op, Value r) {
  Location loc = op->getLoc();
  Type type = r.getType();
  Value a = op->getOperand(0);
  if (isa<AddOp>(op))
    return SubOp::create(builder, loc, type, r, a);
  if (isa<SubOp>(op))
    return SubOp::create(builder, loc, type, a, r);
  if (isa<MulOp>(op))
    return DivOp::create(builder, loc, type, r, a);
  return {};
}

void keops::useSupplied(Operation *first, Operation *last, Value given,
                        Value supplied) {
  for (Operation *op = first->getNextNode(); op != last; op = op->getNextNode())
    op->replaceUsesOfWith(given, supplied);
  Operation *def = given.getDefiningOp();
  if (!def || !isa<NegOp, AddOp, SubOp, MulOp, DivOp>(def))
    return;
  OpBuilder builder(first);
  bool second = def->getNumOperands() > 1 && needsReduction(def->getOperand(1));
  if (second && needsReduction(def->getOperand(0)))
    return;
  Value operand = def->getOperand(second ? 1 : 0);
  if (!needsReduction(operand))
    return;
  Value solved = second ? solveForSecond(builder, def, supplied)
                        : solveForFirst(builder, def, supplied);
  if (solved)
    useSupplied(first, last, operand, solved);
}
