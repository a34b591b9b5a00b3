//===- Rows.cpp - making rows from rows -----------------------------------===//

#include "keops/Dialect/Keops/Rows.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace keops;

VectorType keops::rowOf(Value row, int64_t size) {
  return VectorType::get({size}, rowElement(row.getType()));
}

Value keops::constantRow(OpBuilder &builder, Location loc, VectorType type,
                         double number) {
  Type element = type.getElementType();
  TypedAttr value = isa<FloatType>(element)
                        ? TypedAttr(builder.getFloatAttr(element, number))
                        : TypedAttr(builder.getIntegerAttr(
                              element, static_cast<int64_t>(number)));
  return ConstantOp::create(builder, loc, type,
                            DenseElementsAttr::get(type, value));
}

std::optional<double> keops::constantNumber(Value row) {
  DenseElementsAttr values;
  if (!matchPattern(row, m_Constant(&values)) || !values.isSplat())
    return std::nullopt;
  if (auto real = dyn_cast<FloatAttr>(values.getSplatValue<Attribute>()))
    return real.getValueAsDouble();
  return static_cast<double>(values.getSplatValue<APInt>().getSExtValue());
}

bool keops::isNumber(Value row, double number) {
  std::optional<double> constant = constantNumber(row);
  return constant && *constant == number;
}

bool keops::isReal(Value row) {
  return isa<FloatType>(rowElement(row.getType()));
}

bool keops::isRepeated(Value row) {
  return row.getDefiningOp<BroadcastOp>() || constantNumber(row);
}

Value keops::componentOf(OpBuilder &builder, Value repeated) {
  if (auto broadcast = repeated.getDefiningOp<BroadcastOp>())
    return broadcast.getX();
  DenseElementsAttr values;
  matchPattern(repeated, m_Constant(&values));
  VectorType type = rowOf(repeated, 1);
  auto one = DenseElementsAttr::get(type, values.getSplatValue<Attribute>());
  return ConstantOp::create(builder, repeated.getLoc(), type,
                            cast<ElementsAttr>(one));
}

Value keops::broadcastTo(OpBuilder &builder, Location loc, Value row,
                         int64_t size) {
  if (rowSize(row) == size)
    return row;
  return BroadcastOp::create(builder, loc, rowOf(row, size), row);
}

Value keops::componentSum(OpBuilder &builder, Location loc, Value row) {
  if (rowSize(row) == 1)
    return row;
  return SumOp::create(builder, loc, rowOf(row, 1), row);
}

Value keops::slice(OpBuilder &builder, Location loc, Value row, int64_t offset,
                   int64_t size) {
  if (rowSize(row) == size)
    return row;
  return SliceOp::create(builder, loc, rowOf(row, size), row, offset);
}
