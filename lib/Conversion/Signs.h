//===- Signs.h - what is known of numbers on lanes --------------*- C++ -*-===//
#ifndef KEOPS_LIB_CONVERSION_SIGNS_H
#define KEOPS_LIB_CONVERSION_SIGNS_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace keops {

/// The value of an arith.constant; null for anything else.
mlir::Attribute constantOf(mlir::Value x);

/// Whether a number is the same constant in all lanes, for which `holds`.
bool isConstantWhere(mlir::Value x,
                     llvm::function_ref<bool(const llvm::APFloat &)> holds);

/// Whether a number is at most 0, or not a number, by the arithmetic that gives
/// it: a negative constant times squares, their sums and roots.
bool isNeverPositive(mlir::Value x);

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_SIGNS_H
