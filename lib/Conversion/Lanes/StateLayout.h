//===- StateLayout.h - where the state of a block of rows lies --*- C++ -*-===//
//
// The state of a nest is an array per component of each accumulator:
// [dim][blockRows], one after the other, each aligned. All functions of a nest,
// for every CPU variant, share the layout: one variant's code never reads
// another's state, but the runtime asks once for the size.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_STATELAYOUT_H
#define KEOPS_LIB_CONVERSION_LANES_STATELAYOUT_H

#include "keops/Dialect/Tile/Tile.h"
#include "keops/Formula/ReductionTable.h"

namespace keops {

struct StateComponent {
  llvm::StringRef name;
  StateKind kind;
  /// Element type in the state of a block, and in the partial state of a block
  /// of columns, where 32 bits are enough for an index.
  mlir::Type total, partial;
  /// Elements per row: the dimension of an input, times K for a selection.
  int64_t dim;
  /// Bytes from the start of the state.
  int64_t offset;
};

struct AccumulatorLayout {
  const ReductionRecord *record;
  int64_t k;
  /// Number of its first input among what the pair region yields.
  unsigned firstInput;
  llvm::SmallVector<int64_t> inputDims;
  llvm::SmallVector<StateComponent> state;
  llvm::SmallVector<mlir::Type> results;

  bool isSelection() const { return record->isSelection; }
  /// Changed by few rows, which the record's `changes` finds.
  bool isLazy() const { return !isSelection() && !record->changes.empty(); }
};

struct StateLayout {
  StateLayout(tile::NestOp nest, int64_t blockRows);

  llvm::SmallVector<AccumulatorLayout> accumulators;
  int64_t blockRows;
  int64_t bytes = 0;
};

/// Rounds a size up to the alignment of buffers.
int64_t alignBuffer(int64_t bytes);

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_STATELAYOUT_H
