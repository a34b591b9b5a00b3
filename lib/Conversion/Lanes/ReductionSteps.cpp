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
  if (MemoryView *memory = lanes > 1 ? view.inPlace() : nullptr)
    insertLanes(*memory, slot, value, index, better);
  else
    insert(view, slot, value, index, mask);
}

/// Insertion in the few lanes where a row was found to be better than the last
/// slot, one lane after the other.
void ReductionSteps::insertLanes(MemoryView &view, Component slot, Value value,
                                 Value index, Value better) {
  Type bits = b.getIntegerType(lanes), i64 = b.getI64Type();
  Value found = vector::ExtractOp::create(
      b, vector::BitCastOp::create(b, VectorType::get({1}, bits), better), 0);
  if (lanes < 64)
    found = arith::ExtUIOp::create(b, i64, found);
  Value zero = b.index(0);
  auto loop = scf::WhileOp::create(
      b, i64, found,
      [&](OpBuilder &, Location, ValueRange left) {
        Value more =
            arith::CmpIOp::create(b, arith::CmpIPredicate::ne, left[0], zero);
        scf::ConditionOp::create(b, more, left);
      },
      [&](OpBuilder &, Location, ValueRange left) {
        Value lane = LLVM::CountTrailingZerosOp::create(b, i64, left[0], true);
        auto pick = [&](Value lanesOf) {
          Type one = cast<VectorType>(lanesOf.getType()).getElementType();
          Value scalar = LLVM::ExtractElementOp::create(b, one, lanesOf, lane);
          return b.splat(scalar, 1);
        };
        insertInLane(view.lane(lane), slot, pick(value), pick(index));
        Value rest = arith::AndIOp::create(
            b, left[0], b.add(left[0], static_cast<int64_t>(-1)));
        scf::YieldOp::create(b, rest);
      });
  (void)loop;
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

//===----------------------------------------------------------------------===//
// Several columns at once
//===----------------------------------------------------------------------===//

/// Whether a formula has `name` as a word.
static bool mentions(StringRef formula, StringRef name) {
  auto isLetter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (size_t at = formula.find(name); at != StringRef::npos;
       at = formula.find(name, at + 1)) {
    size_t end = at + name.size();
    if ((at == 0 || !isLetter(formula[at - 1])) &&
        (end == formula.size() || !isLetter(formula[end])))
      return true;
  }
  return false;
}

bool ReductionSteps::canTakeTogether() const {
  ArrayRef<StringRef> formulas = layout.record->accumulate;
  for (auto [wide, formula] : llvm::enumerate(formulas)) {
    if (layout.state[wide].kind == StateKind::Index)
      return false;
    for (auto [narrow, component] : llvm::enumerate(layout.state))
      if (component.dim < layout.state[wide].dim &&
          formulas[narrow] != component.name &&
          mentions(formula, component.name))
        return false;
  }
  return !layout.isSelection();
}

void ReductionSteps::accumulateTile(ArrayRef<StateView *> views,
                                    int64_t columns, TileInputs inputs,
                                    Value mask) {
  for (int64_t width : widthsOf(*views.front())) {
    bool looped = false;
    for (unsigned s = 0; s < layout.state.size(); ++s)
      looped |= views.front()->dim(s) == width && width > 1 &&
                views.front()->inMemory(s);
    forEach(width, looped, [&](Component d) {
      accumulateComponent(views, columns, inputs, mask, width, d);
    });
  }
}

void ReductionSteps::accumulateComponent(ArrayRef<StateView *> views,
                                         int64_t columns, TileInputs inputs,
                                         Value mask, int64_t width,
                                         Component d) {
  ArrayRef<StringRef> formulas = layout.record->accumulate;
  auto isTouched = [&](unsigned s) {
    return views.front()->dim(s) == width &&
           formulas[s] != layout.state[s].name;
  };
  std::vector<Bindings> states(views.size());
  for (auto [names, view] : llvm::zip_equal(states, views))
    bindState(names, *view, d);
  for (int64_t column = 0; column < columns; ++column)
    for (unsigned v = 0; v < views.size(); ++v) {
      Bindings names = states[v];
      bindInputs(
          names,
          [&](unsigned n, Component c) { return inputs(n, c, v, column); }, d);
      for (auto [s, formula] : llvm::enumerate(formulas))
        if (isTouched(s)) {
          Value &state = states[v][layout.state[s].name];
          Type element = cast<VectorType>(state.getType()).getElementType();
          state = masked(mask, emit(formula, names, element), state);
        }
    }
  for (auto [names, view] : llvm::zip_equal(states, views))
    for (unsigned s = 0; s < formulas.size(); ++s)
      if (isTouched(s))
        view->set(s, d, names[layout.state[s].name]);
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
