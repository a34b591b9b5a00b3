//===- Rows.h - making rows from rows ---------------------------*- C++ -*-===//
//
// Constants and views, without an operation where none is needed.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_DIALECT_KEOPS_ROWS_H
#define KEOPS_DIALECT_KEOPS_ROWS_H

#include "keops/Dialect/Keops/Keops.h"
#include "mlir/IR/Builders.h"

#include <optional>

namespace keops {

/// The type of `size` components like those of `row`.
mlir::VectorType rowOf(mlir::Value row, int64_t size);

/// The row number, number, ..., of a real or integer type.
mlir::Value constantRow(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::VectorType type, double number);

/// The number that every component of a constant row is.
std::optional<double> constantNumber(mlir::Value row);

/// Whether every component is the constant `number`.
bool isNumber(mlir::Value row, double number);

/// Whether the elements are reals: what has derivatives.
bool isReal(mlir::Value row);

/// Whether all components are the same: a number repeated, or constant.
bool isRepeated(mlir::Value row);

/// The one component of a repeated row.
mlir::Value componentOf(mlir::OpBuilder &builder, mlir::Value repeated);

/// `row` if it has `size` components, else its one component repeated.
mlir::Value broadcastTo(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value row, int64_t size);

/// The sum of the components.
mlir::Value componentSum(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value row);

/// Components offset, ..., offset + size - 1.
mlir::Value slice(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value row,
                  int64_t offset, int64_t size);

} // namespace keops

#endif // KEOPS_DIALECT_KEOPS_ROWS_H
