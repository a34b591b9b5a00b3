//===- Simplify.h - algebra on rows -----------------------------*- C++ -*-===//
#ifndef KEOPS_LIB_TRANSFORMS_KEOPS_SIMPLIFY_H
#define KEOPS_LIB_TRANSFORMS_KEOPS_SIMPLIFY_H

#include "keops/Dialect/Keops/Keops.h"
#include "mlir/IR/PatternMatch.h"

namespace keops {

/// Sums, differences and signs.
void addSumRules(mlir::RewritePatternSet &patterns);

/// Products, quotients and choices.
void addProductRules(mlir::RewritePatternSet &patterns);

/// Broadcasts, slices, concatenations and sums of components.
void addShapeRules(mlir::RewritePatternSet &patterns);

/// Creates OpT on rows of one type.
template <typename OpT, typename... Rows>
mlir::Value make(mlir::PatternRewriter &rewriter, mlir::Location loc,
                 mlir::Value first, Rows... rest) {
  return OpT::create(rewriter, loc, first.getType(), first, rest...);
}

/// x of -x, also where -x is repeated: B(-x) is -B(x). Null for others.
mlir::Value negated(mlir::PatternRewriter &rewriter, mlir::Value row);

/// Applies all rules and shares equal operations, until nothing changes.
void simplify(KernelOp kernel);

} // namespace keops

#endif // KEOPS_LIB_TRANSFORMS_KEOPS_SIMPLIFY_H
