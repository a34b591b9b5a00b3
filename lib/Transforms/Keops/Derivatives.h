//===- Derivatives.h - forward and reverse mode -----------------*- C++ -*-===//
//
// Both modes walk over the same operations, those through which the outputs
// depend on the variables, in opposite directions. They create operations at
// the builder and change none.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_TRANSFORMS_KEOPS_DERIVATIVES_H
#define KEOPS_LIB_TRANSFORMS_KEOPS_DERIVATIVES_H

#include "keops/Dialect/Keops/Keops.h"
#include "llvm/ADT/SetVector.h"

namespace keops {

/// The operations on the way from variables to outputs that have a derivative,
/// in order, and the values that vary.
struct Activity {
  llvm::SmallVector<mlir::Operation *> ops;
  llvm::DenseSet<mlir::Value> values;
};

/// What of `outputs`, computed before `end` in its block, varies with `wrt`.
Activity findActivity(mlir::Operation *end, mlir::ValueRange outputs,
                      mlir::ValueRange wrt);

/// Replaces reductions by their companions where they are differentiated.
void addCompanions(Activity &activity);

/// The tangents of `op.getOutputs()`, zero constants included.
llvm::SmallVector<mlir::Value> forwardMode(JvpOp op);

/// The cotangents of `op.getWrt()`, zero constants included.
llvm::SmallVector<mlir::Value> reverseMode(GradOp op);

} // namespace keops

#endif // KEOPS_LIB_TRANSFORMS_KEOPS_DERIVATIVES_H
