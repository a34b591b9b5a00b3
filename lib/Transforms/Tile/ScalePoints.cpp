//===- ScalePoints.cpp - a factor of a distance goes into its points ------===//
//
//     u |x - y|^2  ->  -|x' - y'|^2    x' = sqrt(-u) (x - c),  y' likewise
//     u |x - y|    ->  -|x' - y'|      x' = -u (x - c),        y' likewise
//
// where u < 0 depends on no index: one multiplication per pair less, in the
// exponent of every radial kernel. Points are rounded once more, by an error
// that grows with their distance from the centre c in units of the kernel's
// width; so this is an alternative, for columns and rows within `bound` units.
// A component of x' or y' is then wrong by 5e-7 at most, |x' - y'|^2 by 2e-6
// times the sum of |x'_d - y'_d|, and 2^-|x' - y'|^2, in dimension D, by
// 7e-7 sqrt(D) of its largest value. Where u >= 0, or points are
// further away, or not finite, pairs are computed as written.
//
//===----------------------------------------------------------------------===//

#include "ScaledDistance.h"
#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

namespace {

/// Units of the kernel's width within which points are scaled.
constexpr double bound = 8;

class ScalePoints : ScaledDistances {
public:
  using ScaledDistances::ScaledDistances;

  void run() {
    auto found = findOnly();
    if (found && rowElement(found->factor.getType()).isF32() &&
        rowSize(found->row) <= nest.getSchedule()->getUnroll())
      rewrite(*found);
  }

private:
  void rewrite(ScaledDistance &found);
};

} // namespace

void ScalePoints::rewrite(ScaledDistance &found) {
  Location loc = found.product.getLoc();
  unsigned rowField = found.row.getArgNumber();
  unsigned columnField = found.column.getArgNumber() - numRows;
  Scale scale = prepareScale(found);
  BlockArgument y =
      addColumnField(scaledPoint(nest.getColumnStage(), columnField, scale, 1));
  BlockArgument x =
      addRowField(scaledPoint(nest.getRowStage(), rowField, scale, 1));

  b.setInsertionPointAfter(found.product);
  Type type = x.getType(), one = found.product.getType();
  Value difference = SubOp::create(b, loc, type, x, y);
  Value square = MulOp::create(b, loc, type, difference, difference);
  Value distance = SumOp::create(b, loc, one, square);
  if (!found.isSquared)
    distance = SqrtOp::create(b, loc, one, distance);
  Value fast = NegOp::create(b, loc, one, distance);
  auto chosen = tile::AlternativeOp::create(
      b, loc, one, scale.isSound, fast, found.product.getResult(),
      x.getArgNumber(), y.getArgNumber(), llvm::APFloat(bound));
  found.product.getResult().replaceAllUsesExcept(chosen, chosen);
}

namespace {

struct TileScalePointsPass
    : PassWrapper<TileScalePointsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TileScalePointsPass)

  StringRef getArgument() const final { return "tile-scale-points"; }
  StringRef getDescription() const final {
    return "take the factor of a distance into its points";
  }

  void runOnOperation() final {
    SmallVector<tile::NestOp> nests;
    getOperation().walk([&](tile::NestOp nest) {
      auto target = nest->getAttrOfType<StringAttr>("target");
      if (target && target.getValue() == gpuTargetName &&
          nest.getColumns() != Axis::none)
        nests.push_back(nest);
    });
    for (tile::NestOp nest : nests)
      ScalePoints(nest).run();
  }
};

} // namespace

std::unique_ptr<Pass> keops::createTileScalePointsPass() {
  return std::make_unique<TileScalePointsPass>();
}
