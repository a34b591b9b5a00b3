//===- RunningStates.h - the states of a register tile ----------*- C++ -*-===//
//
// A register tile of rows works on states of its own, one per row (or group of
// lanes): whoever visits the pairs starts them, carries their registers round
// its loops, feeds them tile after tile, and merges them into the totals.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_RUNNINGSTATES_H
#define KEOPS_LIB_CONVERSION_LANES_RUNNINGSTATES_H

#include "SelectionLists.h"

#include <memory>

namespace keops {

/// An accumulator at work.
struct RunningState {
  const AccumulatorLayout *layout;
  /// The total itself is worked on: nothing is merged at the end.
  bool onTotals;
  /// Element types of the state's components.
  llvm::SmallVector<mlir::Type> types;
  /// One per row of the tile.
  llvm::SmallVector<MixedView> views;
  /// Where a selection's entries are kept instead, and the list of the tile's
  /// first row.
  SelectionLists *lists = nullptr;
  mlir::Value list;
};

/// One register tile of pairs, ready to be taken in.
struct TileOfPairs {
  RowEvaluator &evaluator;
  RegisterTile tile;
  /// Rows of the pass lie along the tile's lane groups (else: its others).
  bool rowsInLanes;
  /// What the pair region yields.
  mlir::Operation *yield;
  /// Lanes whose pairs exist; null: all.
  mlir::Value mask;
  /// Number of the reduced row in each lane at a place of the tile, in the type
  /// of an index component: 32-bit counted from the block of columns, or 64-bit
  /// and absolute.
  std::function<mlir::Value(mlir::Type, int64_t group, int64_t other)> index;
  /// Whether to test states after the tile rather than rows before it.
  bool optimistic = false;
  /// Whether to test all pairs of the tile before taking any in, where a record
  /// says what changes its state.
  bool lazily = false;
  /// Without tests: whoever visits the tiles asks afterwards whether the states
  /// are doubtful, and takes the tiles in once more if so.
  bool hasty = false;
  /// Gives column number i of the tile alone, evaluated afresh; where it is not
  /// null, paths that are taken rarely are a loop over these: short, and no
  /// value of the tile has to be kept for them.
  std::function<void(mlir::Value i,
                     llvm::function_ref<void(const TileOfPairs &)>)>
      column = nullptr;
};

class RunningStates {
public:
  RunningStates(LaneBuilder &b, int64_t lanes) : b(b), lanes(lanes) {}

  void clear() { running.clear(); }
  RunningState &add(RunningState state) {
    running.push_back(std::move(state));
    return running.back();
  }
  std::vector<RunningState> &all() { return running; }

  /// Everything kept in registers, to carry it round a loop, and back.
  llvm::SmallVector<mlir::Value> registers();
  void setRegisters(mlir::ValueRange values);

  /// Whether tiles may be taken in hastily: some test is saved, and all states
  /// can be kept to begin again from.
  bool canHurry();
  /// After that: whether some state is in doubt, as a scalar condition.
  mlir::Value doubtful();

  /// Takes a tile of pairs in: columns in order, all rows at once.
  void feed(const TileOfPairs &pairs);

private:
  void step(RunningState &run, const TileOfPairs &pairs, unsigned state,
            int64_t column);
  void takeOneByOne(RunningState &run, const TileOfPairs &pairs);
  void takeOptimistically(RunningState &run, const TileOfPairs &pairs);
  bool isTakenTogether(RunningState &run, const TileOfPairs &pairs);
  void takeTogether(RunningState &run, const TileOfPairs &pairs);
  void takeLazily(RunningState &run, const TileOfPairs &pairs);
  void intoLists(RunningState &run, const TileOfPairs &pairs);
  void rareSteps(RunningState &run, const TileOfPairs &pairs);
  mlir::Value anywhere(llvm::StringRef condition, RunningState &run,
                       const TileOfPairs &pairs);
  void rare(RunningState &run, const TileOfPairs &pairs, unsigned state,
            int64_t column);
  void eachColumn(
      RunningState &run, const TileOfPairs &pairs,
      llvm::function_ref<void(const TileOfPairs &, int64_t column)> body);
  void branch(RunningState &run, mlir::Value condition,
              llvm::function_ref<void()> body);
  llvm::SmallVector<mlir::Value> registersOf(RunningState &run);
  bool canBeKeptTwice(RunningState &run);

  LaneBuilder &b;
  int64_t lanes;
  std::vector<RunningState> running;
};

/// A partial state read as a total: 32-bit indices counted from a block become
/// 64-bit and absolute (`indexBase` is added to them); -1 stays.
class WidenedView : public StateView {
public:
  WidenedView(LaneBuilder &b, StateView &partial,
              const AccumulatorLayout &layout, mlir::Value indexBase)
      : b(b), partial(partial), layout(layout), indexBase(indexBase) {}

  mlir::Value get(unsigned state, Component d) override;
  void set(unsigned, Component, mlir::Value) override {
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
  mlir::Value indexBase;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_RUNNINGSTATES_H
