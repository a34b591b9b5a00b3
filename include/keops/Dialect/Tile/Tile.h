//===- Tile.h - the tile dialect in C++ -------------------------*- C++ -*-===//
//
// How a pass over the pairs runs. The definitions are in dialects/tile; this
// header only gathers what the generator wrote.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_DIALECT_TILE_TILE_H
#define KEOPS_DIALECT_TILE_TILE_H

#include "keops/Dialect/Keops/Keops.h"

#include "keops/Dialect/Tile/Dialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "keops/Dialect/Tile/Attributes.h.inc"

#define GET_OP_CLASSES
#include "keops/Dialect/Tile/Ops.h.inc"

namespace keops::tile {

/// On an addition whose second operand is a sum of components: these are added
/// to the first operand one after the other.
constexpr llvm::StringLiteral seedAttr = "tile.seed";

} // namespace keops::tile

#endif // KEOPS_DIALECT_TILE_TILE_H
