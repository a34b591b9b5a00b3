//===- ChainRule.h - the algebra that both modes share ----------*- C++ -*-===//
//
// Partial derivatives as the records give them, and products and sums in which
// zeros and ones never appear. A null value stands for zero.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_TRANSFORMS_KEOPS_CHAINRULE_H
#define KEOPS_LIB_TRANSFORMS_KEOPS_CHAINRULE_H

#include "keops/Analysis/IndexSets.h"
#include "mlir/IR/Builders.h"

namespace keops {

class ChainRule {
public:
  explicit ChainRule(mlir::OpBuilder &builder) : builder(builder) {}

  mlir::OpBuilder &getBuilder() { return builder; }

  /// d result / d operand of an element-wise operation, component by component.
  mlir::Value partial(mlir::Operation *op, unsigned operand);

  /// d result r / d input k of a reduction for one row, component by component
  /// of the result.
  mlir::Value partial(ReduceOp reduce, unsigned result, unsigned input);

  /// factor * row. A choice with nothing on one side stays outermost:
  ///
  ///     p * where(c, e, 0)  ->  where(c, p * e, 0)
  ///
  /// so that an infinite derivative of a branch not taken never meets its 0.
  mlir::Value times(mlir::Value factor, mlir::Value row);

  /// a + b. Choices stay outermost here too:
  ///
  ///     where(c, a, 0) + where(c, b, 0)  ->  where(c, a + b, 0)
  ///     where(c, a, 0) + where(d, b, 0)  ->  where(c or d, ..., 0)
  mlir::Value plus(mlir::Value a, mlir::Value b);

  /// The adjoint of an operation with a shape. Choices stay outermost as in
  /// `times`.
  mlir::Value adjoint(DifferentiableOpInterface op, unsigned operand,
                      mlir::Value cotangent);

  /// `input`, seen with the dimension of the result that it reaches: one
  /// component is repeated, a row that K entries are selected from K times.
  mlir::Value spread(mlir::Value input, int64_t size);

  /// The adjoint of `spread`.
  mlir::Value gather(mlir::Value cotangent, int64_t size);

  /// sum over `axis`.
  mlir::Value sumOver(Axis axis, mlir::Value row);

  mlir::Value zero(mlir::Type type, mlir::Location loc);

  /// `derivative` (zero if null) as a row like `of`, one for every index that
  /// `axes` has.
  mlir::Value result(mlir::Value derivative, mlir::Value of, Axis axes,
                     IndexSets &sets);

private:
  mlir::Value choose(mlir::Value mask, mlir::Value yes, mlir::Value no);
  mlir::Value adjointOfMask(DifferentiableOpInterface op, unsigned operand,
                            mlir::Value mask);

  mlir::OpBuilder &builder;
};

} // namespace keops

#endif // KEOPS_LIB_TRANSFORMS_KEOPS_CHAINRULE_H
