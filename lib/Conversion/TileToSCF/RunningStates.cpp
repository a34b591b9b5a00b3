//===- RunningStates.cpp - the states of a register tile ------------------===//
//
// A register tile of rows works on states of its own: they start as identities
// (or as the totals, for selections and unblocked sums), take in the columns
// one after the other, and end merged into the totals.
//
//===----------------------------------------------------------------------===//

#include "AccumulateWriter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace keops;

//===----------------------------------------------------------------------===//
// The start
//===----------------------------------------------------------------------===//

/// The state that a tile of rows starts with: identity, or the totals.
void AccumulateWriter::prepareRunning(Value row, int64_t states) {
  running.clear();
  partialMemory.clear();
  int64_t unroll = schedule.getUnroll();
  int64_t width = rowsInLanes ? groups * lanes : lanes;
  partialMemory.reserve(n.layout.accumulators.size() * states);
  for (auto [a, acc] : llvm::enumerate(n.layout.accumulators)) {
    Running run;
    run.layout = &acc;
    run.onTotals =
        rowsInLanes && (acc.isSelection() || !schedule.getPartials());
    SmallVector<int64_t> dims;
    SmallVector<MemoryView::Place> places = totalPlaces(acc);
    for (auto [s, component] : llvm::enumerate(acc.state)) {
      dims.push_back(component.dim);
      run.types.push_back(run.onTotals || !rowsInLanes ? component.total
                                                       : component.partial);
      if (!run.onTotals)
        places[s] = {partialBuffers[a][s], run.types.back(), component.dim};
    }
    for (int64_t s = 0; s < states; ++s) {
      Value place = run.onTotals ? b.add(row, s * lanes)
                                 : b.index(rowsInLanes ? s * lanes : 0);
      partialMemory.emplace_back(
          b, places, run.onTotals ? n.layout.blockRows : width, place, lanes);
      MixedView view(dims, acc.isSelection() ? 0 : unroll,
                     &partialMemory.back());
      if (!run.onTotals)
        ReductionSteps(b, acc, lanes).identity(view, run.types);
      else
        for (auto [c, component] : llvm::enumerate(acc.state))
          if (!view.inMemory(c))
            for (int64_t d = 0; d < component.dim; ++d)
              view.set(c, d, partialMemory.back().get(c, d));
      run.views.push_back(view);
    }
    running.push_back(std::move(run));
  }
}

SmallVector<MemoryView::Place>
AccumulateWriter::totalPlaces(const AccumulatorLayout &acc) {
  SmallVector<MemoryView::Place> places;
  for (const StateComponent &component : acc.state)
    places.push_back(
        {b.bytes(state, component.offset), component.total, component.dim});
  return places;
}

SmallVector<Value> AccumulateWriter::registers() {
  SmallVector<Value> values;
  for (Running &run : running)
    for (MixedView &view : run.views)
      view.collect(values);
  return values;
}

void AccumulateWriter::setRegisters(ValueRange values) {
  for (Running &run : running)
    for (MixedView &view : run.views)
      view.assign(values);
}

//===----------------------------------------------------------------------===//
// Feeding the accumulators
//===----------------------------------------------------------------------===//

/// Index of the reduced row in every lane, in the type of an index component:
/// 32-bit counted from the block of columns, or 64-bit and absolute (of a full
/// reduction: row * number of columns + column).
Value AccumulateWriter::columnIndex(Type type, Value row, Value column,
                                    int64_t group, int64_t other) {
  Value number = b.add(column, rowsInLanes ? other : group * lanes);
  bool relative = type.isInteger(32);
  if (!relative)
    number = b.add(number, blockBegin);
  Value result = b.splat(number, lanes);
  if (!rowsInLanes)
    result = arith::AddIOp::create(b, result, b.laneNumbers(lanes));
  if (relative)
    return arith::TruncIOp::create(b, VectorType::get({lanes}, type), result);
  if (!n.nest.getFull())
    return result;
  Value base = b.splat(b.add(rows.begin, row), lanes);
  if (rowsInLanes) {
    base = b.splat(b.add(b.add(rows.begin, row), group * lanes), lanes);
    base = arith::AddIOp::create(b, base, b.laneNumbers(lanes));
  }
  Value width = b.splat(n.extentOf(n.nest.getColumns()), lanes);
  return arith::AddIOp::create(b, arith::MulIOp::create(b, base, width),
                               result);
}

