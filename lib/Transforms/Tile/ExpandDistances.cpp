//===- ExpandDistances.cpp - distances of wide points by their products ---===//
//
//     u |x - y|^2  ->  X . Y - |X/2|^2 - |Y|^2    X = 2 sqrt(-u) (x - c)
//                                                 Y =   sqrt(-u) (y - c)
//
// where u < 0 depends on no index and c is a point among the columns: one
// multiply-add per component, and not a subtraction as well. What is lost are
// digits: the result is wrong by some 2^-24 (in f32) of the squares that
// cancel. So this is an alternative, for blocks of rows and columns whose
// squares are at most `bound`, and only where the result is an exponent: an
// absolute error there is a relative one of the exponential, some 2e-6.
// Elsewhere, and in front of anything else (a square root, a comparison), pairs
// are computed as written.
//
//===----------------------------------------------------------------------===//

#include "ScaledDistance.h"
#include "keops/Formula/ReductionTable.h"
#include "keops/Transforms/Passes.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace keops;

namespace {

/// Largest square of a scaled point.
constexpr double bound = 16;
/// Points up to this dimension gain nothing.
constexpr int64_t lowDimension = 4;

class ExpandDistances : ScaledDistances {
public:
  using ScaledDistances::ScaledDistances;

  void run() {
    auto found = findOnly();
    if (found && found->isSquared && rowSize(found->row) > lowDimension &&
        isExponent(found->product))
      rewrite(*found);
  }

private:
  bool isExponent(Value value);
  bool isScore(OpOperand &yielded);
  void rewrite(ScaledDistance &found);
  Value minusSquare(Value point, double factor);
};

} // namespace

/// Whether an input of a reduction is the exponent of its terms.
bool ExpandDistances::isScore(OpOperand &yielded) {
  unsigned first = 0;
  for (auto acc : nest.getAccumulators().getAsRange<tile::AccumulatorAttr>()) {
    StringRef kind = acc.getKind().getValue();
    bool isExponential =
        kind.starts_with("logsumexp") || kind.starts_with("softmax");
    if (yielded.getOperandNumber() == first)
      return isExponential;
    first += acc.getNumInputs();
  }
  return false;
}

/// Whether all that is made of a value is exponentials of it, of its opposite,
/// or of sums with other values.
bool ExpandDistances::isExponent(Value value) {
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<ExpOp, Exp2Op>(user))
      return true;
    if (isa<AddOp, SubOp, NegOp>(user))
      return isExponent(user->getResult(0));
    return isa<tile::YieldOp>(user) && isScore(use);
  });
}

Value ExpandDistances::minusSquare(Value point, double factor) {
  Location loc = point.getLoc();
  Value square = MulOp::create(b, loc, point.getType(), point, point);
  auto one = VectorType::get({1}, rowElement(point.getType()));
  Value sum = SumOp::create(b, loc, one, square);
  return MulOp::create(b, loc, one, sum, number(sum, -factor));
}

void ExpandDistances::rewrite(ScaledDistance &found) {
  Location loc = found.product.getLoc();
  unsigned rowField = found.row.getArgNumber();
  unsigned columnField = found.column.getArgNumber() - numRows;
  Scale scale = prepareScale(found);
  Value pointY = scaledPoint(nest.getColumnStage(), columnField, scale, 1);
  BlockArgument squareY = addColumnField(minusSquare(pointY, 1));
  BlockArgument y = addColumnField(pointY);
  Value pointX = scaledPoint(nest.getRowStage(), rowField, scale, 2);
  BlockArgument squareX = addRowField(minusSquare(pointX, 0.25));
  BlockArgument x = addRowField(pointX);

  b.setInsertionPointAfter(found.product);
  Type one = found.product.getType();
  Value squares = AddOp::create(b, loc, one, squareX, squareY);
  Value product = MulOp::create(b, loc, x.getType(), x, y);
  Value sum = SumOp::create(b, loc, one, product);
  auto fast = AddOp::create(b, loc, one, squares, sum);
  fast->setAttr(tile::seedAttr, b.getUnitAttr());
  auto chosen = tile::AlternativeOp::create(
      b, loc, one, scale.isSound, fast, found.product.getResult(),
      squareX.getArgNumber(), squareY.getArgNumber(), llvm::APFloat(bound));
  found.product.getResult().replaceAllUsesExcept(chosen, chosen);
}

namespace {

struct TileExpandDistancesPass
    : PassWrapper<TileExpandDistancesPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TileExpandDistancesPass)

  StringRef getArgument() const final { return "tile-expand-distances"; }
  StringRef getDescription() const final {
    return "compute distances of wide points by their products";
  }

  void runOnOperation() final {
    SmallVector<tile::NestOp> nests;
    getOperation().walk([&](tile::NestOp nest) {
      auto target = nest->getAttrOfType<StringAttr>("target");
      if (target && target.getValue() != gpuTargetName &&
          nest.getColumns() != Axis::none)
        nests.push_back(nest);
    });
    for (tile::NestOp nest : nests)
      ExpandDistances(nest).run();
  }
};

} // namespace

std::unique_ptr<Pass> keops::createTileExpandDistancesPass() {
  return std::make_unique<TileExpandDistancesPass>();
}
