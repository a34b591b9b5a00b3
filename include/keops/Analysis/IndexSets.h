//===- IndexSets.h - which rows a value depends on --------------*- C++ -*-===//
//
// The index set of a value (none, i, j, both) is derived, never written: a
// variable has that of its role, a reduction removes its axis, every other
// operation has the union of its operands'. A pass may thus replace a value by
// one that depends on less without touching a type.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_ANALYSIS_INDEXSETS_H
#define KEOPS_ANALYSIS_INDEXSETS_H

#include "keops/Dialect/Keops/Keops.h"
#include "llvm/ADT/DenseMap.h"

namespace keops {

class IndexSets {
public:
  explicit IndexSets(KernelOp kernel);

  /// The index set of a value of the kernel's body. Values defined later (by a
  /// conversion in progress) must be announced with `set`.
  Axis of(mlir::Value row) const;
  void set(mlir::Value row, Axis axes) { sets[row] = axes; }

  /// What an operation's results depend on, given its operands' index sets.
  Axis ofResults(mlir::Operation *op) const;

private:
  llvm::DenseMap<mlir::Value, Axis> sets;
};

} // namespace keops

#endif // KEOPS_ANALYSIS_INDEXSETS_H
