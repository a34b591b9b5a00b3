//===- Supplied.h - results that the caller already has ---------*- C++ -*-===//
#ifndef KEOPS_LIB_TRANSFORMS_KEOPS_SUPPLIED_H
#define KEOPS_LIB_TRANSFORMS_KEOPS_SUPPLIED_H

#include "mlir/IR/Builders.h"

namespace keops {

/// In the operations after `first` and before `last`, puts `supplied` in place
/// of `given`; and of what `given` was computed from by a sum or a product with
/// something that needs no reduction:
///
///     given = -eps l   supplied s   ->   l = s / -eps
void useSupplied(mlir::Operation *first, mlir::Operation *last,
                 mlir::Value given, mlir::Value supplied);

} // namespace keops

#endif // KEOPS_LIB_TRANSFORMS_KEOPS_SUPPLIED_H
