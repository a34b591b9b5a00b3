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
    Value here = emit(layout.record->doubt, names, b.getI1Type());
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

/// The dimensions of a state's components, the widest first.
SmallVector<int64_t> ReductionSteps::widthsOf(StateView &view) const {
  llvm::SmallSetVector<int64_t, 4> widths;
  for (unsigned s = 0; s < layout.state.size(); ++s)
    widths.insert(view.dim(s));
  SmallVector<int64_t> order = widths.takeVector();
  llvm::sort(order, std::greater<int64_t>());
  return order;
}

/// Gives every component its formula's value. Components of one dimension are
/// updated together, position by position, the widest first.
void ReductionSteps::update(
    StateView &view, ArrayRef<StringRef> formulas,
    llvm::function_ref<void(Bindings &, Component)> bindMore, Value mask,
    const StateView *other) {
  for (int64_t width : widthsOf(view)) {
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

Value ReductionSteps::holds(StringRef condition, StateView &view, Inputs inputs,
                            Value mask) {
  // Only components as wide as the first state component are compared; a
  // selection compares with its last slot.
  int64_t width = layout.inputDims[0];
  int64_t last = layout.isSelection() ? (layout.k - 1) * width : 0;
  auto test = [&](Component d, Value before) {
    Bindings names;
    bindState(names, view, d + last);
    bindInputs(names, inputs, d);
    Value here = emit(condition, names, b.getI1Type());
    if (mask)
      here = op("and", {here, mask}, b.getI1Type());
    return before ? Value(arith::OrIOp::create(b, before, here)) : here;
  };
  Value any;
  if (width == 1 || !view.inMemory(0)) {
    for (int64_t d = 0; d < width; ++d)
      any = test(d, any);
    return any;
  }
  any = b.constantLanes(
      cast<TypedAttr>(b.getZeroAttr(VectorType::get({lanes}, b.getI1Type()))));
  return b.loop(b.index(0), b.index(width), 1, any,
                [&](Value d, ValueRange carried) {
                  return SmallVector<Value>{test(Component(d, 0), carried[0])};
                })[0];
}

Value ReductionSteps::worst(Type type) {
  Type element = cast<VectorType>(type).getElementType();
  Bindings names;
  names["f"] = names["v"] = emit(layout.record->identity[0], {}, element);
  return emit(layout.record->accumulate[0], names, element);
}

Value ReductionSteps::decisive(ValueRange inputs, Value before) {
  Type type = inputs.front().getType();
  Bindings names;
  names["v"] = before ? before : worst(type);
  for (Value input : inputs) {
    names["f"] = input;
    names["v"] = emit(layout.record->decisive, names,
                      cast<VectorType>(type).getElementType());
  }
  return names["v"];
}

Value ReductionSteps::changes(Value input, Value v) {
  Bindings names;
  names["f"] = input;
  names["v"] = v;
  return emit(layout.record->changes, names, b.getI1Type());
}

Value ReductionSteps::isUntouched(Value v) {
  Bindings names;
  names["v"] = v;
  std::string formula = ("v == (" + layout.record->identity[0] + ")").str();
  return emit(formula, names, b.getI1Type());
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
