//===- Products.h - products as lists of factors ----------------*- C++ -*-===//
//
// A tree of products, signs, repeated numbers and quotients is the list of its
// factors; multiplied again in the order of their cost, each factor meets
// first those that depend on as few indices as itself:
//
//     ((k_ij a_i) b_j) c  ->  (k_ij (c a_i)) b_j
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_TRANSFORMS_KEOPS_PRODUCTS_H
#define KEOPS_LIB_TRANSFORMS_KEOPS_PRODUCTS_H

#include "keops/Analysis/IndexSets.h"
#include "mlir/IR/Builders.h"

namespace keops {

/// Factors of one component, factors of D, and numbers divided by.
struct Product {
  llvm::SmallVector<mlir::Value> numbers, rows, divisors;
  bool negative = false;
};

class Products {
public:
  Products(mlir::OpBuilder &builder, IndexSets &sets)
      : builder(builder), sets(sets) {}

  /// The factors of `row`. Quotients whose divisor `mayDivide` accepts are
  /// taken apart; so are products used elsewhere, if `shared` allows it.
  Product collect(mlir::Value row, bool shared,
                  llvm::function_ref<bool(mlir::Value)> mayDivide);

  /// The product of rows of one dimension; null for no factors.
  mlir::Value multiply(llvm::ArrayRef<mlir::Value> factors);

  /// row * number, either of which may be null for 1.
  mlir::Value scale(mlir::Value row, mlir::Value number);

  /// The product of all factors that depend on one of `indexSets`, in that
  /// order; null if there are none. Divisors and sign are left to the caller.
  mlir::Value combine(const Product &product, llvm::ArrayRef<Axis> indexSets);

private:
  void collectInto(mlir::Value row, Product &product);
  bool collectDivisors(mlir::Value row, Product &product);

  mlir::OpBuilder &builder;
  IndexSets &sets;
  mlir::Value root;
  bool shared = false;
  llvm::function_ref<bool(mlir::Value)> mayDivide;
};

} // namespace keops

#endif // KEOPS_LIB_TRANSFORMS_KEOPS_PRODUCTS_H
