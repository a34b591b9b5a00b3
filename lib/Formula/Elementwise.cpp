//===- Elementwise.cpp - types, broadcasting, operators -------------------===//
//
// The rules of every element-wise operation, in one place: operands meet in one
// element type and one dimension (dimension 1 broadcasts), constants take the
// type of what they meet, integers stay integers where the primitive's record
// says so.
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SaveAndRestore.h"
#include <limits>

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static bool fitsI32(const Number &number) {
  return number.integer >= std::numeric_limits<int32_t>::min() &&
         number.integer <= std::numeric_limits<int32_t>::max();
}

ElementType Evaluator::meetingType(Operands operands) const {
  std::optional<ElementType> rows;
  bool realLiteral = false, literal = false, wideLiteral = false;
  for (const Operand &operand : operands) {
    if (operand.value.isRow()) {
      ElementType type = node(operand.value).row.type;
      rows = rows ? commonType(*rows, type) : type;
    } else if (operand.value.isLiteral()) {
      literal = true;
      realLiteral |= !operand.value.literal.isInteger;
      wideLiteral |=
          operand.value.literal.isInteger && !fitsI32(operand.value.literal);
    }
  }
  if (!rows)
    return options.dtype;
  if (*rows == ElementType::Bool && literal)
    return options.dtype;
  if (isInteger(*rows) && realLiteral)
    return options.dtype;
  if (*rows == ElementType::I32 && wideLiteral)
    return ElementType::I64;
  return *rows;
}

ElementType Evaluator::numberType(Operands operands) const {
  ElementType type = meetingType(operands);
  return type == ElementType::Bool ? options.dtype : type;
}

NodeId Evaluator::materialise(const Value &value, ElementType type, int64_t dim,
                              SourceRange range) {
  NodeId id = value.node;
  if (value.isLiteral() && value.literal.isInteger)
    id = builder.integer(value.literal.integer, type, range);
  else if (value.isLiteral())
    id = builder.real(value.literal.real, type, range);
  return builder.broadcast(builder.cast(id, type), dim);
}

NodeId Evaluator::materialiseCondition(const Value &value, int64_t dim,
                                       SourceRange range) {
  NodeId id = value.isLiteral() ? builder.integer(value.literal.isTrue(),
                                                  ElementType::Bool, range)
                                : builder.condition(value.node);
  return builder.broadcast(id, dim);
}

NodeId Evaluator::resultNode(const Value &value, SourceRange range) {
  if (value.isLiteral())
    return materialise(value, options.dtype, 1, range);
  bool isCondition = node(value).row.type == ElementType::Bool;
  return isCondition ? builder.cast(value.node, options.dtype) : value.node;
}

//===----------------------------------------------------------------------===//
// Dimensions
//===----------------------------------------------------------------------===//

bool Evaluator::checkOperands(Operands operands) {
  for (const Operand &operand : operands) {
    if (operand.value.isPoison())
      return false;
    if (operand.value.kind != Value::Kind::Tuple)
      continue;
    error(operand.expr->range, "'" + excerpt(*operand.expr) + "' is " +
                                   Twine(operand.value.parts.size()) +
                                   " values where one is needed")
        .note("several values can only be the results of a kernel")
        .repair("use a reduction that yields one of them, such as 'min_j' or "
                "'argmin_j' for 'min_argmin_j'");
    return false;
  }
  return true;
}

Operand Evaluator::blame(Operand operand) {
  while (operand.value.isRow()) {
    llvm::SmallVector<const Expr *, 2> parts;
    if (const auto *unary = llvm::dyn_cast<UnaryExpr>(operand.expr))
      parts = {unary->operand};
    else if (const auto *binary = llvm::dyn_cast<BinaryExpr>(operand.expr))
      parts = {binary->lhs, binary->rhs};
    std::optional<Operand> only;
    unsigned guilty = 0;
    for (const Expr *part : parts) {
      Value value = evaluate(*part);
      if (!value.isRow() || value.shape.dim() != operand.value.shape.dim())
        continue;
      only = Operand{value, part};
      ++guilty;
    }
    if (guilty != 1)
      break;
    operand = *only;
  }
  return operand;
}

