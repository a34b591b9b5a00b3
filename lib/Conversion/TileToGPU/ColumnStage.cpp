//===- ColumnStage.cpp - columns, brought to shared memory ----------------===//
//
// A thread takes every threads-th column: it computes the narrow fields and
// stores them with few wide stores. Wide leaves are copied element by element,
// neighbouring threads taking neighbouring elements.
//
//===----------------------------------------------------------------------===//

#include "GpuNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

/// Evaluates the column stage on one column.
RowEvaluator GpuNest::columnEvaluator(Value column) {
  RowEvaluator evaluator = makeEvaluator({1, 1, 1}, schedule.getUnroll());
  evaluator.setIndex(nest.getColumns(), {{b.splat(column, 1)}, false, false});
  nest.getColumnStage().walk([&](Operation *op) {
    for (Value operand : op->getOperands()) {
      auto leaf = leafOf(operand);
      if (!leaf || leaf->axis == Axis::none || evaluator.isBound(operand))
        continue;
      evaluator.bind(operand, [this, leaf = *leaf, column](Component d) {
        return Copies{{b.splat(loadElement(leaf, column, d), 1)}, false, false};
      });
    }
  });
  return evaluator;
}

/// Copies a wide leaf of `count` columns.
void GpuNest::stageWideLeaf(Value field, Value count) {
  Leaf leaf = *leafOf(field);
  Value dim = b.index(leaf.dim);
  b.loop(thread, b.mul(count, leaf.dim), threads, [&](Value element) {
    Value column = arith::DivUIOp::create(b, element, dim);
    Component d(arith::RemUIOp::create(b, element, dim), 0);
    Value value = loadElement(leaf, b.add(tileBegin, column), d);
    tileInShared->storeWide(b, field, column, d, value);
  });
}

/// Whether the columns a thread stages are out of the bounds of the faster way,
/// this one included.
Value GpuNest::orOutside(Value outside, RowEvaluator &evaluator) {
  unsigned rows = fieldsOf(nest.getRowStage()).size();
  Value field = fieldsOf(nest.getColumnStage())[alternative.getColumn() - rows];
  double bound = alternative.getBound().convertToDouble();
  for (int64_t d = 0; d < rowSize(field); ++d) {
    Value component = evaluator.component(field, d).values[0];
    outside = arith::OrIOp::create(b, outside, exceeds(component, bound));
  }
  return outside;
}

/// A computed field of one column, component by component.
void GpuNest::stageWideField(Value field, Value column,
                             RowEvaluator &evaluator) {
  evaluator.loop(0, rowSize(field), ValueRange(), [&](Value d, ValueRange) {
    Component component(d, 0);
    Value value = evaluator.at(evaluator.component(field, component), 0, 0);
    tileInShared->storeWide(b, field, column, component, b.extract(value, 0));
    return SmallVector<Value>();
  });
}

Value GpuNest::stageColumns(Value count) {
  SmallVector<Value> wide;
  for (Value field : fieldsOf(nest.getColumnStage())) {
    if (!tileInShared->isWide(field) || llvm::is_contained(wide, field))
      continue;
    if (leafOf(field))
      stageWideLeaf(field, count);
    else
      wide.push_back(field);
  }
  if (!tileInShared->bytes())
    return {};
  SmallVector<Value> outside;
  if (alternative)
    outside.push_back(arith::ConstantOp::create(b, b.getBoolAttr(false)));
  outside = b.loop(
      thread, count, threads, outside, [&](Value column, ValueRange carried) {
        RowEvaluator evaluator = columnEvaluator(b.add(tileBegin, column));
        tileInShared->store(b, column, evaluator);
        for (Value field : wide)
          stageWideField(field, column, evaluator);
        SmallVector<Value> next(carried);
        if (alternative)
          next[0] = orOutside(next[0], evaluator);
        return next;
      });
  return alternative ? outside[0] : Value();
}
