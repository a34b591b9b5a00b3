//===- RunningStates.cpp - the states of a register tile ------------------===//

#include "RunningStates.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace keops;

SmallVector<Value> RunningStates::registers() {
  SmallVector<Value> values;
  for (RunningState &run : running)
    for (MixedView &view : run.views)
      view.collect(values);
  return values;
}

void RunningStates::setRegisters(ValueRange values) {
  for (RunningState &run : running)
    for (MixedView &view : run.views)
      view.assign(values);
}

//===----------------------------------------------------------------------===//
// Feeding
//===----------------------------------------------------------------------===//

namespace {

/// Components of the pair region's yields at one place of the register tile.
struct InputsAt {
  const TileOfPairs &pairs;
  unsigned first;
  int64_t group, other;

  InputsAt(const TileOfPairs &pairs, const RunningState &run, int64_t state,
           int64_t column)
      : pairs(pairs), first(run.layout->firstInput),
        group(pairs.rowsInLanes ? state : column),
        other(pairs.rowsInLanes ? column : state) {}

  Value operator()(unsigned number, Component d) const {
    Value input = pairs.yield->getOperand(first + number);
    auto read = [&] {
      return pairs.evaluator.at(pairs.evaluator.component(input, d), group,
                                other);
    };
    return d.dynamic ? pairs.evaluator.scoped(read) : read();
  }
};

} // namespace

/// Number of states, and of columns, in a tile of pairs.
static unsigned statesOf(const TileOfPairs &pairs) {
  return pairs.rowsInLanes ? pairs.tile.groups : pairs.tile.others;
}
static int64_t columnsOf(const TileOfPairs &pairs) {
  return pairs.rowsInLanes ? pairs.tile.others : pairs.tile.groups;
}

/// Registers of states that may be kept, before and after a tile, at once.
static constexpr size_t mostKeptTwice = 24;

/// What is in memory has no state before the tile to go back to.
bool RunningStates::canBeKeptTwice(RunningState &run) {
  for (unsigned s = 0; s < run.types.size(); ++s)
    if (run.views[0].inMemory(s))
      return false;
  return registersOf(run).size() <= mostKeptTwice;
}

void RunningStates::feed(const TileOfPairs &pairs) {
  // Narrow inputs are produced here, outside any branch or loop to come.
  for (Value input : pairs.yield->getOperands())
    if (rowSize(input) <= pairs.evaluator.unrollLimit())
      for (int64_t d = 0; d < rowSize(input); ++d)
        pairs.evaluator.component(input, d);
  for (RunningState &run : running)
    if (pairs.optimistic && !run.layout->record->doubt.empty() &&
        canBeKeptTwice(run))
      takeOptimistically(run, pairs);
    else if (pairs.lazily && run.layout->isLazy())
      takeLazily(run, pairs);
    else
      takeOneByOne(run, pairs);
}

/// Columns come one after the other, in order; before them, what is needed
/// rarely, for all pairs of the tile behind one branch.
void RunningStates::takeOneByOne(RunningState &run, const TileOfPairs &pairs) {
  if (!pairs.hasty || run.layout->record->doubt.empty())
    rareSteps(run, pairs);
  if (isTakenTogether(run, pairs))
    return takeTogether(run, pairs);
  for (int64_t column = 0; column < columnsOf(pairs); ++column)
    for (unsigned s = 0; s < statesOf(pairs); ++s)
      step(run, pairs, s, column);
}

/// States in memory take a tile's columns in for one load and one store.
bool RunningStates::isTakenTogether(RunningState &run,
                                    const TileOfPairs &pairs) {
  if (columnsOf(pairs) == 1 || lanes == 1 ||
      !ReductionSteps(b, *run.layout, lanes).canTakeTogether())
    return false;
  bool inMemory = false;
  for (unsigned s = 0; s < run.types.size(); ++s)
    inMemory |= run.views[0].inMemory(s) && run.views[0].dim(s) > 1;
  return inMemory;
}

