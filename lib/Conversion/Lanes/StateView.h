//===- StateView.h - a state, wherever it is kept ----------------*- C++
//-*-===//
//
// The steps of a reduction (accumulate, merge, finish) are written once, on
// views: a view gives and takes components of an accumulator's state for one
// group of lanes, from registers, from a block's state or from a buffer.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_STATEVIEW_H
#define KEOPS_LIB_CONVERSION_LANES_STATEVIEW_H

#include "RowEvaluator.h"
#include "StateLayout.h"
#include "keops/Dialect/Keops/FormulaEmitter.h"

namespace keops {

class StateView {
public:
  virtual ~StateView() = default;
  virtual mlir::Value get(unsigned state, Component d) = 0;
  virtual void set(unsigned state, Component d, mlir::Value value) = 0;
  /// Elements per row of a state component.
  virtual int64_t dim(unsigned state) const = 0;
  /// Whether components are addressed in memory: then they may be looped over.
  virtual bool inMemory(unsigned state) const = 0;
  /// The memory behind it, if any.
  virtual class MemoryView *inPlace() { return nullptr; }
};

/// A state in memory: component d of row r at base[d * stride + r].
class MemoryView : public StateView {
public:
  struct Place {
    mlir::Value base;
    mlir::Type element;
    int64_t dim;
  };
  MemoryView(LaneBuilder &b, llvm::SmallVector<Place> places,
             mlir::Value stride, mlir::Value row, int64_t lanes)
      : b(b), places(std::move(places)), stride(stride), row(row),
        lanes(lanes) {}

  mlir::Value get(unsigned state, Component d) override {
    return b.loadLanes(address(state, d), places[state].element, lanes);
  }
  void set(unsigned state, Component d, mlir::Value value) override {
    b.storeLanes(value, address(state, d));
  }
  int64_t dim(unsigned state) const override { return places[state].dim; }
  bool inMemory(unsigned) const override { return true; }
  const Place &place(unsigned state) const { return places[state]; }
  MemoryView *inPlace() override { return this; }
  /// The state of the `lanes` rows from row `first` of this one on.
  MemoryView at(mlir::Value first, int64_t lanes) const {
    return MemoryView(b, places, stride, b.add(row, first), lanes);
  }

private:
  mlir::Value address(unsigned state, Component d) {
    mlir::Value offset = b.add(b.mul(d.value(b), stride), row);
    return b.element(places[state].base, places[state].element, offset);
  }

  LaneBuilder &b;
  llvm::SmallVector<Place> places;
  mlir::Value stride;
  mlir::Value row;
  int64_t lanes;
};

/// Narrow components in registers, wide ones in memory.
class MixedView : public StateView {
public:
  MixedView(llvm::ArrayRef<int64_t> dims, int64_t unroll, MemoryView *memory)
      : memory(memory), dims(dims) {
    for (int64_t d : dims)
      registers.emplace_back(d <= unroll ? d : 0);
  }

  mlir::Value get(unsigned state, Component d) override {
    if (state == 0 && !d.dynamic && firstKnown >= 0 && d.offset >= firstKnown)
      return known[d.offset - firstKnown];
    return inMemory(state) ? memory->get(state, d) : registers[state][d.offset];
  }
  void set(unsigned state, Component d, mlir::Value value) override {
    if (inMemory(state))
      memory->set(state, d, value);
    else
      registers[state][d.offset] = value;
  }
  int64_t dim(unsigned state) const override { return dims[state]; }
  bool inMemory(unsigned state) const override {
    return registers[state].empty();
  }

  MemoryView *inPlace() override { return memory; }

  /// Keeps components from `first` on of state component 0 in registers too:
  /// they are read there where their position is known, and written in memory,
  /// after which they are read again.
  void remember(int64_t first) { firstKnown = first; }
  void readAgain();

  /// What is kept in registers, from memory and back.
  void load();
  void store();

  /// The registers in order, to carry them round a loop, and back.
  void collect(llvm::SmallVectorImpl<mlir::Value> &out) const {
    for (auto &values : registers)
      out.append(values.begin(), values.end());
    out.append(known.begin(), known.end());
  }
  void assign(mlir::ValueRange &values) {
    for (auto &component : registers) {
      component.assign(values.begin(), values.begin() + component.size());
      values = values.drop_front(component.size());
    }
    known.assign(values.begin(), values.begin() + known.size());
    values = values.drop_front(known.size());
  }

private:
  MemoryView *memory;
  llvm::SmallVector<int64_t> dims;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>> registers;
  int64_t firstKnown = -1;
  llvm::SmallVector<mlir::Value> known;
};

inline void MixedView::readAgain() {
  if (firstKnown < 0)
    return;
  known.clear();
  for (int64_t d = firstKnown; d < dims[0]; ++d)
    known.push_back(memory->get(0, d));
}

inline void MixedView::load() {
  for (unsigned s = 0; s < dims.size(); ++s)
    for (int64_t d = 0; d < dims[s] && !inMemory(s); ++d)
      registers[s][d] = memory->get(s, d);
}

inline void MixedView::store() {
  for (unsigned s = 0; s < dims.size(); ++s)
    for (int64_t d = 0; d < dims[s] && !inMemory(s); ++d)
      memory->set(s, d, registers[s][d]);
}

/// The steps of one accumulator's record on views.
class ReductionSteps {
public:
  ReductionSteps(LaneBuilder &b, const AccumulatorLayout &layout, int64_t lanes)
      : b(b), layout(layout), lanes(lanes) {}