void AccumulateWriter::feed(RowEvaluator &evaluator, RegisterTile tile,
                            Value row, Value column, bool masked) {
  Operation *yield = n.nest.getPair().front().getTerminator();
  // Narrow inputs are produced here, outside any branch or loop to come.
  for (Value input : yield->getOperands())
    if (rowSize(input) <= evaluator.unrollLimit())
      for (int64_t d = 0; d < rowSize(input); ++d)
        evaluator.component(input, d);
  Value mask;
  if (masked) {
    Value left = b.splat(b.sub(columns.count, column), lanes);
    mask = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                 b.laneNumbers(lanes), left);
  }
  // Columns come one after the other, in order; all rows of the tile at once.
  SmallVector<unsigned> states;
  for (unsigned s = 0; s < (rowsInLanes ? tile.groups : tile.others); ++s)
    states.push_back(s);
  for (int64_t c = 0; c < (rowsInLanes ? tile.others : tile.groups); ++c)
    for (Running &run : running) {
      int64_t group = rowsInLanes ? 0 : c, other = rowsInLanes ? c : 0;
      rareStep(run, group, other, states, evaluator, row, column, mask);
      for (unsigned s : states)
        step(run, s, evaluator, rowsInLanes ? s : c, rowsInLanes ? c : s, row,
             column, mask);
    }
}

namespace {

/// Components of the pair region's yields at one place of the register tile.
struct InputsAt {
  RowEvaluator &evaluator;
  Operation *yield;
  unsigned first;
  int64_t group, other;

  Value operator()(unsigned number, Component d) const {
    Value input = yield->getOperand(first + number);
    auto read = [&] {
      return evaluator.at(evaluator.component(input, d), group, other);
    };
    return d.dynamic ? evaluator.scoped(read) : read();
  }
};

} // namespace

void AccumulateWriter::step(Running &run, unsigned s, RowEvaluator &evaluator,
                            int64_t group, int64_t other, Value row,
                            Value column, Value mask) {
  Operation *yield = n.nest.getPair().front().getTerminator();
  InputsAt inputs{evaluator, yield, run.layout->firstInput, group, other};
  Value index;
  for (auto [c, component] : llvm::enumerate(run.layout->state))
    if (component.kind == StateKind::Index)
      index = columnIndex(run.types[c], row, column, group, other);
  ReductionSteps(b, *run.layout, lanes)
      .accumulate(run.views[s], inputs, index, mask);
}

/// The step that is needed rarely, for all rows of the tile behind one branch.
void AccumulateWriter::rareStep(Running &run, int64_t group, int64_t other,
                                ArrayRef<unsigned> states,
                                RowEvaluator &evaluator, Value row,
                                Value column, Value mask) {
  Operation *yield = n.nest.getPair().front().getTerminator();
  ReductionSteps steps(b, *run.layout, lanes);
  auto inputsOf = [&](unsigned s) {
    return InputsAt{evaluator, yield, run.layout->firstInput,
                    rowsInLanes ? s : group, rowsInLanes ? other : s};
  };
  Value any;
  for (unsigned s : states) {
    Value here = steps.rareCondition(run.views[s], inputsOf(s), mask);
    if (!here)
      return;
    any = any ? arith::OrIOp::create(b, any, here) : here;
  }
  SmallVector<Value> before;
  for (MixedView &view : run.views)
    view.collect(before);
  SmallVector<Type> types(ValueRange(before).getTypes());
  auto branch = scf::IfOp::create(b, types, any, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    evaluator.scoped([&] {
      for (unsigned s : states) {
        InputsAt inputs = inputsOf(s);
        Value index = run.layout->isSelection()
                          ? columnIndex(b.getI64Type(), row, column,
                                        inputs.group, inputs.other)
                          : Value();
        steps.rare(run.views[s], inputs, index, mask);
      }
      return true;
    });
    // Without results the branch was made with its terminators.
    if (!types.empty()) {
      SmallVector<Value> after;
      for (MixedView &view : run.views)
        view.collect(after);
      scf::YieldOp::create(b, after);
      b.setInsertionPointToStart(branch.elseBlock());
      scf::YieldOp::create(b, before);
    }
  }
  ValueRange results = branch.getResults();
  for (MixedView &view : run.views)
    view.assign(results);
}

