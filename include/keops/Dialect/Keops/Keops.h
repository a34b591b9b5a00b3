//===- Keops.h - the keops dialect in C++ -----------------------*- C++ -*-===//
//
// What to compute: kernels, rows, primitives, reductions. The definitions are
// in dialects/keops; this header only gathers what the generator wrote.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_DIALECT_KEOPS_KEOPS_H
#define KEOPS_DIALECT_KEOPS_KEOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "keops/Dialect/Keops/Dialect.h.inc"
#include "keops/Dialect/Keops/Enums.h.inc"

#include "keops/Dialect/Keops/Differentiable.h.inc"

#define GET_ATTRDEF_CLASSES
#include "keops/Dialect/Keops/Attributes.h.inc"

#define GET_OP_CLASSES
#include "keops/Dialect/Keops/Ops.h.inc"

namespace keops {

/// Number of elements of a row: 3 for vector<3xf32>.
inline int64_t rowSize(mlir::Value row) {
  return mlir::cast<mlir::VectorType>(row.getType()).getNumElements();
}

/// Element type of a row: f32 for vector<3xf32>.
inline mlir::Type rowElement(mlir::Type row) {
  return mlir::cast<mlir::VectorType>(row).getElementType();
}

/// The type a stored element is computed with: f16 and bf16 are storage types.
mlir::Type computeType(mlir::Type stored);

/// Set operations on axes, which are bit sets.
inline Axis operator|(Axis a, Axis b) {
  return static_cast<Axis>(static_cast<uint32_t>(a) | static_cast<uint32_t>(b));
}
inline Axis without(Axis a, Axis b) {
  return static_cast<Axis>(static_cast<uint32_t>(a) &
                           ~static_cast<uint32_t>(b));
}
inline bool contains(Axis set, Axis axis) { return (set | axis) == set; }

} // namespace keops

#endif // KEOPS_DIALECT_KEOPS_KEOPS_H
