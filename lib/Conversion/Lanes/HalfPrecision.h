//===- HalfPrecision.h - 16-bit storage of numbers --------------*- C++ -*-===//
//
// f16 and bf16 are storage types: elements are widened to f32 when read and
// rounded to nearest, ties to even, when written. The conversions are integer
// arithmetic, the same on every target: processors without an instruction for
// them would call a library function that plain C programs do not link.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_HALFPRECISION_H
#define KEOPS_LIB_CONVERSION_LANES_HALFPRECISION_H

#include "Lanes.h"

namespace keops {

/// The element of type f16 or bf16 at a place, as f32.
mlir::Value loadHalf(LaneBuilder &b, mlir::Value place, mlir::Type stored);

/// Writes an f32 at a place as f16 or bf16.
void storeHalf(LaneBuilder &b, mlir::Value value, mlir::Value place,
               mlir::Type stored);

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_HALFPRECISION_H
