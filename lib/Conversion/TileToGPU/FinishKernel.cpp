//===- FinishKernel.cpp - states in memory become results -----------------===//

#include "GpuNest.h"

#include "../Lanes/HalfPrecision.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace keops;

//===----------------------------------------------------------------------===//
// States in memory
//===----------------------------------------------------------------------===//

/// The state of a slot: each component is [dim][slots], components follow each
/// other, splits too. Slots are a multiple of 64, so everything is aligned.
MemoryView GpuNest::stateView(const AccumulatorLayout &acc, Value split,
                              Value slot) {
  unsigned number = &acc - layout.accumulators.begin();
  Value begin =
      b.element(states, b.getI8Type(), b.mul(b.mul(split, slots), stateBytes));
  SmallVector<MemoryView::Place> places;
  for (auto [s, component] : llvm::enumerate(acc.state)) {
    Value base =
        b.element(begin, b.getI8Type(), b.mul(slots, stateOffsets[number][s]));
    places.push_back({base, component.total, component.dim});
  }
  return MemoryView(b, std::move(places), slots, slot, 1);
}

void GpuNest::mergeSlots(Value intoSplit, Value intoSlot, Value fromSplit,
                         Value fromSlot) {
  for (const AccumulatorLayout &acc : layout.accumulators) {
    MemoryView into = stateView(acc, intoSplit, intoSlot);
    MemoryView from = stateView(acc, fromSplit, fromSlot);
    ReductionSteps(b, acc, 1).merge(into, from);
  }
}

/// Merges the states of threads [0, count) into that of thread 0, in an order
/// that depends on count alone: thread t takes in thread t + 2^k, for falling
/// k.
void GpuNest::treeMerge(llvm::function_ref<void(Value)> mergeThread,
                        Value count) {
  for (int64_t step = llvm::PowerOf2Ceil(threads) / 2; step > 0; step /= 2) {
    barrier();
    Value other = b.add(thread, step);
    Value has = arith::AndIOp::create(b, less(thread, b.index(step)),
                                      less(other, count));
    has = arith::AndIOp::create(b, has, less(other, b.index(threads)));
    when(has, [&] { mergeThread(other); });
  }
}

//===----------------------------------------------------------------------===//
// Finished rows
//===----------------------------------------------------------------------===//

/// Runs the finish region on one row and writes what it yields to its places.
void GpuNest::finishRow(Value row, const Views &views) {
  RowEvaluator evaluator = rowEvaluator(row);
  Block &finish = nest.getFinish().front();
  unsigned argument = 0;
  for (auto [a, acc] : llvm::enumerate(layout.accumulators))
    for (unsigned result = 0; result < acc.results.size(); ++result)
      evaluator.bind(finish.getArgument(argument++), [this, a = a, result,
                                                      views](Component d) {
        Value value =
            finishComponent(*views[a], layout.accumulators[a], result, d, 1);
        return Copies{{value}, true, false};
      });
  for (Value field : fieldsOf(nest.getRowStage()))
    evaluator.bind(finish.getArgument(argument++),
                   [&evaluator, field](Component d) {
                     return evaluator.component(field, d);
                   });
  evaluator.evaluate(finish);
  for (auto [place, finished] :
       llvm::zip_equal(nest.getPlaces().getAsRange<tile::PlaceAttr>(),
                       finish.getTerminator()->getOperands())) {
    auto [target, stored] = targetOf(place, finished);
    int64_t dim = rowSize(finished);
    auto write = [&, target = target, stored = stored,
                  finished = finished](Component d) {
      Value value =
          b.extract(evaluator.at(evaluator.component(finished, d), 0, 0), 0);
      Value offset = b.add(b.mul(row, dim), d.value(b));
      Value address = b.element(target, stored, offset);
      if (stored != value.getType())
        storeHalf(b, value, address, stored);
      else
        b.storeScalar(value, address);
    };
    if (dim <= schedule.getUnroll())
      for (int64_t d = 0; d < dim; ++d)
        write(d);
    else
      evaluator.loop(0, dim, ValueRange(), [&](Value d, ValueRange) {
        write(Component(d, 0));
        return SmallVector<Value>();
      });
  }
}

void GpuNest::finishFromMemory(Value row, Value split, Value slot) {
  std::vector<MemoryView> memory;
  memory.reserve(layout.accumulators.size());
  Views views;
  for (const AccumulatorLayout &acc : layout.accumulators) {
    memory.push_back(stateView(acc, split, slot));
    views.push_back(&memory.back());
  }
  finishRow(row, views);
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

std::string GpuNest::writeFinish() {
  std::string name = beginKernel("finish");
  if (nest.getFull()) {
    mergeBlocks();
  } else {
    Value row = b.add(b.mul(blockOf(gpu::Dimension::x), threads), thread);
    when(less(row, numRows()), [&] { mergeSplits(row); });
  }
  endKernel();
  return name;
}

/// One thread per row merges the splits in the order of their columns.
void GpuNest::mergeSplits(Value row) {
  Value first = b.index(0);
  if (nest.getColumns() != Axis::none)
    b.loop(b.index(1), splits, 1,
           [&](Value split) { mergeSlots(first, row, split, row); });
  finishFromMemory(row, first, row);
}

/// One block merges the states that the blocks of a full reduction left.
void GpuNest::mergeBlocks() {
  Value blocks = arith::DivUIOp::create(b, slots, b.index(rowsPerBlock));
  Value count = b.mul(blocks, splits);
  // State number e, split by split.
  auto split = [&](Value e) -> Value {
    return arith::DivUIOp::create(b, e, blocks);
  };
  auto slot = [&](Value e) {
    return b.mul(arith::RemUIOp::create(b, e, blocks), rowsPerBlock);
  };
  auto mergeStates = [&](Value into, Value from) {
    mergeSlots(split(into), slot(into), split(from), slot(from));
  };
  b.loop(b.add(thread, threads), count, threads,
         [&](Value e) { mergeStates(thread, e); });
  treeMerge([&](Value other) { mergeStates(thread, other); },
            b.min(count, b.index(threads)));
  Value isFirst =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, thread, b.index(0));
  when(isFirst, [&] {
    Value nothing =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, count, b.index(0));
    when(nothing, [&] {
      for (const AccumulatorLayout &acc : layout.accumulators) {
        SmallVector<Type> types;
        for (const StateComponent &component : acc.state)
          types.push_back(component.total);
        MemoryView view = stateView(acc, b.index(0), b.index(0));
        ReductionSteps(b, acc, 1).identity(view, types);
      }
    });
    finishFromMemory(b.index(0), b.index(0), b.index(0));
  });
}