void RunningStates::takeTogether(RunningState &run, const TileOfPairs &pairs) {
  SmallVector<StateView *> views;
  for (MixedView &view : run.views)
    views.push_back(&view);
  ReductionSteps(b, *run.layout, lanes)
      .accumulateTile(
          views, columnsOf(pairs),
          [&](unsigned n, Component d, unsigned view, int64_t column) {
            return InputsAt(pairs, run, view, column)(n, d);
          },
          pairs.mask);
}

/// Takes all pairs in, looks at the result, and takes them in once more, with
/// care, where it is in doubt.
void RunningStates::takeOptimistically(RunningState &run,
                                       const TileOfPairs &pairs) {
  SmallVector<Value> before = registersOf(run);
  for (int64_t column = 0; column < columnsOf(pairs); ++column)
    for (unsigned s = 0; s < statesOf(pairs); ++s)
      step(run, pairs, s, column);
  ReductionSteps steps(b, *run.layout, lanes);
  Value any;
  for (MixedView &view : run.views) {
    Value here = steps.doubtful(view);
    any = any ? Value(arith::OrIOp::create(b, any, here)) : here;
  }
  branch(run, steps.inSomeLane(any), [&] {
    ValueRange values = before;
    for (MixedView &view : run.views)
      view.assign(values);
    eachColumn(run, pairs, [&](const TileOfPairs &some, int64_t column) {
      for (unsigned s = 0; s < statesOf(some); ++s) {
        rare(run, some, s, column);
        step(run, some, s, column);
      }
    });
  });
}

/// Whether some state may be wrong, after tiles taken in hastily.
Value RunningStates::doubtful() {
  Value any;
  for (RunningState &run : running) {
    if (run.layout->record->doubt.empty())
      continue;
    for (MixedView &view : run.views) {
      Value here = ReductionSteps(b, *run.layout, lanes).doubtful(view);
      any = any ? Value(arith::OrIOp::create(b, any, here)) : here;
    }
  }
  return ReductionSteps(b, *running.front().layout, lanes).inSomeLane(any);
}

bool RunningStates::canHurry() {
  size_t registersNeeded = 0;
  bool gains = false;
  for (RunningState &run : running) {
    if (!canBeKeptTwice(run))
      return false;
    registersNeeded += registersOf(run).size();
    gains |= !run.layout->record->doubt.empty();
  }
  return gains && registersNeeded <= mostKeptTwice;
}

/// Runs `body` on every column of a tile, on a path that is taken rarely.
void RunningStates::eachColumn(
    RunningState &run, const TileOfPairs &pairs,
    llvm::function_ref<void(const TileOfPairs &, int64_t)> body) {
  if (!pairs.column) {
    for (int64_t column = 0; column < columnsOf(pairs); ++column)
      body(pairs, column);
    return;
  }
  auto assign = [&](ValueRange values) {
    for (MixedView &view : run.views)
      view.assign(values);
  };
  assign(b.rolledLoop(
      columnsOf(pairs), registersOf(run), [&](Value i, ValueRange carried) {
        assign(carried);
        pairs.column(i, [&](const TileOfPairs &one) { body(one, 0); });
        return registersOf(run);
      }));
}

SmallVector<Value> RunningStates::registersOf(RunningState &run) {
  SmallVector<Value> values;
  for (MixedView &view : run.views)
    view.collect(values);
  return values;
}

/// Where `condition` holds, the states are what `body` makes of them.
void RunningStates::branch(RunningState &run, Value condition,
                           llvm::function_ref<void()> body) {
  SmallVector<Value> before = registersOf(run);
  SmallVector<Type> types(ValueRange(before).getTypes());
  auto branch = scf::IfOp::create(b, types, condition, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    body();
    // Without results the branch was made with its terminators.
    if (!types.empty()) {
      scf::YieldOp::create(b, registersOf(run));
      b.setInsertionPointToStart(branch.elseBlock());
      scf::YieldOp::create(b, before);
    }
  }
  ValueRange results = branch.getResults();
  for (MixedView &view : run.views)
    view.assign(results);
}