void Evaluator::reportShapes(StringRef what, bool isOperator,
                             SourceRange opRange, Operands operands,
                             StringRef found) {
  llvm::SmallVector<Operand, 4> shown;
  for (const Operand &operand : operands)
    shown.push_back(blame(operand));
  // Inside the prelude, speak of the call the user wrote.
  std::string name = what.str();
  SourceRange place = visible(opRange);
  llvm::SaveAndRestore<Frame *> restoreFrame(frame);
  for (Frame *at = frame; at->file->isPrelude && at->call; at = at->caller) {
    name = at->call->callee.name.str();
    isOperator = false;
    shown.assign(at->args.begin(), at->args.end());
    frame = at->caller;
  }
  Report report =
      error(place, (isOperator ? "operands of '" : "arguments of '") + name +
                       "' have " + found);
  std::string note;
  const Operand *largest = nullptr;
  int64_t smallest = maxDimension;
  for (const Operand &each : shown) {
    report.highlight(each.expr->range);
    note += (note.empty() ? "" : ", ") + describe(each);
    int64_t dim = each.value.isRow() ? each.value.shape.dim() : 1;
    if (dim > 1)
      smallest = std::min(smallest, dim);
    if (!largest || dim > largest->value.shape.dim())
      largest = &each;
  }
  report.note(note + "; only dimension 1 broadcasts");
  bool isName = largest && llvm::isa<NameExpr>(largest->expr);
  if (isName && !largest->value.shape.isMatrix &&
      smallest < largest->value.shape.dim()) {
    std::string part =
        (excerpt(*largest->expr) + "[0:" + Twine(smallest) + "]").str();
    report.repair("take part of the longer one: '" + part + "'",
                  largest->expr->range, part);
  }
}

