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

void GpuNest::stageColumns(Value count) {
  SmallVector<Value> wide;
  for (Value field : fieldsOf(nest.getColumnStage())) {
    if (!tileInShared->isWide(field) || llvm::is_contained(wide, field))
      continue;
    wide.push_back(field);
    if (leafOf(field))
      stageWideLeaf(field, count);
  }
  if (!tileInShared->bytes())
    return;
  b.loop(thread, count, threads, [&](Value column) {
    RowEvaluator evaluator = columnEvaluator(b.add(tileBegin, column));
    tileInShared->store(b, column, evaluator);
    for (Value field : wide)
      if (!leafOf(field))
        evaluator.loop(
            0, rowSize(field), ValueRange(), [&](Value d, ValueRange) {
              Component component(d, 0);
              Value value =
                  evaluator.at(evaluator.component(field, component), 0, 0);
              tileInShared->storeWide(b, field, column, component,
                                      b.extract(value, 0));
              return SmallVector<Value>();
            });
  });
}
