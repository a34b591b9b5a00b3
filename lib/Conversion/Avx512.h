//===- Avx512.h - single instructions on whole registers --------*- C++ -*-===//
#ifndef KEOPS_LIB_CONVERSION_AVX512_H
#define KEOPS_LIB_CONVERSION_AVX512_H

#include "mlir/Interfaces/FunctionInterfaces.h"

namespace keops::avx512 {

/// x 2^floor(n). Lanes where `mask` is false are 0; null: none are.
mlir::Value scalef(mlir::OpBuilder &b, mlir::Value x, mlir::Value n,
                   mlir::Value mask);

/// x - floor(x).
mlir::Value fraction(mlir::OpBuilder &b, mlir::Value x);

/// A primitive of PrimitivesEstimates.td; null for any other.
mlir::Value lowerEstimate(mlir::OpBuilder &b, mlir::Operation *op);

/// Results below the normal numbers are 0 from the function's entry to its
/// returns.
void flushSubnormals(mlir::FunctionOpInterface function);

} // namespace keops::avx512

#endif // KEOPS_LIB_CONVERSION_AVX512_H