std::optional<Shape> Evaluator::commonShape(StringRef what, bool isOperator,
                                            SourceRange opRange,
                                            Operands operands) {
  Shape shape;
  for (const Operand &operand : operands) {
    if (operand.value.isLiteral() || operand.value.shape.dim() == 1)
      continue;
    const Shape &other = operand.value.shape;
    bool sameDim = shape.dim() == other.dim();
    bool bothMatrices = shape.isMatrix && other.isMatrix;
    if (shape.dim() == 1 || (sameDim && !shape.isMatrix)) {
      shape = other;
      continue;
    }
    if (sameDim && (!bothMatrices || shape == other))
      continue;
    reportShapes(what, isOperator, opRange, operands,
                 bothMatrices ? "shapes " + keops::describe(shape) + " and " +
                                    keops::describe(other)
                              : ("dimensions " + Twine(shape.dim()) + " and " +
                                 Twine(other.dim()))
                                    .str());
    return std::nullopt;
  }
  return shape;
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Value Evaluator::fold(StringRef name, const Expr &expr, Operands operands,
                      bool &isFolded) {
  llvm::SmallVector<Number, 4> numbers;
  isFolded = false;
  for (const Operand &operand : operands) {
    if (!operand.value.isLiteral())
      return {};
    numbers.push_back(operand.value.literal);
  }
  Folded folded = foldConstants(name, numbers);
  isFolded = folded.status != Folded::NotConstant;
  if (folded.status == Folded::Done)
    return Value::ofLiteral(folded.value);
  if (folded.status == Folded::Overflow)
    error(expr.range, "integer constant does not fit 64 bits")
        .repair("write a real number, such as '1.0'");
  return {};
}

Value Evaluator::elementwise(const PrimitiveRecord &record, const Expr &expr,
                             SourceRange opRange, Operands operands) {
  if (!checkOperands(operands))
    return {};
  bool isFolded = false;
  Value folded = fold(record.name, expr, operands, isFolded);
  if (isFolded)
    return folded;
  const auto *call = llvm::dyn_cast<CallExpr>(&expr);
  bool isOperator = !call;
  StringRef what =
      call ? call->callee.name : diagnostics.sourceManager().text(opRange);
  std::optional<Shape> shape = commonShape(what, isOperator, opRange, operands);
  if (!shape)
    return {};

  llvm::SmallVector<Operand, 4> numbers;
  for (auto [operand, kind] : llvm::zip(operands, record.operandKinds))
    if (kind == OperandKind::Number)
      numbers.push_back(operand);
  ElementType type = meetingType(numbers);
  bool isSelection = record.name == "select";
  if (type == ElementType::Bool && !isSelection)
    type = options.dtype;
  if (isInteger(type) && !record.actsOnIntegers())
    type = options.dtype;

  SourceRange range = visible(expr.range);
  llvm::SmallVector<NodeId, 4> ids;
  for (auto [operand, kind] : llvm::zip(operands, record.operandKinds))
    ids.push_back(kind == OperandKind::Mask
                      ? materialiseCondition(operand.value, shape->dim(), range)
                      : materialise(operand.value, type, shape->dim(), range));
  bool isCondition = record.resultKind == OperandKind::Mask;
  RowType row{isCondition ? ElementType::Bool : type, shape->dim()};
  return Value::ofRow(builder.op(record.name, ids, row, range), *shape);
}

Value Evaluator::where(const CallExpr &call, Operands args) {
  if (!args[0].value.isLiteral())
    return elementwise(*lookupPrimitive("select"), call, call.callee.range,
                       args);
  // The choice is known; the types and dimensions must still fit.
  bool first = args[0].value.literal.isTrue();
  Operands branches = args.drop_front();
  if (branches[0].value.isLiteral() && branches[1].value.isLiteral())
    return branches[first ? 0 : 1].value;
  std::optional<Shape> shape =
      commonShape("where", false, call.callee.range, branches);
  if (!shape)
    return {};
  NodeId id = materialise(branches[first ? 0 : 1].value, numberType(branches),
                          shape->dim(), visible(call.range));
  return Value::ofRow(id, *shape);
}

Value Evaluator::evaluateUnary(const UnaryExpr &unary) {
  Operand operand{evaluate(*unary.operand), unary.operand};
  return elementwise(*lookupPrimitive(primitiveName(unary.op)), unary,
                     unary.opRange, operand);
}

Value Evaluator::evaluateBinary(const BinaryExpr &binary) {
  Operand operands[] = {{evaluate(*binary.lhs), binary.lhs},
                        {evaluate(*binary.rhs), binary.rhs}};
  if (binary.op == BinaryOp::Power)
    return power(binary, operands);
  return elementwise(*lookupPrimitive(primitiveName(binary.op)), binary,
                     binary.opRange, operands);
}

//===----------------------------------------------------------------------===//
// Powers
//===----------------------------------------------------------------------===//

Value Evaluator::power(const BinaryExpr &binary, Operands operands) {
  if (!checkOperands(operands))
    return {};
  const Value &exponent = operands[1].value;
  std::optional<int64_t> integer;
  if (exponent.isLiteral() && operands[0].value.isRow())
    integer = exponent.literal.asInteger();
  if (integer)
    return integerPower(operands[0], *integer, visible(binary.range));
  return elementwise(*lookupPrimitive("pow"), binary, binary.opRange, operands);
}

/// x^n by repeated squaring: the binary digits of n from the lowest.
Value Evaluator::integerPower(const Operand &base, int64_t exponent,
                              SourceRange range) {
  ElementType type = numberType(base);
  if (exponent < 0 && !isReal(type))
    type = options.dtype;
  Shape shape = base.value.shape;
  RowType row{type, shape.dim()};
  NodeId square = materialise(base.value, type, shape.dim(), range);
  NodeId one = materialise(Value::ofLiteral(Number::ofInteger(1)), type,
                           shape.dim(), range);
  if (exponent == 0) {
    // 1 for each x: the index set of x remains.
    NodeId mask = builder.op("eq", {square, square},
                             {ElementType::Bool, shape.dim()}, range);
    return Value::ofRow(builder.op("select", {mask, one, one}, row, range),
                        shape);
  }
  uint64_t digits = exponent < 0 ? 0 - uint64_t(exponent) : uint64_t(exponent);
  std::optional<NodeId> product;
  while (true) {
    if (digits & 1)
      product =
          product ? builder.op("mul", {*product, square}, row, range) : square;
    digits >>= 1;
    if (digits == 0)
      break;
    square = builder.op("mul", {square, square}, row, range);
  }
  if (exponent < 0)
    product = builder.op("div", {one, *product}, row, range);
  return Value::ofRow(*product, shape);
}
