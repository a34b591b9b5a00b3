//===- RowFields.cpp - a thread's rows ------------------------------------===//
//
// Narrow fields of a thread's rows are computed once and stay in registers.
// Wide ones are written to the workspace by a kernel before, component after
// component: neighbouring threads then read neighbouring numbers.
//
//===----------------------------------------------------------------------===//

#include "GpuNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

bool GpuNest::isStagedRow(Value field) const {
  return stagedOffsets.count(field);
}

/// Address of component d of a wide row field.
Value GpuNest::stagedAddress(Value field, Value slot, Component d) {
  Type element = rowElement(field.getType());
  Value begin = b.element(staged, b.getI8Type(),
                          b.mul(slots, stagedOffsets.lookup(field)));
  Value offset = b.add(b.mul(d.value(b), slots), slot);
  return b.element(begin, element, offset);
}

/// Evaluates the row stage, or what follows from a row, on several rows.
RowEvaluator GpuNest::rowEvaluator(ArrayRef<Value> rows, bool afresh) {
  auto count = static_cast<int64_t>(rows.size());
  RowEvaluator evaluator = makeEvaluator({1, count, 1}, schedule.getUnroll());
  Copies numbers;
  numbers.perLaneGroup = true;
  for (Value row : rows)
    numbers.values.push_back(b.splat(row, 1));
  evaluator.setIndex(nest.getRows(), numbers);
  SmallVector<Value> atRows(rows);
  auto bindLeaves = [&](Region &region) {
    region.walk([&](Operation *op) {
      for (Value operand : op->getOperands()) {
        auto leaf = leafOf(operand);
        if (!leaf || leaf->axis == Axis::none || evaluator.isBound(operand))
          continue;
        evaluator.bind(operand,
                       [this, leaf = *leaf, atRows, afresh](Component d) {
                         Copies copies;
                         copies.perLaneGroup = true;
                         for (Value row : atRows)
                           copies.values.push_back(
                               b.splat(loadElement(leaf, row, d, afresh), 1));
                         return copies;
                       });
      }
    });
  };
  bindLeaves(nest.getRowStage());
  bindLeaves(nest.getFinish());
  return evaluator;
}

/// Slots and numbers of the thread's rows, and their narrow fields. Rows beyond
/// the last repeat it, so that threads without rows compute something harmless.
void GpuNest::prepareRows() {
  rowSlots.clear();
  rowNumbers.clear();
  rowFields.clear();
  Value first = b.add(b.mul(blockOf(gpu::Dimension::x), rowsPerBlock), thread);
  Value last = b.add(numRows(), -1);
  for (int64_t g = 0; g < groups; ++g) {
    rowSlots.push_back(b.add(first, g * threads));
    rowNumbers.push_back(b.min(rowSlots.back(), last));
  }
  rowFields.resize(fieldsOf(nest.getRowStage()).size());
  loadRowFields(/*slowOnes=*/false);
  rowsAllow = Value();
  if (!alternative)
    return;
  rowsAllow = b.extract(makeEvaluator({1, 1, 1}, schedule.getUnroll())
                            .component(alternative.getWhen(), 0)
                            .values[0],
                        0);
  Value yes = arith::ConstantOp::create(b, b.getBoolAttr(true));
  double bound = alternative.getBound().convertToDouble();
  for (const Copies &copies : rowFields[alternative.getRow()])
    for (Value component : copies.values) {
      Value inside = arith::XOrIOp::create(b, exceeds(component, bound), yes);
      rowsAllow = arith::AndIOp::create(b, rowsAllow, inside);
    }
}

/// Fields that only the slower way needs are loaded where it begins: they would
/// take registers from the faster one.
void GpuNest::loadRowFields(bool slowOnes) {
  RowEvaluator evaluator = rowEvaluator(rowNumbers, /*afresh=*/slowOnes);
  for (auto [k, field] : llvm::enumerate(fieldsOf(nest.getRowStage()))) {
    if (isStagedRow(field) || slowRows.contains(k) != slowOnes)
      continue;
    rowFields[k].clear();
    for (int64_t d = 0; d < rowSize(field); ++d)
      rowFields[k].push_back(evaluator.component(field, d));
  }
}

/// Component d of row field `number`, of one of the thread's rows.
Value GpuNest::rowComponent(unsigned number, int64_t group, Component d) {
  Value field = fieldsOf(nest.getRowStage())[number];
  if (isStagedRow(field))
    return b.loadLanes(stagedAddress(field, rowSlots[group], d),
                       rowElement(field.getType()), 1);
  SmallVector<Value> components;
  for (const Copies &copies : rowFields[number])
    components.push_back(copies.values[copies.perLaneGroup ? group : 0]);
  return chooseComponent(components, d);
}

std::string GpuNest::writeStage() {
  std::string name = beginKernel("stage");
  Value slot = b.add(b.mul(blockOf(gpu::Dimension::x), threads), thread);
  Value row = b.min(slot, b.add(numRows(), -1));
  RowEvaluator evaluator = rowEvaluator(row);
  for (auto &[field, offset] : stagedOffsets)
    evaluator.loop(0, rowSize(field), ValueRange(),
                   [&, field = field](Value d, ValueRange) {
                     Component component(d, 0);
                     Value value = evaluator.at(
                         evaluator.component(field, component), 0, 0);
                     b.storeLanes(value, stagedAddress(field, slot, component));
                     return SmallVector<Value>();
                   });
  endKernel();
  return name;
}
