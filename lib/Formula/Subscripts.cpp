//===- Subscripts.cpp - elements, slices and blocks -----------------------===//

#include "Evaluator.h"

using namespace keops;
using llvm::Twine;

/// A constant index or slice within `extent`.
std::optional<Evaluator::Span> Evaluator::span(const SubscriptIndex &index,
                                               int64_t extent,
                                               const Operand &base) {
  auto bound = [&](const Expr *expr, int64_t absent) -> std::optional<int64_t> {
    if (!expr)
      return absent;
    int64_t limit = std::numeric_limits<int64_t>::max();
    return constantInteger({evaluate(*expr), expr}, "index", -limit, limit);
  };
  std::optional<int64_t> first = bound(index.first, 0);
  std::optional<int64_t> last =
      index.isSlice ? bound(index.last, extent) : first;
  if (!first || !last)
    return std::nullopt;
  if (index.isSlice) {
    if (*first >= 0 && *first < *last && *last <= extent)
      return Span{*first, *last - *first, true};
    bool empty = *first >= *last && *first >= 0 && *last <= extent;
    Report report =
        error(index.range, "slice " + Twine(*first) + ":" + Twine(*last) +
                               (empty ? " is empty" : " is out of bounds"));
    report.note(describe(base) + "; slices count from 0, the end is excluded");
    return std::nullopt;
  }
  if (*first >= 0 && *first < extent)
    return Span{*first, 1, false};
  Report report =
      error(index.range, "index " + Twine(*first) + " is out of bounds");
  report.note(describe(base) + "; indices run from 0 to " + Twine(extent - 1));
  if (*first < 0 && *first >= -extent)
    report.repair("count from 0: write " + Twine(extent + *first), index.range,
                  Twine(extent + *first));
  return std::nullopt;
}

Value Evaluator::slice(const Value &base, int64_t offset, Shape shape,
                       SourceRange range) {
  if (shape.dim() == base.shape.dim())
    return Value::ofRow(base.node, shape);
  RowType row{node(base).row.type, shape.dim()};
  return Value::ofRow(builder.op("slice", base.node, row, range, offset),
                      shape);
}

/// Rows and columns of a matrix: contiguous in one piece when whole rows are
/// taken, else one slice per row.
Value Evaluator::matrixBlock(const Value &base, Span rows, Span cols,
                             SourceRange range) {
  int64_t width = base.shape.cols;
  Shape shape = matrixShape(rows.size, cols.size);
  if (!rows.isSlice)
    shape = vectorShape(cols.size);
  else if (!cols.isSlice)
    shape = vectorShape(rows.size);
  int64_t offset = rows.first * width + cols.first;
  if (rows.size == 1 || cols.size == width)
    return slice(base, offset, shape, range);
  RowType row{node(base).row.type, cols.size};
  llvm::SmallVector<NodeId> pieces;
  for (int64_t r = 0; r < rows.size; ++r)
    pieces.push_back(
        builder.op("slice", base.node, row, range, offset + r * width));
  NodeId id = builder.op("concat", pieces, {row.type, shape.dim()}, range);
  return Value::ofRow(id, shape);
}

/// x[k] where k is an integer known only at run time: 0 when out of range.
Value Evaluator::dynamicElement(const SubscriptExpr &subscript,
                                const Operand &base, const Operand &index) {
  if (!index.value.isRow())
    return {};
  const Node &row = node(index.value);
  if (!isInteger(row.row.type) || row.row.dim != 1) {
    error(index.expr->range,
          "an index must be a constant or an integer variable")
        .note(describe(index) + " and element type " + spelling(row.row.type));
    return {};
  }
  CallExpr call(subscript.range, {"x[k]", subscript.range}, {});
  Operand args[] = {
      base,
      {Value::ofLiteral(Number::ofInteger(base.value.shape.dim())), &subscript},
      index};
  return callPrelude("_component", call, args);
}

Value Evaluator::evaluateSubscript(const SubscriptExpr &subscript) {
  Operand base{evaluate(*subscript.base), subscript.base};
  if (!checkOperands(base))
    return {};
  llvm::ArrayRef<SubscriptIndex> indices = subscript.indices;
  if (base.value.isLiteral()) {
    error(subscript.range, "a number has no components").note(describe(base));
    return {};
  }
  const Shape shape = base.value.shape;
  SourceRange range = visible(subscript.range);
  size_t axes = shape.isMatrix ? 2 : 1;
  if (indices.size() > axes) {
    Report report = error(join(indices[axes - 1].range, indices.back().range),
                          Twine(indices.size()) + " indices for " +
                              (shape.isMatrix ? "a matrix" : "a vector"));
    report.note(describe(base));
    return {};
  }
  if (shape.isMatrix) {
    std::optional<Span> rows = span(indices[0], shape.rows, base);
    std::optional<Span> cols = Span{0, shape.cols, true};
    if (indices.size() == 2)
      cols = span(indices[1], shape.cols, base);
    if (!rows || !cols)
      return {};
    return matrixBlock(base.value, *rows, *cols, range);
  }
  const SubscriptIndex &index = indices.front();
  if (!index.isSlice) {
    Operand position{evaluate(*index.first), index.first};
    if (!checkOperands(position))
      return {};
    if (!position.value.isLiteral())
      return dynamicElement(subscript, base, position);
  }
  std::optional<Span> taken = span(index, shape.dim(), base);
  if (!taken)
    return {};
  return slice(base.value, taken->first, vectorShape(taken->size), range);
}