//===----------------------------------------------------------------------===//
// Into the totals
//===----------------------------------------------------------------------===//

namespace {

/// A partial state read as a total: 32-bit indices counted from a block become
/// 64-bit and absolute; -1 stays.
class WidenedView : public StateView {
public:
  WidenedView(LaneBuilder &b, StateView &partial,
              const AccumulatorLayout &layout, Value indexBase)
      : b(b), partial(partial), layout(layout), indexBase(indexBase) {}

  Value get(unsigned state, Component d) override {
    Value value = partial.get(state, d);
    auto type = cast<VectorType>(value.getType());
    if (layout.state[state].kind == StateKind::Value ||
        type.getElementType() == layout.state[state].total)
      return value;
    auto wide = VectorType::get(type.getShape(), layout.state[state].total);
    Value extended = arith::ExtSIOp::create(b, wide, value);
    if (layout.state[state].kind == StateKind::Count)
      return extended;
    Value absolute = arith::AddIOp::create(b, extended, indexBase);
    Value zero = b.constantLanes(cast<TypedAttr>(b.getZeroAttr(wide)));
    Value none =
        arith::CmpIOp::create(b, arith::CmpIPredicate::slt, extended, zero);
    return arith::SelectOp::create(b, none, extended, absolute);
  }
  void set(unsigned, Component, Value) override {
    llvm_unreachable("a partial state is only read");
  }
  int64_t dim(unsigned state) const override { return partial.dim(state); }
  bool inMemory(unsigned state) const override {
    return partial.inMemory(state);
  }

private:
  LaneBuilder &b;
  StateView &partial;
  const AccumulatorLayout &layout;
  Value indexBase;
};

} // namespace

void AccumulateWriter::mergeTile(Value row) {
  for (Running &run : running)
    for (auto [s, view] : llvm::enumerate(run.views)) {
      Value place = b.add(row, s * lanes);
      MemoryView total = n.stateView(*run.layout, state, place, lanes);
      if (run.onTotals) {
        for (auto [c, component] : llvm::enumerate(run.layout->state))
          if (!view.inMemory(c))
            for (int64_t d = 0; d < component.dim; ++d)
              total.set(c, d, view.get(c, d));
        continue;
      }
      Value base = columnIndex(b.getI64Type(), row, b.index(0), s, 0);
      WidenedView widened(b, view, *run.layout, base);
      ReductionSteps(b, *run.layout, lanes).merge(total, widened);
    }
}

/// Lanes of a block of columns into the row's total, first lane first.
void AccumulateWriter::mergeLanes(Value row) {
  for (auto [a, run] : llvm::enumerate(running)) {
    const AccumulatorLayout &acc = *run.layout;
    MixedView &view = run.views[0];
    SmallVector<MemoryView::Place> places;
    for (auto [c, component] : llvm::enumerate(acc.state)) {
      places.push_back({partialBuffers[a][c], component.total, component.dim});
      if (!view.inMemory(c))
        for (int64_t d = 0; d < component.dim; ++d)
          b.storeLanes(view.get(c, d),
                       b.element(places.back().base, component.total,
                                 b.index(d * lanes)));
    }
    b.loop(b.index(0), b.index(lanes), 1, [&](Value lane) {
      MemoryView from(b, places, lanes, lane, 1);
      MemoryView into = n.stateView(acc, state, row, 1);
      ReductionSteps(b, acc, 1).merge(into, from);
    });
  }
}
