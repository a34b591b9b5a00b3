//===- ReductionSteps.cpp - a reduction's record at work ------------------===//
//
// Interprets the formulas of a reduction record on the components of its state.
// A component of dimension 1 stands beside every component of a wider one (the
// maximum of a softmax beside each element of its sum). New values of all
// components follow from the old ones, so wide components are updated first,
// while the narrow ones they refer to still have their old values.
//
//===----------------------------------------------------------------------===//

#include "StateView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace keops;

Value ReductionSteps::op(StringRef name, ValueRange operands, Type element) {
  OperationState state(b.getLoc(), ("keops." + name).str());
  state.addOperands(operands);
  state.addTypes(VectorType::get({lanes}, element));
  return b.create(state)->getResult(0);
}

Value ReductionSteps::masked(Value mask, Value value, Value old) {
  if (!mask)
    return value;
  return op("select", {mask, value, old},
            cast<VectorType>(old.getType()).getElementType());
}

Value ReductionSteps::emit(StringRef formula, const Bindings &names,
                           Type element) {
  auto type = VectorType::get({lanes}, element);
  Value value = FormulaEmitter(b, b.getLoc(), type).emit(formula, names);
  if (value.getType() != type)
    value = CastOp::create(b, type, value);
  return value;
}

/// Component d of a wider row, of dimension 1: its only one.
static Component narrowed(Component d, int64_t dim) {
  return dim == 1 ? Component(0) : d;
}

void ReductionSteps::bindState(Bindings &names, StateView &view, Component d,
                               StringRef suffix) {
  for (auto [s, component] : llvm::enumerate(layout.state)) {
    // A wide component is not defined at the narrow ones' only position.
    if (d.dynamic == nullptr && d.offset >= view.dim(s) && view.dim(s) != 1)
      continue;
    names[(component.name + suffix).str()] =
        view.get(s, narrowed(d, view.dim(s)));
  }
}

void ReductionSteps::bindInputs(Bindings &names, Inputs inputs, Component d) {
  for (auto [n, name] : llvm::enumerate(layout.record->inputs))
    names[name] = inputs(n, narrowed(d, layout.inputDims[n]));
}

void ReductionSteps::forEach(int64_t count, bool looped,
                             llvm::function_ref<void(Component)> body) {
  if (!looped) {
    for (int64_t d = 0; d < count; ++d)
      body(d);
    return;
  }
  b.loop(b.index(0), b.index(count), 1,
         [&](Value d) { body(Component(d, 0)); });
}

void ReductionSteps::identity(StateView &view, ArrayRef<Type> types) {
  for (auto [s, formula] : llvm::enumerate(layout.record->identity)) {
    Value value = emit(formula, {}, types[s]);
    forEach(view.dim(s), view.inMemory(s),
            [&, s = s](Component d) { view.set(s, d, value); });
  }
}

void ReductionSteps::restart(StateView &view, StateView &total,
                             ArrayRef<Type> types) {
  identity(view, types);
  for (auto [s, formula] : llvm::enumerate(layout.record->restart))
    forEach(view.dim(s), view.inMemory(s), [&, s = s](Component d) {
      Bindings names;
      bindState(names, total, d);
      view.set(s, d, emit(formula, names, types[s]));
    });
}

Value ReductionSteps::doubtful(StateView &view) {
  int64_t width = 1;
  for (unsigned s = 0; s < layout.state.size(); ++s)
    width = std::max(width, view.dim(s));
  // The formula names narrow components only, or one as wide as the widest.
  Value any;
  for (int64_t d = 0; d < width; ++d) {
    Bindings names;
    bindState(names, view, d);
    Value here = inSomeLane(emit(layout.record->doubt, names, b.getI1Type()));
    any = any ? Value(arith::OrIOp::create(b, any, here)) : here;
  }
  return any;
}

/// A condition on lanes as a scalar: whether it holds anywhere.
Value ReductionSteps::inSomeLane(Value condition) {
  if (lanes == 1)
    return b.extract(condition, 0);
  return vector::ReductionOp::create(b, vector::CombiningKind::OR, condition);
}

