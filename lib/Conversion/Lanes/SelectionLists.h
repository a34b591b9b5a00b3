//===- SelectionLists.h - the best entries of rows, list by list ---*- C++
//-*-===//
//
// Where rows lie in SIMD lanes, or columns do, a pair rarely is among the best
// of its row, and then in one lane of many. So while pairs are visited, the
// K best of each row are a list of their own, contiguous in memory:
//
// - up to some length sorted: an insertion moves what comes after the new entry
//   by one place, a vector at a time and without a branch for each entry;
// - beyond it a heap with the worst entry on top, which is sorted at the end
//   (SelectionHeap.cpp).
//
// The state of the block gets the lists at the end; before, its last slot alone
// is kept up to date, against which rows are tested.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_SELECTIONLISTS_H
#define KEOPS_LIB_CONVERSION_LANES_SELECTIONLISTS_H

#include "StateView.h"

namespace keops {

/// Candidates for the lists: what a register tile of pairs gives.
struct Candidates {
  /// Vectors of values: for each column of the tile, one per group of lanes.
  llvm::SmallVector<mlir::Value> values;
  /// For each group of lanes, 64-bit index of the first column in each lane;
  /// it grows by one with each column.
  llvm::SmallVector<mlir::Value> indices;
  /// Lanes whose pairs exist; null: all.
  mlir::Value mask;
  /// The list of the first lane. Following lanes have the following lists, or
  /// all the same one.
  mlir::Value list;
  bool listPerLane;
};

class SelectionLists {
public:
  /// Lists for `count` rows, of a selection among numbers.
  SelectionLists(LaneBuilder &b, const AccumulatorLayout &layout, int64_t lanes,
                 int64_t count);

  /// Whether an accumulator's state is kept in lists: selections of numbers,
  /// where there are lanes.
  static bool areFor(const AccumulatorLayout &layout, int64_t lanes);

  /// Bytes of the lists of values and of indices, and of a tile's candidates of
  /// `groups` times `columns` vectors.
  int64_t valueBytes() const;
  int64_t indexBytes() const;
  void setMemory(mlir::Value valuesAt, mlir::Value indicesAt) {
    values = valuesAt;
    indices = indicesAt;
  }
  void setScratch(mlir::Value valuesAt, mlir::Value indicesAt) {
    candidateValues = valuesAt;
    candidateIndices = indicesAt;
  }

  /// Empties the lists of the first `rows` rows.
  void clear(mlir::Value rows);
  /// Takes candidates in; `view` is the state of the first group of lanes,
  /// whose last slot follows.
  void takeIn(const Candidates &candidates, MemoryView &view);
  /// Value of a list's worst entry, a scalar.
  mlir::Value worst(mlir::Value list);
  /// The list as a state, when all candidates were taken in.
  void writeTo(MemoryView row, mlir::Value list);

private:
  mlir::Value found(const Candidates &candidates, MemoryView &view,
                    mlir::Value first, int64_t number);
  void insertAll(mlir::Value found, mlir::Value first,
                 const Candidates &candidates, MemoryView &view);
  void insert(mlir::Value list, mlir::Value value, mlir::Value index);
  mlir::Value insertChunk(mlir::Value at, mlir::Value value, mlir::Value index);
  /// An entry: vectors of one lane.
  struct Entry {
    mlir::Value value, index;
  };
  Entry load(mlir::Value at);
  void store(const Entry &entry, mlir::Value at);
  mlir::Value precedes(const Entry &a, const Entry &b);
  void insertInHeap(mlir::Value first, const Entry &entry);
  void replaceTop(mlir::Value first, mlir::Value size, const Entry &entry);
  void sort(mlir::Value first);
  mlir::Value extreme(bool isBest, int64_t width);
  mlir::Value emit(llvm::StringRef formula, mlir::Value f, mlir::Value v,
                   mlir::Type wanted);
  mlir::Value mayPrecede(mlir::Value f, mlir::Value v);
  mlir::Value start(mlir::Value list) const;

  LaneBuilder &b;
  const AccumulatorLayout &layout;
  int64_t lanes, count;
  bool isHeap;
  /// Entries that move at once; places of a list, whole chunks; elements from
  /// one list to the next. A chunk lies before each list, so that what precedes
  /// the first entry can be read.
  int64_t chunk, places, stride;
  mlir::Type element, indexType;
  mlir::Value values, indices, candidateValues, candidateIndices;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_SELECTIONLISTS_H