void RunningStates::rare(RunningState &run, const TileOfPairs &pairs,
                         unsigned s, int64_t column) {
  InputsAt inputs(pairs, run, s, column);
  Value index = run.layout->isSelection()
                    ? pairs.index(b.getI64Type(), inputs.group, inputs.other)
                    : Value();
  pairs.evaluator.scoped([&] {
    ReductionSteps(b, *run.layout, lanes)
        .rare(run.views[s], inputs, index, pairs.mask);
    return true;
  });
  run.views[s].readAgain();
}

void RunningStates::step(RunningState &run, const TileOfPairs &pairs,
                         unsigned s, int64_t column) {
  InputsAt inputs(pairs, run, s, column);
  Value index;
  for (auto [c, component] : llvm::enumerate(run.layout->state))
    if (component.kind == StateKind::Index)
      index = pairs.index(run.types[c], inputs.group, inputs.other);
  ReductionSteps(b, *run.layout, lanes)
      .accumulate(run.views[s], inputs, index, pairs.mask);
}

/// Whether a condition of the record holds for some pair of the tile.
Value RunningStates::anywhere(StringRef condition, RunningState &run,
                              const TileOfPairs &pairs) {
  ReductionSteps steps(b, *run.layout, lanes);
  Value any;
  auto add = [&](unsigned s, ReductionSteps::Inputs inputs) {
    Value here = steps.holds(condition, run.views[s], inputs, pairs.mask);
    any = any ? Value(arith::OrIOp::create(b, any, here)) : here;
  };
  bool oneDecides = !run.layout->record->decisive.empty() &&
                    (columnsOf(pairs) > 1 || run.layout->isLazy());
  for (unsigned s = 0; s < statesOf(pairs); ++s) {
    if (oneDecides) {
      add(s, [&](unsigned n, Component d) {
        SmallVector<Value> inputs;
        for (int64_t column = 0; column < columnsOf(pairs); ++column)
          inputs.push_back(InputsAt(pairs, run, s, column)(n, d));
        return steps.decisive(inputs);
      });
      continue;
    }
    for (int64_t column = 0; column < columnsOf(pairs); ++column)
      add(s, InputsAt(pairs, run, s, column));
  }
  return steps.inSomeLane(any);
}

/// All pairs of the tile as candidates for the lists of its rows.
void RunningStates::intoLists(RunningState &run, const TileOfPairs &pairs) {
  Candidates candidates;
  candidates.mask = pairs.mask;
  candidates.list = run.list;
  candidates.listPerLane = pairs.rowsInLanes;
  for (int64_t other = 0; other < pairs.tile.others; ++other)
    for (int64_t group = 0; group < pairs.tile.groups; ++group) {
      auto [state, column] =
          pairs.rowsInLanes ? std::pair(group, other) : std::pair(other, group);
      candidates.values.push_back(InputsAt(pairs, run, state, column)(0, 0));
    }
  for (int64_t group = 0; group < pairs.tile.groups; ++group)
    candidates.indices.push_back(pairs.index(b.getI64Type(), group, 0));
  run.lists->takeIn(candidates, *run.views[0].inPlace());
}

/// The step that is needed rarely, for all pairs of the tile behind one branch.
void RunningStates::rareSteps(RunningState &run, const TileOfPairs &pairs) {
  StringRef when = run.layout->record->when;
  if (when.empty())
    return;
  branch(run, anywhere(when, run, pairs), [&] {
    if (run.lists)
      return intoLists(run, pairs);
    eachColumn(run, pairs, [&](const TileOfPairs &some, int64_t column) {
      for (unsigned s = 0; s < statesOf(some); ++s)
        rare(run, some, s, column);
    });
  });
}

/// Takes the tile in only where it changes some state.
void RunningStates::takeLazily(RunningState &run, const TileOfPairs &pairs) {
  branch(run, anywhere(run.layout->record->changes, run, pairs), [&] {
    eachColumn(run, pairs, [&](const TileOfPairs &some, int64_t column) {
      for (unsigned s = 0; s < statesOf(some); ++s)
        step(run, some, s, column);
    });
  });
}

//===----------------------------------------------------------------------===//
// Into the totals
//===----------------------------------------------------------------------===//

Value WidenedView::get(unsigned state, Component d) {
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
