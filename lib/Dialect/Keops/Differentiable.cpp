//===- Differentiable.cpp - derivatives of operations with a shape --------===//
//
// All but the extremes are linear in each operand: the tangent is the operation
// itself, the adjoint its transpose.
//
//     broadcast <-> sum        slice <-> concat with zeros
//     tensordot(f, g): a tensordot of the cotangent with the other operand
//
//===----------------------------------------------------------------------===//

#include "keops/Dialect/Keops/Keops.h"
#include "keops/Dialect/Keops/Rows.h"

using namespace mlir;
using namespace keops;
using llvm::ArrayRef;

#include "keops/Dialect/Keops/Differentiable.cpp.inc"

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

Value BroadcastOp::adjoint(OpBuilder &builder, unsigned, Value cotangent) {
  return componentSum(builder, getLoc(), cotangent);
}

Value BroadcastOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  return broadcastTo(builder, getLoc(), tangents[0], rowSize(getResult()));
}

Value ReplicateOp::adjoint(OpBuilder &, unsigned, Value cotangent) {
  return cotangent; // Summed over the axis as for any value used per row.
}

Value ReplicateOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  return ReplicateOp::create(builder, getLoc(), tangents[0], getAxis());
}

Value CastOp::adjoint(OpBuilder &builder, unsigned, Value cotangent) {
  if (!isReal(getX()) || !isReal(getResult()))
    return {};
  return CastOp::create(builder, getLoc(), getX().getType(), cotangent);
}

Value CastOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  if (!isReal(getX()) || !isReal(getResult()))
    return {};
  return CastOp::create(builder, getLoc(), getType(), tangents[0]);
}

Value SliceOp::adjoint(OpBuilder &builder, unsigned, Value cotangent) {
  int64_t before = getOffset();
  int64_t after = rowSize(getX()) - before - rowSize(cotangent);
  SmallVector<Value, 3> parts;
  if (before)
    parts.push_back(
        constantRow(builder, getLoc(), rowOf(cotangent, before), 0));
  parts.push_back(cotangent);
  if (after)
    parts.push_back(constantRow(builder, getLoc(), rowOf(cotangent, after), 0));
  return parts.size() == 1
             ? cotangent
             : ConcatOp::create(builder, getLoc(), getX().getType(), parts);
}

Value SliceOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  return slice(builder, getLoc(), tangents[0], getOffset(),
               rowSize(getResult()));
}

Value ConcatOp::adjoint(OpBuilder &builder, unsigned operand, Value cotangent) {
  int64_t offset = 0;
  for (Value row : getRows().take_front(operand))
    offset += rowSize(row);
  return slice(builder, getLoc(), cotangent, offset,
               rowSize(getRows()[operand]));
}

Value ConcatOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  SmallVector<Value> parts(tangents);
  for (auto [part, row] : llvm::zip_equal(parts, getRows()))
    if (!part)
      part = constantRow(builder, getLoc(), cast<VectorType>(row.getType()), 0);
  return ConcatOp::create(builder, getLoc(), getType(), parts);
}

//===----------------------------------------------------------------------===//
// Folds of the components
//===----------------------------------------------------------------------===//

Value SumOp::adjoint(OpBuilder &builder, unsigned, Value cotangent) {
  return broadcastTo(builder, getLoc(), cotangent, rowSize(getX()));
}

Value SumOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  return componentSum(builder, getLoc(), tangents[0]);
}

/// `row` at the component that an extreme of `x` is taken from, 0 elsewhere.
template <typename Search>
static Value atExtreme(OpBuilder &builder, Location loc, Value x, Value row) {
  auto number = VectorType::get({1}, builder.getI64Type());
  auto wide = VectorType::get({rowSize(x)}, builder.getI64Type());
  auto mask = VectorType::get({rowSize(x)}, builder.getI1Type());
  Value chosen = Search::create(builder, loc, number, x);
  Value spread = broadcastTo(builder, loc, chosen, rowSize(x));
  Value position = IotaOp::create(builder, loc, wide);
  Value isHere = EqOp::create(builder, loc, mask, position, spread);
  Value zero = constantRow(builder, loc, cast<VectorType>(row.getType()), 0);
  return SelectOp::create(builder, loc, row.getType(), isHere, row, zero);
}