  /// Component of input n that feeds component d of a state.
  using Inputs = llvm::function_ref<mlir::Value(unsigned n, Component d)>;

  void identity(StateView &view, llvm::ArrayRef<mlir::Type> types);
  /// The state that a block of columns starts with, given the total so far.
  void restart(StateView &view, StateView &total,
               llvm::ArrayRef<mlir::Type> types);
  /// Lanes in which `doubt` holds.
  mlir::Value doubtful(StateView &view);
  /// Lanes in which a condition of the record, `when` or `changes`, holds for
  /// some component.
  mlir::Value holds(llvm::StringRef condition, StateView &view, Inputs inputs,
                    mlir::Value mask);
  /// Of inputs of several rows, the one that decides whether a condition holds
  /// for any of them; or `before`, where it would decide.
  mlir::Value decisive(mlir::ValueRange inputs, mlir::Value before = nullptr);
  /// Lanes in which an input changes a state whose value is `v`.
  mlir::Value changes(mlir::Value input, mlir::Value v);
  /// The worst value of a state that took in some input.
  mlir::Value worst(mlir::Type lanesOfValues);
  /// Lanes in which a state's value is still the identity.
  mlir::Value isUntouched(mlir::Value v);
  /// Whether a condition holds in some lane, as a scalar.
  mlir::Value inSomeLane(mlir::Value condition);
  void rare(StateView &view, Inputs inputs, mlir::Value index,
            mlir::Value mask);
  void accumulate(StateView &view, Inputs inputs, mlir::Value index,
                  mlir::Value mask);
  /// Component of input n that feeds component d of a state, at a view and a
  /// column of a tile.
  using TileInputs = llvm::function_ref<mlir::Value(
      unsigned n, Component d, unsigned view, int64_t column)>;
  /// Whether several columns may be taken in component by component: no wide
  /// component needs what a narrow one becomes.
  bool canTakeTogether() const;
  /// Takes `columns` columns into each view; every component of a state is read
  /// and written once.
  void accumulateTile(llvm::ArrayRef<StateView *> views, int64_t columns,
                      TileInputs inputs, mlir::Value mask);
  /// into = into merged with the later state `from`.
  void merge(StateView &into, StateView &from);
  /// Result number r, component d.
  mlir::Value finish(StateView &view, unsigned result, Component d,
                     mlir::Value size);

private:
  llvm::SmallVector<int64_t> widthsOf(StateView &view) const;
  void accumulateComponent(llvm::ArrayRef<StateView *> views, int64_t columns,
                           TileInputs inputs, mlir::Value mask, int64_t width,
                           Component d);
  void update(StateView &view, llvm::ArrayRef<llvm::StringRef> formulas,
              llvm::function_ref<void(Bindings &, Component)> bindMore,
              mlir::Value mask, const StateView *other = nullptr);
  void insertIfBetter(StateView &view, Component slot, mlir::Value value,
                      mlir::Value index, mlir::Value mask);
  void insert(StateView &view, Component slot, mlir::Value value,
              mlir::Value index, mlir::Value mask);
  void insertLanes(MemoryView &view, Component slot, mlir::Value value,
                   mlir::Value index, mlir::Value better);
  void insertInLane(MemoryView view, Component slot, mlir::Value value,
                    mlir::Value index);
  void bindState(Bindings &names, StateView &view, Component d,
                 llvm::StringRef suffix = "");
  void bindInputs(Bindings &names, Inputs inputs, Component d);
  mlir::Value emit(llvm::StringRef formula, const Bindings &names,
                   mlir::Type element);
  mlir::Value masked(mlir::Value mask, mlir::Value value, mlir::Value old);
  void forEach(int64_t count, bool looped,
               llvm::function_ref<void(Component)> body);
  mlir::Value op(llvm::StringRef name, mlir::ValueRange operands,
                 mlir::Type element);

  LaneBuilder &b;
  const AccumulatorLayout &layout;
  int64_t lanes;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_STATEVIEW_H