/// Gives every component its formula's value. Components of one dimension are
/// updated together, position by position, the widest first.
void ReductionSteps::update(
    StateView &view, ArrayRef<StringRef> formulas,
    llvm::function_ref<void(Bindings &, Component)> bindMore, Value mask,
    const StateView *other) {
  llvm::SmallSetVector<int64_t, 4> widths;
  for (unsigned s = 0; s < formulas.size(); ++s)
    widths.insert(view.dim(s));
  SmallVector<int64_t> order = widths.takeVector();
  llvm::sort(order, std::greater<int64_t>());
  for (int64_t width : order) {
    bool looped = false;
    for (unsigned s = 0; s < formulas.size(); ++s)
      looped |= view.dim(s) == width && width > 1 && view.inMemory(s) &&
                (!other || other->inMemory(s));
    forEach(width, looped, [&](Component d) {
      Bindings names;
      bindState(names, view, d);
      bindMore(names, d);
      SmallVector<std::pair<unsigned, Value>> updated;
      for (auto [s, formula] : llvm::enumerate(formulas)) {
        // A component that is only carried along is not touched.
        if (view.dim(s) != width || formula == layout.state[s].name)
          continue;
        Value old = view.get(s, d);
        Type element = cast<VectorType>(old.getType()).getElementType();
        updated.push_back(
            {s, masked(mask, emit(formula, names, element), old)});
      }
      for (auto &[s, value] : updated)
        view.set(s, d, value);
    });
  }
}

Value ReductionSteps::rareCondition(StateView &view, Inputs inputs,
                                    Value mask) {
  if (layout.record->when.empty())
    return {};
  // Only components as wide as the first state component are compared; a
  // selection compares with its last slot.
  int64_t width = layout.inputDims[0];
  int64_t last = layout.isSelection() ? (layout.k - 1) * width : 0;
  auto test = [&](Component d) {
    Bindings names;
    bindState(names, view, d + last);
    bindInputs(names, inputs, d);
    Value holds = emit(layout.record->when, names, b.getI1Type());
    if (mask)
      holds = op("and", {holds, mask}, b.getI1Type());
    return inSomeLane(holds);
  };
  Value no = arith::ConstantOp::create(b, b.getBoolAttr(false));
  if (width == 1 || !view.inMemory(0)) {
    Value any = no;
    for (int64_t d = 0; d < width; ++d)
      any = arith::OrIOp::create(b, any, test(d));
    return any;
  }
  return b.loop(
      b.index(0), b.index(width), 1, no, [&](Value d, ValueRange carried) {
        Value here = test(Component(d, 0));
        return SmallVector<Value>{arith::OrIOp::create(b, carried[0], here)};
      })[0];
}

void ReductionSteps::rare(StateView &view, Inputs inputs, Value index,
                          Value mask) {
  if (!layout.isSelection()) {
    update(
        view, layout.record->rare,
        [&](Bindings &names, Component d) { bindInputs(names, inputs, d); },
        mask);
    return;
  }
  forEach(layout.inputDims[0], layout.inputDims[0] > 1, [&](Component d) {
    insertIfBetter(view, d, inputs(0, d), index, mask);
  });
}

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
  insert(view, slot, value, index, mask);
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

void ReductionSteps::accumulate(StateView &view, Inputs inputs, Value index,
                                Value mask) {
  if (layout.isSelection())
    return;
  update(
      view, layout.record->accumulate,
      [&](Bindings &names, Component d) {
        bindInputs(names, inputs, d);
        names["index"] = index;
      },
      mask);
}

void ReductionSteps::merge(StateView &into, StateView &from) {
  if (!layout.isSelection()) {
    update(
        into, layout.record->merge,
        [&](Bindings &names, Component d) { bindState(names, from, d, "1"); },
        Value(), &from);
    return;
  }
  int64_t width = layout.inputDims[0];
  forEach(width, width > 1, [&](Component d) {
    b.loop(b.index(0), b.index(layout.k), 1, [&](Value k) {
      Component place(b.add(b.mul(k, width), d.value(b)), 0);
      insert(into, d, from.get(0, place), from.get(1, place), Value());
    });
  });
}

Value ReductionSteps::finish(StateView &view, unsigned result, Component d,
                             Value size) {
  Bindings names;
  bindState(names, view, d);
  if (size)
    names["size"] = size;
  Type wanted = rowElement(layout.results[result]);
  return emit(layout.record->finish[result], names, wanted);
}