Value VMinOp::adjoint(OpBuilder &builder, unsigned, Value cotangent) {
  Value spread = broadcastTo(builder, getLoc(), cotangent, rowSize(getX()));
  return atExtreme<VArgMinOp>(builder, getLoc(), getX(), spread);
}

Value VMinOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  Value chosen = atExtreme<VArgMinOp>(builder, getLoc(), getX(), tangents[0]);
  return componentSum(builder, getLoc(), chosen);
}

Value VMaxOp::adjoint(OpBuilder &builder, unsigned, Value cotangent) {
  Value spread = broadcastTo(builder, getLoc(), cotangent, rowSize(getX()));
  return atExtreme<VArgMaxOp>(builder, getLoc(), getX(), spread);
}

Value VMaxOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  Value chosen = atExtreme<VArgMaxOp>(builder, getLoc(), getX(), tangents[0]);
  return componentSum(builder, getLoc(), chosen);
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

namespace {
/// The axes of one operand of a contraction, by their number.
struct ContractionSide {
  ArrayRef<int64_t> dims, contracted;
  /// Kept axes, and the place of each in the result.
  SmallVector<int64_t> kept, places;
};
} // namespace

static ContractionSide side(ArrayRef<int64_t> dims,
                            ArrayRef<int64_t> contracted,
                            ArrayRef<int64_t> perm, int64_t firstKept) {
  ContractionSide side{dims, contracted, {}, {}};
  for (int64_t axis = 0; axis < static_cast<int64_t>(dims.size()); ++axis)
    if (!llvm::is_contained(contracted, axis)) {
      int64_t natural = firstKept + side.kept.size();
      side.kept.push_back(axis);
      side.places.push_back(perm.empty() ? natural : perm[natural]);
    }
  return side;
}

/// With R = tensordot(A, B): the cotangent of A contracts the axes of B that R
/// kept. What remains, axes of A in R's order and then the contracted axes of
/// B, is put in A's order.
Value TensorDotOp::adjoint(OpBuilder &builder, unsigned operand,
                           Value cotangent) {
  ContractionSide f = side(getDimsf(), getContf(), getPerm(), 0);
  ContractionSide g = side(getDimsg(), getContg(), getPerm(), f.kept.size());
  const ContractionSide &own = operand == 0 ? f : g;
  const ContractionSide &other = operand == 0 ? g : f;

  SmallVector<int64_t> shape(f.kept.size() + g.kept.size());
  SmallVector<int64_t> axisAt(shape.size(), -1);
  for (const ContractionSide *each : {&f, &g})
    for (auto [axis, place] : llvm::zip_equal(each->kept, each->places))
      shape[place] = each->dims[axis];
  for (auto [axis, place] : llvm::zip_equal(own.kept, own.places))
    axisAt[place] = axis;

  SmallVector<int64_t> perm;
  for (int64_t axis : axisAt)
    if (axis >= 0)
      perm.push_back(axis);
  for (int64_t axis = 0; axis < static_cast<int64_t>(other.dims.size()); ++axis)
    for (auto [mine, theirs] :
         llvm::zip_equal(own.contracted, other.contracted))
      if (theirs == axis)
        perm.push_back(mine);
  Value partner = operand == 0 ? getG() : getF();
  Type type = operand == 0 ? getF().getType() : getG().getType();
  return TensorDotOp::create(builder, getLoc(), type, cotangent, partner, shape,
                             other.dims, other.places, other.kept, perm);
}

Value TensorDotOp::tangent(OpBuilder &builder, ArrayRef<Value> tangents) {
  auto with = [&](Value f, Value g) {
    return TensorDotOp::create(builder, getLoc(), getType(), f, g, getDimsf(),
                               getDimsg(), getContf(), getContg(), getPerm());
  };
  if (!tangents[1])
    return with(tangents[0], getG());
  if (!tangents[0])
    return with(getF(), tangents[1]);
  Value left = with(tangents[0], getG());
  Value right = with(getF(), tangents[1]);
  return AddOp::create(builder, getLoc(), getType(), left, right);
}
