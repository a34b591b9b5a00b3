//===- ScaledDistance.h - a distance times a factor -------------*- C++ -*-===//
//
// What the passes that take the factor of a distance into its points have in
// common: finding u |x - y|^2 or u |x - y| in the pair region of a nest, where
// u depends on no index, and adding centred and scaled points to its stages.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_TRANSFORMS_TILE_SCALEDDISTANCE_H
#define KEOPS_LIB_TRANSFORMS_TILE_SCALEDDISTANCE_H

#include "keops/Analysis/Schedule.h"
#include "keops/Dialect/Keops/Rows.h"
#include "keops/Dialect/Tile/Tile.h"

namespace keops {

/// u times a distance of two points, in a pair region.
struct ScaledDistance {
  MulOp product;
  mlir::Value factor;
  /// Of the whole difference: block arguments of the pair region.
  mlir::BlockArgument row, column;
  bool isSquared;
};

class ScaledDistances {
public:
  explicit ScaledDistances(tile::NestOp nest);

  /// The only one of the nest; none where there are several.
  std::optional<ScaledDistance> findOnly();

protected:
  static mlir::Operation *yieldOf(mlir::Region &region) {
    return region.front().getTerminator();
  }

  /// Before the nest: the scale, sqrt(-u) or -u; whether it makes sense (u < 0
  /// and neither over- nor underflow); a point among the columns.
  struct Scale {
    mlir::Value value, isSound, centre;
  };
  Scale prepareScale(const ScaledDistance &found);

  /// More fields of a stage, and the pair region's arguments for them. Returns
  /// the arguments; those of rows are numbered before those of columns.
  mlir::BlockArgument addRowField(mlir::Value field);
  mlir::BlockArgument addColumnField(mlir::Value field);
  /// In a stage: factor * scale * (point - centre), of field number `field`.
  mlir::Value scaledPoint(mlir::Region &stage, unsigned field,
                          const Scale &scale, double factor);
  mlir::Value number(mlir::Value like, double value);

  tile::NestOp nest;
  mlir::Block &pair;
  mlir::OpBuilder b;
  unsigned numRows;

private:
  std::optional<ScaledDistance> match(MulOp product);
  bool matchDistance(mlir::Value distance, ScaledDistance &found);
  bool isUniform(mlir::Value value);
  bool isRow(mlir::BlockArgument argument) {
    return argument.getArgNumber() < numRows;
  }
  mlir::Value holds(llvm::StringRef comparison, mlir::Value x, double value);
};

} // namespace keops

#endif // KEOPS_LIB_TRANSFORMS_TILE_SCALEDDISTANCE_H
