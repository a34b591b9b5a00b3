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

#include "keops/Dialect/Keops/Rows.h"
#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

namespace {

/// Units of the kernel's width within which points are scaled.
constexpr double bound = 8;
/// Sizes of scales that neither overflow nor lose digits.
constexpr double smallestScale = 1e-12, largestScale = 1e12;

/// u times a distance of two points, in a pair region.
struct ScaledDistance {
  MulOp product;
  Value factor;
  /// Of the whole difference: block arguments of the pair region.
  BlockArgument row, column;
  bool isSquared;
};

class ScalePoints {
public:
  explicit ScalePoints(tile::NestOp nest)
      : nest(nest), pair(nest.getPair().front()), b(nest.getContext()),
        numRows(yieldOf(nest.getRowStage())->getNumOperands()) {}

  void run() {
    SmallVector<ScaledDistance> found;
    for (auto product : pair.getOps<MulOp>())
      if (auto distance = match(product))
        found.push_back(*distance);
    // More than one would need a decision for each combination.
    if (found.size() == 1)
      rewrite(found.front());
  }

private:
  static Operation *yieldOf(Region &region) {
    return region.front().getTerminator();
  }

  bool isUniform(Value value) {
    return value.getDefiningOp<ConstantOp>() ||
           !nest->isAncestor(value.getParentRegion()->getParentOp());
  }

  std::optional<ScaledDistance> match(MulOp product) {
    ScaledDistance found;
    found.product = product;
    for (unsigned k : {0u, 1u}) {
      found.factor = product->getOperand(k);
      if (rowSize(found.factor) == 1 &&
          rowElement(found.factor.getType()).isF32() &&
          isUniform(found.factor) &&
          matchDistance(product->getOperand(1 - k), found))
        return found;
    }
    return std::nullopt;
  }

  bool matchDistance(Value distance, ScaledDistance &found) {
    Operation *op = distance.getDefiningOp();
    if (!op || !op->hasOneUse())
      return false;
    found.isSquared = !isa<SqrtOp>(op);
    if (!found.isSquared)
      op = op->getOperand(0).getDefiningOp();
    auto sum = dyn_cast_or_null<SumOp>(op);
    auto square =
        sum && sum->hasOneUse() ? sum.getX().getDefiningOp<MulOp>() : nullptr;
    if (!square || square.getOperand(0) != square.getOperand(1) ||
        !square->hasOneUse())
      return false;
    auto difference = square.getOperand(0).getDefiningOp<SubOp>();
    if (!difference || !llvm::all_of(difference->getUsers(), [&](Operation *u) {
          return u == square.getOperation();
        }))
      return false;
    found.row = dyn_cast<BlockArgument>(difference.getOperand(0));
    found.column = dyn_cast<BlockArgument>(difference.getOperand(1));
    if (!found.row || !found.column)
      return false;
    if (!isRow(found.row))
      std::swap(found.row, found.column);
    return isRow(found.row) && !isRow(found.column) &&
           rowSize(found.row) <= nest.getSchedule()->getUnroll();
  }

  bool isRow(BlockArgument argument) {
    return argument.getArgNumber() < numRows;
  }

  void rewrite(ScaledDistance &found);
  /// A field of a stage: scale * (field - centre). Returns its number.
  unsigned addField(Region &stage, unsigned field, Value centre, Value scale);

  Value number(Value like, double value) {
    return constantRow(b, like.getLoc(), cast<VectorType>(like.getType()),
                       value);
  }
  Value holds(StringRef comparison, Value x, double value) {
    OperationState state(x.getLoc(), ("keops." + comparison).str());
    state.addOperands({x, number(x, value)});
    state.addTypes(VectorType::get({rowSize(x)}, b.getI1Type()));
    return b.create(state)->getResult(0);
  }

  tile::NestOp nest;
  Block &pair;
  OpBuilder b;
  unsigned numRows;
};

} // namespace

unsigned ScalePoints::addField(Region &stage, unsigned field, Value centre,
                               Value scale) {
  Operation *yield = yieldOf(stage);
  b.setInsertionPoint(yield);
  Location loc = yield->getLoc();
  Value point = yield->getOperand(field);
  auto type = point.getType();
  Value moved = SubOp::create(b, loc, type, point, centre);
  Value factor = broadcastTo(b, loc, scale, rowSize(point));
  Value scaled = MulOp::create(b, loc, type, moved, factor);
  yield->insertOperands(yield->getNumOperands(), scaled);
  return yield->getNumOperands() - 1;
}

void ScalePoints::rewrite(ScaledDistance &found) {
  Location loc = found.product.getLoc();
  unsigned rowField = found.row.getArgNumber();
  unsigned columnField = found.column.getArgNumber() - numRows;
  // Before the nest: the scale, whether it makes sense, the centre.
  b.setInsertionPoint(nest);
  Value factor = found.factor;
  if (auto constant = factor.getDefiningOp<ConstantOp>())
    factor = b.clone(*constant)->getResult(0);
  Value scale = NegOp::create(b, loc, factor.getType(), factor);
  if (found.isSquared)
    scale = SqrtOp::create(b, loc, scale.getType(), scale);
  Value isLarge = holds("gt", scale, smallestScale);
  Value isSmall = holds("lt", scale, largestScale);
  Value when = AndOp::create(b, loc, isLarge.getType(), isLarge, isSmall);
  Value column = yieldOf(nest.getColumnStage())->getOperand(columnField);
  bool isVariable = column.getParentBlock() == nest->getBlock();
  Value centre =
      isVariable
          ? tile::CentreOp::create(b, loc, column.getType(), column).getResult()
          : number(column, 0);

  unsigned scaledColumn =
      addField(nest.getColumnStage(), columnField, centre, scale);
  unsigned scaledRow = addField(nest.getRowStage(), rowField, centre, scale);
  Type type = found.row.getType();
  Value x = pair.insertArgument(numRows, type, loc);
  Value y = pair.addArgument(type, loc);
  nest.getFinish().front().addArgument(type, loc);

  b.setInsertionPointAfter(found.product);
  Value difference = SubOp::create(b, loc, type, x, y);
  Value square = MulOp::create(b, loc, type, difference, difference);
  Type one = found.product.getType();
  Value distance = SumOp::create(b, loc, one, square);
  if (!found.isSquared)
    distance = SqrtOp::create(b, loc, one, distance);
  Value fast = NegOp::create(b, loc, one, distance);
  auto chosen = tile::AlternativeOp::create(
      b, loc, one, when, fast, found.product.getResult(), scaledRow,
      scaledColumn + numRows + 1, llvm::APFloat(bound));
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
