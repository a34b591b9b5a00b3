//===- ReductionLevels.h - reductions that need reductions ------*- C++ -*-===//
#ifndef KEOPS_ANALYSIS_REDUCTIONLEVELS_H
#define KEOPS_ANALYSIS_REDUCTIONLEVELS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace keops {

/// How many reductions lie on the way from the variables to an operation:
/// reductions of one level can run in one pass over the pairs.
class ReductionLevels {
public:
  unsigned of(mlir::Operation *op);

private:
  llvm::DenseMap<mlir::Operation *, unsigned> levels;
};

} // namespace keops

#endif // KEOPS_ANALYSIS_REDUCTIONLEVELS_H
