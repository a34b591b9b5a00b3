//===- ColumnTile.h - a tile of columns in shared memory --------*- C++ -*-===//
//
// Narrow fields of one element type lie side by side, column after column, each
// column on 16 bytes: one load brings four numbers that all threads want. Wide
// fields lie component after component, so that one load brings one component
// of several columns. Leaves too wide for shared memory are read where they
// are.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_TILETOGPU_COLUMNTILE_H
#define KEOPS_LIB_CONVERSION_TILETOGPU_COLUMNTILE_H

#include "../Lanes/RowEvaluator.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/MapVector.h"

namespace keops {

/// Where the fields of a column lie in a block's shared memory.
class ColumnTile {
public:
  /// `columns` of them, a multiple of 4; rows wider than `unroll` are wide.
  ColumnTile(llvm::ArrayRef<mlir::Value> fields, int64_t columns,
             int64_t unroll);

  int64_t bytes() const { return size; }
  bool holds(mlir::Value field) const { return places.count(field); }

  /// Declares the memory of a kernel, and finds it.
  void declare(LaneBuilder &b, mlir::gpu::GPUModuleOp module,
               llvm::StringRef name);

  /// Stores what the evaluator makes of the fields of column number `column`.
  void store(LaneBuilder &b, mlir::Value column, RowEvaluator &evaluator);
  /// Component d of a wide field.
  void storeWide(LaneBuilder &b, mlir::Value field, mlir::Value column,
                 Component d, mlir::Value value);
  bool isWide(mlir::Value field) const;

  /// Component d of a field in the column number `first + other` of `columns`
  /// that are read together; `first` is a multiple of `columns`.
  mlir::Value load(LaneBuilder &b, mlir::Value field, mlir::Value first,
                   int64_t columns, int64_t other, Component d);

private:
  struct Group {
    mlir::Type element;
    llvm::SmallVector<mlir::Value> fields;
    int64_t begin = 0;   ///< in shared memory, bytes
    int64_t stride = 0;  ///< from column to column, elements
    int64_t perLoad = 1; ///< elements of one load
  };
  struct Place {
    int group;      ///< or -1: wide
    int64_t offset; ///< elements in the column; bytes in shared memory if wide
  };

  mlir::Value groupAddress(LaneBuilder &b, const Group &group,
                           mlir::Value column, int64_t element);

  int64_t columns;
  int64_t size = 0;
  std::vector<Group> groups;
  llvm::MapVector<mlir::Value, Place> places;
  mlir::Value base;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_TILETOGPU_COLUMNTILE_H
