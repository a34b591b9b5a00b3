//===- SelectionSteps.cpp - insertion into sorted slots -------------------===//
//
// A selection keeps its K best entries sorted. A row that beats the last one is
// inserted: into all lanes at once where lists are merged or a lane is a
// thread, lane by lane where a row of a tile is new in few of them.
//
//===----------------------------------------------------------------------===//

#include "StateView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace keops;

/// Insertion where a value beats the last slot, and so changes it.
void ReductionSteps::insertIfBetter(StateView &view, Component slot,
                                    Value value, Value index, Value mask) {
  Type element = cast<VectorType>(value.getType()).getElementType();
  Value last = view.get(0, slot + (layout.k - 1) * layout.inputDims[0]);
  Bindings names;
  names["f"] = value;
  names["v"] = last;
  names["i"] = names["index"] = index;
  Value next = emit(layout.record->accumulate[0], names, element);
  Value better = op("ne", {next, last}, b.getI1Type());
  if (mask)
    better = op("and", {better, mask}, b.getI1Type());
  auto branch =
      scf::IfOp::create(b, inSomeLane(better), /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  if (MemoryView *memory = lanes > 1 ? view.inPlace() : nullptr)
    insertLanes(*memory, slot, value, index, better);
  else
    insert(view, slot, value, index, mask);
}

/// Insertion in the few lanes where a row was found to be better than the last
/// slot, one lane after the other.
void ReductionSteps::insertLanes(MemoryView &view, Component slot, Value value,
                                 Value index, Value better) {
  b.eachBit(b.bitsOf(better), [&](Value lane) {
    auto pick = [&](Value lanesOf) {
      Type one = cast<VectorType>(lanesOf.getType()).getElementType();
      Value scalar = LLVM::ExtractElementOp::create(b, one, lanesOf, lane);
      return b.splat(scalar, 1);
    };
    insertInLane(view.at(lane, 1), slot, pick(value), pick(index));
  });
}

/// Insertion of a row that is better than the last slot: entries that it
/// precedes move down by one, from the last on.
void ReductionSteps::insertInLane(MemoryView view, Component slot, Value value,
                                  Value index) {
  ReductionSteps one(b, layout, 1);
  int64_t width = layout.inputDims[0];
  Type element = cast<VectorType>(value.getType()).getElementType();
  Type i64 = b.getI64Type();
  auto place = [&](Value k) {
    return Component(b.add(b.mul(k, width), slot.value(b)), 0);
  };
  // Fed with the worst value, the record's formula brings f into the finite
  // range; fed with an entry, it gives back the entry unless f precedes it.
  auto against = [&](Value entry) {
    Bindings names;
    names["f"] = value;
    names["v"] = entry;
    names["i"] = names["index"] = index;
    return one.emit(layout.record->accumulate[0], names, element);
  };
  Value worst = one.emit(layout.record->identity[0], {}, element);
  Value candidate = against(worst);
  auto loop = scf::WhileOp::create(
      b, i64, b.index(layout.k - 1),
      [&](OpBuilder &, Location, ValueRange at) {
        Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt,
                                             at[0], b.index(0));
        Value above = b.add(at[0], static_cast<int64_t>(-1));
        // At the first slot, compares with itself, which `inside` ends.
        above = arith::MaxSIOp::create(b, above, b.index(0));
        Value entry = view.get(0, place(above));
        Value precedes = one.op("ne", {against(entry), entry}, b.getI1Type());
        Value goesOn = arith::AndIOp::create(b, inside, b.extract(precedes, 0));
        scf::ConditionOp::create(b, goesOn, at);
      },
      [&](OpBuilder &, Location, ValueRange at) {
        Value above = b.add(at[0], static_cast<int64_t>(-1));
        view.set(0, place(at[0]), view.get(0, place(above)));
        view.set(1, place(at[0]), view.get(1, place(above)));
        scf::YieldOp::create(b, above);
      });
  view.set(0, place(loop.getResult(0)), candidate);
  view.set(1, place(loop.getResult(0)), index);
}

/// Insertion of (value, index) into the sorted slots of component `slot`: the
/// candidate swaps with each entry it precedes, so the last one falls out.
void ReductionSteps::insert(StateView &view, Component slot, Value value,
                            Value index, Value mask) {
  int64_t width = layout.inputDims[0];
  Bindings names;
  names["f"] = value;
  names["v"] = value;
  // The record's first formula, fed with the worst value, is f brought into the
  // finite range; NaN becomes the worst value.
  names["i"] = index;
  names["index"] = index;
  Type valueElement = cast<VectorType>(value.getType()).getElementType();
  Value worst = emit(layout.record->identity[0], {}, valueElement);
  names["v"] = worst;
  Value candidate = emit(layout.record->accumulate[0], names, valueElement);
  if (mask)
    candidate = masked(mask, candidate, worst);
  SmallVector<Value> init{candidate, index};
  b.rolledLoop(layout.k, init, [&](Value k, ValueRange carried) {
    Component place(b.add(b.mul(k, width), slot.value(b)), 0);
    Bindings step;
    step["v"] = view.get(0, place);
    step["i"] = view.get(1, place);
    step["v1"] = carried[0];
    step["i1"] = carried[1];
    Type i64 = b.getI64Type();
    Value v = emit(layout.record->merge[0], step, valueElement);
    Value i = emit(layout.record->merge[1], step, i64);
    std::swap(step["v"], step["v1"]);
    std::swap(step["i"], step["i1"]);
    // What was not kept: the candidate if the entry stayed, else it.
    Value stayed = op("eq", {i, step["i1"]}, b.getI1Type());
    Value nextV = op("select", {stayed, step["v"], step["v1"]}, valueElement);
    Value nextI = op("select", {stayed, step["i"], step["i1"]}, i64);
    view.set(0, place, v);
    view.set(1, place, i);
    return SmallVector<Value>{nextV, nextI};
  });
}
