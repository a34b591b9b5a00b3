//===- IndexSets.h - which rows a value depends on --------------*- C++ -*-===//
//
// The index set of a value (none, i, j, both) is derived, never written: a
// variable has that of its role, a reduction removes its axis, a gradient has
// that of the value it is taken in, a directional derivative that of its output
// (both within one pair: of all operands), every other operation has the union
// of its operands'. A pass may thus replace a value by one that depends on less
// without touching a type.
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

  /// The index set of a value of the kernel's body, also of one created since.
  Axis of(mlir::Value row);
  void set(mlir::Value row, Axis axes) { sets[row] = axes; }

private:
  /// From the index sets of the operands.
  Axis derive(mlir::OpResult row);

  llvm::DenseMap<mlir::Value, Axis> sets;
};

} // namespace keops

#endif // KEOPS_ANALYSIS_INDEXSETS_H
