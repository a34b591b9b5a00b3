//===- ComponentStaging.cpp - stages with components in lanes -------------===//
//
// The columns of a block are read one component at a time, by one row in every
// lane, so their computed fields may lie row after row, as the variables do.
// Then a stage that works component by component (points that are centred and
// scaled, their norms) needs no transposition: lanes hold components of one
// column. It is worth while from a few components on.
//
//===----------------------------------------------------------------------===//

#include "NestLowering.h"

#include "keops/Formula/PrimitiveTable.h"

using namespace mlir;
using namespace keops;

/// Rows narrower than this are computed with rows in lanes.
static constexpr int64_t leastComponents = 8;

/// The one dimension above 1 among rows; 0 if there is none, -1 for several.
static int64_t commonWidth(ArrayRef<Value> rows) {
  int64_t width = 0;
  for (Value row : rows) {
    if (rowSize(row) == 1)
      continue;
    if (width && rowSize(row) != width)
      return -1;
    width = rowSize(row);
  }
  return width;
}

/// Whether an operation acts on each component alone, or adds all up.
static bool isComponentwise(Operation *op) {
  if (auto constant = dyn_cast<ConstantOp>(op))
    return cast<DenseElementsAttr>(constant.getValue()).isSplat();
  return isa<BroadcastOp, SumOp>(op) ||
         lookupPrimitive(op->getName().stripDialect());
}

bool NestLowering::canStageByComponents(const Side &side) {
  if (side.computed.empty())
    return false;
  SmallVector<Value> rows;
  for (Operation *op : side.needed) {
    if (!isComponentwise(op))
      return false;
    rows.append(op->operand_begin(), op->operand_end());
    rows.append(op->result_begin(), op->result_end());
  }
  Type element = rowElement(rows.front().getType());
  for (Value row : rows) {
    auto leaf = leafOf(row);
    if (leaf && leaf->axis != Axis::none && leaf->stored != leaf->compute)
      return false;
    if (rowElement(row.getType()) != element || !isa<FloatType>(element))
      return false;
  }
  return commonWidth(rows) >= leastComponents;
}

/// What a stage needs of the kernel's parameters, as arrays.
void NestLowering::prepareComponents(Side &side) {
  RowEvaluator evaluator = makeEvaluator({1, 1, 1}, 0);
  for (Operation *op : side.needed)
    for (Value row : op->getOperands()) {
      auto leaf = leafOf(row);
      bool isLocal = row.getParentRegion() == side.stage;
      if (isLocal || (leaf && leaf->axis != Axis::none) ||
          uniformArrays.count(row))
        continue;
      Type element = rowElement(row.getType());
      Value array = scratch(rowSize(row) * elementBytes(element));
      uniformArrays[row] = array;
      evaluator.loop(0, rowSize(row), ValueRange(), [&](Value d, ValueRange) {
        Value value = evaluator.at(
            evaluator.component(row, rowSize(row) == 1 ? Component(0)
                                                       : Component(d, 0)),
            0, 0);
        b.storeScalar(b.extract(value, 0), b.element(array, element, d));
        return SmallVector<Value>();
      });
    }
}

void NestLowering::stageByComponents(Side &side, ArrayRef<Value> fields,
                                     int64_t padTo) {
  SmallVector<Value> rows(side.computed.begin(), side.computed.end());
  for (Operation *op : side.needed)
    rows.append(op->operand_begin(), op->operand_end());
  int64_t width = commonWidth(rows);
  int64_t inLanes = std::min<int64_t>(lanes, llvm::bit_floor<uint64_t>(width));
  Value padded = b.roundDown(b.add(side.count, padTo - 1), padTo);
  Value last = b.add(side.count, -1);
  b.loop(b.index(0), padded, 1, [&](Value r) {
    RowEvaluator evaluator(b, {inLanes, 1, 1}, schedule.getUnroll());
    evaluator.setLanesHoldComponents();
    Value source = b.add(side.begin, b.min(r, last));
    auto bind = [&](Value row, Value base, Value first) {
      Type element = rowElement(row.getType());
      bool isWide = rowSize(row) > 1;
      evaluator.bind(row, [=, this](Component d) {
        Value offset = isWide ? b.add(first, d.value(b)) : first;
        Value place = b.element(base, element, offset);
        Value value = isWide ? b.loadLanes(place, element, inLanes)
                             : b.splat(b.loadScalar(place, element), inLanes);
        return Copies{{value}, false, false};
      });
    };
    for (Operation *op : side.needed)
      for (Value row : op->getOperands()) {
        auto leaf = leafOf(row);
        if (leaf && leaf->axis != Axis::none)
          bind(row, leaf->pointer, b.mul(source, leaf->dim));
        else if (Value array = uniformArrays.lookup(row))
          bind(row, array, b.index(0));
      }
    for (Value field : fields) {
      Type element = rowElement(field.getType());
      Value buffer = side.buffers.lookup(field);
      auto value = [&](Component d) {
        return evaluator.at(evaluator.component(field, d), 0, 0);
      };
      if (rowSize(field) == 1) {
        b.storeScalar(b.extract(value(0), 0), b.element(buffer, element, r));
        continue;
      }
      Value row = b.element(buffer, element, b.mul(r, width));
      evaluator.eachGroupOfComponents(width, [&](Component d) {
        b.storeLanes(value(d), b.element(row, element, d.value(b)));
      });
    }
  });
}
