//===- Components.cpp - subscripts and functions of the components --------===//

#include "Evaluator.h"

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Folds over components
//===----------------------------------------------------------------------===//

/// keops.NAME of all components; `result` is the type of a result that is not
/// of the operand's.
Value Evaluator::fold1(StringRef name, const CallExpr &call, const Operand &arg,
                       std::optional<ElementType> result) {
  ElementType type = numberType(arg);
  SourceRange range = visible(call.range);
  int64_t dim = arg.value.isLiteral() ? 1 : arg.value.shape.dim();
  NodeId id = materialise(arg.value, type, dim, range);
  return Value::ofRow(builder.op(name, id, {result.value_or(type), 1}, range),
                      vectorShape(1));
}

Value Evaluator::componentSum(const CallExpr &call, Operands args) {
  if (args[0].value.isLiteral())
    return args[0].value;
  // A number is its own sum.
  if (args[0].value.shape.dim() == 1)
    return Value::ofRow(materialise(args[0].value, numberType(args), 1, {}),
                        vectorShape(1));
  return fold1("sum", call, args[0], std::nullopt);
}

Value Evaluator::componentMin(const CallExpr &call, Operands args) {
  return args[0].value.isLiteral() ? args[0].value
                                   : fold1("vmin", call, args[0], std::nullopt);
}

Value Evaluator::componentMax(const CallExpr &call, Operands args) {
  return args[0].value.isLiteral() ? args[0].value
                                   : fold1("vmax", call, args[0], std::nullopt);
}

Value Evaluator::componentArgMin(const CallExpr &call, Operands args) {
  return fold1("vargmin", call, args[0], ElementType::I64);
}

Value Evaluator::componentArgMax(const CallExpr &call, Operands args) {
  return fold1("vargmax", call, args[0], ElementType::I64);
}

//===----------------------------------------------------------------------===//
// Rows of other dimensions
//===----------------------------------------------------------------------===//

Value Evaluator::iota(const CallExpr &call, Operands args) {
  std::optional<int64_t> dim =
      constantInteger(args[0], "dimension", 1, maxDimension);
  if (!dim)
    return {};
  return Value::ofRow(
      builder.op("iota", {}, {ElementType::I64, *dim}, visible(call.range)),
      vectorShape(*dim));
}

Value Evaluator::repeat(const CallExpr &call, Operands args) {
  std::optional<int64_t> dim =
      constantInteger(args[1], "dimension", 1, maxDimension);
  if (!dim)
    return {};
  const Value &value = args[0].value;
  if (value.isRow() && value.shape.dim() != 1) {
    error(args[0].expr->range, "'repeat' repeats a number, found dimension " +
                                   Twine(value.shape.dim()))
        .note(describe(args[0]));
    return {};
  }
  NodeId id =
      materialise(value, numberType(args[0]), *dim, visible(call.range));
  return Value::ofRow(id, vectorShape(*dim));
}

/// A vector of zeros that holds `f` from `start` on.
Value Evaluator::extractT(const CallExpr &call, Operands args) {
  std::optional<int64_t> total =
      constantInteger(args[2], "dimension", 1, maxDimension);
  int64_t dim = args[0].value.isLiteral() ? 1 : args[0].value.shape.dim();
  if (!total)
    return {};
  if (dim > *total) {
    error(call.callee.range,
          "dimension " + Twine(dim) + " does not fit in " + Twine(*total))
        .highlight(args[0].expr->range)
        .highlight(args[2].expr->range)
        .note(describe(args[0]));
    return {};
  }
  std::optional<int64_t> start =
      constantInteger(args[1], "position", 0, *total - dim);
  if (!start)
    return {};
  SourceRange range = visible(call.range);
  ElementType type = numberType(args[0]);
  Value zero = Value::ofLiteral(Number::ofInteger(0));
  llvm::SmallVector<NodeId, 3> rows;
  if (*start > 0)
    rows.push_back(materialise(zero, type, *start, range));
  rows.push_back(materialise(args[0].value, type, dim, range));
  if (int64_t rest = *total - dim - *start)
    rows.push_back(materialise(zero, type, rest, range));
  NodeId id = rows.size() == 1
                  ? rows.front()
                  : builder.op("concat", rows, {type, *total}, range);
  return Value::ofRow(id, vectorShape(*total));
}

Value Evaluator::roundDigits(const CallExpr &call, Operands args) {
  std::optional<int64_t> digits =
      constantInteger(args[1], "number of digits", -300, 300);
  if (!digits)
    return {};
  Folded scale =
      foldConstants("pow", {Number::ofReal(10), Number::ofInteger(*digits)});
  Operand scaled[] = {args[0], {Value::ofLiteral(scale.value), args[1].expr}};
  return callPrelude("_round_scaled", call, scaled);
}

Value Evaluator::weightedSqNorm(const CallExpr &call, Operands args) {
  auto dimOf = [](const Value &value) {
    return value.isLiteral() ? 1 : value.shape.dim();
  };
  int64_t weights = dimOf(args[0].value), dim = dimOf(args[1].value);
  if (weights == 1)
    return callPrelude("_wsqnorm_number", call, args);
  if (weights == dim)
    return callPrelude("_wsqnorm_diagonal", call, args);
  if (weights == dim * dim)
    return callPrelude("_wsqnorm_full", call, args);
  error(call.callee.range, "the weight of 'wsqnorm' has dimension " +
                               Twine(weights) + ", the vector has dimension " +
                               Twine(dim))
      .highlight(args[0].expr->range)
      .highlight(args[1].expr->range)
      .note("the weight is a number, a diagonal (dimension " + Twine(dim) +
            ") or a matrix (dimension " + Twine(dim * dim) + ")");
  return {};
}

//===----------------------------------------------------------------------===//
// Concatenation
//===----------------------------------------------------------------------===//

Value Evaluator::evaluateConcat(const ConcatExpr &concat) {
  llvm::SmallVector<Operand, 4> parts;
  for (const Expr *part : concat.parts)
    parts.push_back({evaluate(*part), part});
  if (!checkOperands(parts))
    return {};
  ElementType type = numberType(parts);
  SourceRange range = visible(concat.range);
  llvm::SmallVector<NodeId, 4> rows;
  int64_t total = 0;
  for (const Operand &part : parts) {
    int64_t dim = part.value.isLiteral() ? 1 : part.value.shape.dim();
    rows.push_back(materialise(part.value, type, dim, range));
    total += dim;
    if (total > maxDimension) {
      error(concat.range,
            "vector of more than " + Twine(maxDimension) + " components");
      return {};
    }
  }
  NodeId id = rows.size() == 1
                  ? rows.front()
                  : builder.op("concat", rows, {type, total}, range);
  return Value::ofRow(id, vectorShape(total));
}
