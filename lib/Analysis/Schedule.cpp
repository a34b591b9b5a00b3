//===- Schedule.cpp - what a nest asks for --------------------------------===//

#include "keops/Analysis/Schedule.h"

#include "keops/Formula/PrimitiveTable.h"
#include "keops/Formula/ReductionTable.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace keops;

static int64_t costOf(Operation &op) {
  const PrimitiveRecord *record = lookupPrimitive(op.getName().stripDialect());
  int64_t each = record ? std::max(record->cost, 1) : 0;
  if (isa<SumOp, VMinOp, VMaxOp, VArgMinOp, VArgMaxOp>(op))
    return rowSize(op.getOperand(0));
  if (auto dot = dyn_cast<TensorDotOp>(op))
    return std::max(rowSize(dot.getF()) * rowSize(dot.getG()) /
                        std::max<int64_t>(rowSize(dot.getResult()), 1),
                    rowSize(dot.getResult()));
  return op.getNumResults() ? each * rowSize(op.getResult(0)) : 0;
}

static int64_t countDivisions(Operation &op) {
  const PrimitiveRecord *record = lookupPrimitive(op.getName().stripDialect());
  bool divides = record && record->divider32.clocks;
  return divides ? rowSize(op.getResult(0)) : 0;
}

/// What a reduction's formulas cost for one more row, beside an addition each.
static int64_t costOf(const ReductionRecord &record) {
  int64_t cost = 0;
  for (StringRef formula : record.accumulate)
    while (!formula.empty()) {
      auto isLetter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
      formula = formula.drop_until(isLetter);
      StringRef word = formula.take_while(isLetter);
      formula = formula.drop_front(word.size());
      if (const PrimitiveRecord *called = lookupPrimitive(word))
        cost += called->cost;
    }
  return cost;
}

/// Whether a value is the same for all pairs of a nest.
static bool isUniform(Value row, tile::NestOp nest) {
  return !nest->isAncestor(row.getParentRegion()->getParentOp());
}

/// Whether a row's components are products with a matrix of parameters. There
/// is nothing in them to reuse in a tile: they are so many operations.
static bool meetsParameters(Value row, tile::NestOp nest) {
  Operation *op = row.getDefiningOp();
  if (!op || isUniform(row, nest))
    return false;
  if (auto dot = dyn_cast<TensorDotOp>(op))
    return isUniform(dot.getF(), nest) || isUniform(dot.getG(), nest);
  return rowSize(row) > 1 && llvm::any_of(op->getOperands(), [&](Value x) {
           return rowSize(x) == rowSize(row) && meetsParameters(x, nest);
         });
}

/// Terms that an operation adds up for one number.
static int64_t termsOf(Operation &op, tile::NestOp nest) {
  auto dot = dyn_cast<TensorDotOp>(op);
  if (dot && !meetsParameters(dot, nest))
    return rowSize(dot.getF()) * rowSize(dot.getG()) /
           std::max<int64_t>(rowSize(dot.getResult()), 1);
  bool isSum = isa<SumOp>(op) && !meetsParameters(op.getOperand(0), nest);
  return isSum ? rowSize(op.getOperand(0)) : 1;
}

NestShape keops::shapeOf(tile::NestOp nest) {
  NestShape shape;
  Block &pair = nest.getPair().front();
  bool hasFloat = false, hasWideInteger = false;
  auto see = [&](Value row) {
    Type element = rowElement(row.getType());
    shape.widest = std::max(shape.widest, rowSize(row));
    if (isa<FloatType>(element)) {
      hasFloat = true;
      shape.elementBits =
          std::max<int64_t>(shape.elementBits, element.getIntOrFloatBitWidth());
    }
    hasWideInteger |= element.isInteger(64);
  };
  for (Operation &op : pair) {
    for (Value row : op.getResults())
      see(row);
    for (Value row : op.getOperands())
      if (!isUniform(row, nest))
        see(row);
    shape.operations += costOf(op);
    shape.divisions += countDivisions(op);
    shape.contraction = std::max(shape.contraction, termsOf(op, nest));
  }
  if (!hasFloat && hasWideInteger)
    shape.elementBits = 64;
  auto components = [](Region &stage) {
    int64_t sum = 0;
    for (Value field : stage.front().getTerminator()->getOperands())
      sum += rowSize(field);
    return sum;
  };
  shape.rowComponents = components(nest.getRowStage());
  shape.columnComponents = components(nest.getColumnStage());
  unsigned input = 0;
  for (auto acc : nest.getAccumulators().getAsRange<tile::AccumulatorAttr>()) {
    const ReductionRecord *record = lookupReduction(acc.getKind());
    shape.hasSelection |= record->isSelection;
    for (int shapeOf : record->stateShape) {
      int64_t dim = rowSize(pair.getTerminator()->getOperand(input + shapeOf));
      shape.stateComponents += dim * (record->isSelection ? acc.getK() : 1);
      if (!record->isSelection && record->changes.empty())
        shape.stateRegisters += dim;
      shape.operations += dim * 2;
    }
    shape.accumulation += costOf(*record);
    input += acc.getNumInputs();
  }
  return shape;
}
