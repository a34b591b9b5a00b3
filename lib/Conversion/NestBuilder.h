//===- NestBuilder.h - one pass over the pairs, from a plan -----*- C++ -*-===//
//
// A plan says which reductions a nest runs and which values it finishes; the
// builder cuts the kernel's body into the nest's four regions.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_NESTBUILDER_H
#define KEOPS_LIB_CONVERSION_NESTBUILDER_H

#include "keops/Analysis/IndexSets.h"
#include "keops/Dialect/Tile/Tile.h"
#include "llvm/ADT/MapVector.h"

namespace keops {

/// Reduction results kept between nests, with their store's number.
using StoreMap = llvm::DenseMap<mlir::Value, int64_t>;

struct NestPlan {
  Axis rows = Axis::none;
  /// Axis::none: a map over the rows.
  Axis columns = Axis::none;
  bool full = false;
  llvm::SmallVector<ReduceOp> reductions;
  /// Values to finish, and the results of the kernel they are.
  llvm::SmallVector<std::pair<mlir::Value, int64_t>> outputs;
  /// Reduction results to keep for later nests, and their stores.
  llvm::SmallVector<std::pair<mlir::Value, int64_t>> stored;
};

/// Appends the nest of `plan` to the kernel's body. Values in `stores` that
/// other nests computed are read back with tile.stored.
void buildNest(KernelOp kernel, IndexSets &sets, const NestPlan &plan,
               const StoreMap &stores);

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_NESTBUILDER_H
