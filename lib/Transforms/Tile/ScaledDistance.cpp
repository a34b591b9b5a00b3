//===- ScaledDistance.cpp - a distance times a factor ---------------------===//

#include "ScaledDistance.h"

using namespace mlir;
using namespace keops;

/// Sizes of scales that neither overflow nor lose digits.
static constexpr double smallestScale = 1e-12, largestScale = 1e12;

ScaledDistances::ScaledDistances(tile::NestOp nest)
    : nest(nest), pair(nest.getPair().front()), b(nest.getContext()),
      numRows(yieldOf(nest.getRowStage())->getNumOperands()) {}

//===----------------------------------------------------------------------===//
// Finding
//===----------------------------------------------------------------------===//

std::optional<ScaledDistance> ScaledDistances::findOnly() {
  SmallVector<ScaledDistance> found;
  for (auto product : pair.getOps<MulOp>())
    if (auto distance = match(product))
      found.push_back(*distance);
  // More than one would need a decision for each combination.
  if (found.size() != 1)
    return std::nullopt;
  return found.front();
}

bool ScaledDistances::isUniform(Value value) {
  return value.getDefiningOp<ConstantOp>() ||
         !nest->isAncestor(value.getParentRegion()->getParentOp());
}

std::optional<ScaledDistance> ScaledDistances::match(MulOp product) {
  ScaledDistance found;
  found.product = product;
  for (unsigned k : {0u, 1u}) {
    found.factor = product->getOperand(k);
    if (rowSize(found.factor) == 1 && isUniform(found.factor) &&
        matchDistance(product->getOperand(1 - k), found))
      return found;
  }
  return std::nullopt;
}

bool ScaledDistances::matchDistance(Value distance, ScaledDistance &found) {
  Operation *op = distance.getDefiningOp();
  if (!op || !op->hasOneUse())
    return false;
  found.isSquared = !isa<SqrtOp>(op);
  if (!found.isSquared)
    op = op->getOperand(0).getDefiningOp();
  auto sum = dyn_cast_or_null<SumOp>(op);
  auto square =
      sum && sum->hasOneUse() ? sum.getX().getDefiningOp<MulOp>() : nullptr;
  if (!square || square.getOperand(0) != square.getOperand(1) ||
      !square->hasOneUse())
    return false;
  auto difference = square.getOperand(0).getDefiningOp<SubOp>();
  if (!difference || !llvm::all_of(difference->getUsers(), [&](Operation *u) {
        return u == square.getOperation();
      }))
    return false;
  found.row = dyn_cast<BlockArgument>(difference.getOperand(0));
  found.column = dyn_cast<BlockArgument>(difference.getOperand(1));
  if (!found.row || !found.column)
    return false;
  if (!isRow(found.row))
    std::swap(found.row, found.column);
  return isRow(found.row) && !isRow(found.column);
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

Value ScaledDistances::number(Value like, double value) {
  return constantRow(b, like.getLoc(), cast<VectorType>(like.getType()), value);
}

Value ScaledDistances::holds(StringRef comparison, Value x, double value) {
  OperationState state(x.getLoc(), ("keops." + comparison).str());
  state.addOperands({x, number(x, value)});
  state.addTypes(VectorType::get({rowSize(x)}, b.getI1Type()));
  return b.create(state)->getResult(0);
}

ScaledDistances::Scale
ScaledDistances::prepareScale(const ScaledDistance &found) {
  Location loc = found.product->getLoc();
  b.setInsertionPoint(nest);
  Value factor = found.factor;
  if (auto constant = factor.getDefiningOp<ConstantOp>())
    factor = b.clone(*constant)->getResult(0);
  Scale scale;
  scale.value = NegOp::create(b, loc, factor.getType(), factor);
  if (found.isSquared)
    scale.value = SqrtOp::create(b, loc, factor.getType(), scale.value);
  Value isLarge = holds("gt", scale.value, smallestScale);
  Value isSmall = holds("lt", scale.value, largestScale);
  scale.isSound = AndOp::create(b, loc, isLarge.getType(), isLarge, isSmall);
  Value column = yieldOf(nest.getColumnStage())
                     ->getOperand(found.column.getArgNumber() - numRows);
  bool isVariable = column.getParentBlock() == nest->getBlock();
  scale.centre =
      isVariable
          ? tile::CentreOp::create(b, loc, column.getType(), column).getResult()
          : number(column, 0);
  return scale;
}

Value ScaledDistances::scaledPoint(Region &stage, unsigned field,
                                   const Scale &scale, double factor) {
  Operation *yield = yieldOf(stage);
  Location loc = yield->getLoc();
  Value point = yield->getOperand(field), by = scale.value;
  b.setInsertionPoint(nest);
  if (factor != 1)
    by = MulOp::create(b, loc, by.getType(), by, number(by, factor));
  b.setInsertionPoint(yield);
  auto type = point.getType();
  Value moved = SubOp::create(b, loc, type, point, scale.centre);
  return MulOp::create(b, loc, type, moved,
                       broadcastTo(b, loc, by, rowSize(point)));
}

BlockArgument ScaledDistances::addRowField(Value field) {
  Operation *yield = yieldOf(nest.getRowStage());
  yield->insertOperands(yield->getNumOperands(), field);
  nest.getFinish().front().addArgument(field.getType(), field.getLoc());
  return pair.insertArgument(numRows++, field.getType(), field.getLoc());
}

BlockArgument ScaledDistances::addColumnField(Value field) {
  Operation *yield = yieldOf(nest.getColumnStage());
  yield->insertOperands(yield->getNumOperands(), field);
  return pair.addArgument(field.getType(), field.getLoc());
}
