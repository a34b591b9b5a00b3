//===- Signs.cpp - what is known of numbers on lanes ----------------------===//

#include "Signs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace keops;

Attribute keops::constantOf(Value x) {
  auto constant = x.getDefiningOp<arith::ConstantOp>();
  return constant ? Attribute(constant.getValue()) : Attribute();
}

bool keops::isConstantWhere(Value x,
                            llvm::function_ref<bool(const APFloat &)> holds) {
  auto values = dyn_cast_or_null<DenseFPElementsAttr>(constantOf(x));
  return values && values.isSplat() && holds(values.getSplatValue<APFloat>());
}

/// Whether a number is at least 0, or not a number, by the operations that give
/// it: squares, their sums and roots.
static bool isNeverNegative(Value x) {
  if (auto product = x.getDefiningOp<arith::MulFOp>())
    return product.getLhs() == product.getRhs();
  if (auto fused = x.getDefiningOp<math::FmaOp>())
    return fused.getA() == fused.getB() && isNeverNegative(fused.getC());
  if (auto sum = x.getDefiningOp<arith::AddFOp>())
    return isNeverNegative(sum.getLhs()) && isNeverNegative(sum.getRhs());
  return x.getDefiningOp<math::SqrtOp>() || x.getDefiningOp<math::AbsFOp>();
}

bool keops::isNeverPositive(Value x) {
  if (auto opposite = x.getDefiningOp<arith::NegFOp>())
    return isNeverNegative(opposite.getOperand());
  auto product = x.getDefiningOp<arith::MulFOp>();
  auto isNegative = [](const APFloat &c) { return c.isNegative(); };
  return product && ((isConstantWhere(product.getRhs(), isNegative) &&
                      isNeverNegative(product.getLhs())) ||
                     (isConstantWhere(product.getLhs(), isNegative) &&
                      isNeverNegative(product.getRhs())));
}
