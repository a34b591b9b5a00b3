//===- Transpose.h - rows in memory, components in vectors ------*- C++ -*-===//
//
// `lanes` rows of `dim` elements lie one after the other; vectors hold one
// component of all of them. Element by element that takes a load and a store
// each; vectors of elements and shuffles between them take a third of it or
// less. Nothing beside the rows is read or written.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_TRANSPOSE_H
#define KEOPS_LIB_CONVERSION_LANES_TRANSPOSE_H

#include "Lanes.h"

namespace keops {

/// Rows of `lanes` in memory as the code below handles them.
struct RowsInMemory {
  mlir::Value first; // pointer to the first row
  mlir::Type element;
  int64_t dim, lanes;
};

/// Loads the rows and hands each component, as a vector, to `keep`. With two
/// lanes and rows of three elements, a b c | d e f, it is called with
/// (0, [a d]), (1, [b e]), (2, [c f]). A component of wide rows may come twice.
void loadTransposed(
    LaneBuilder &b, const RowsInMemory &rows,
    llvm::function_ref<void(mlir::Value component, mlir::Value lanes)> keep);

/// The way back, for rows of at most three elements: stores one vector per
/// component so that each lane becomes a row.
void storeTransposed(LaneBuilder &b, const RowsInMemory &rows,
                     llvm::ArrayRef<mlir::Value> components);

/// Rows of so many elements are loaded and stored as a whole, with all that is
/// between them: two or three vectors hold them, and LLVM knows instructions
/// and short sequences for such shuffles.
constexpr int64_t mostInterleaved = 3;

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_TRANSPOSE_H
