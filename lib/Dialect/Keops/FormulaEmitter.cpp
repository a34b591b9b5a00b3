//===- FormulaEmitter.cpp - record strings become operations
//---------------===//

#include "keops/Dialect/Keops/FormulaEmitter.h"

#include "keops/Dialect/Keops/Keops.h"
#include "keops/Formula/Parser.h"

#include <mutex>

using namespace mlir;
using namespace keops;

/// Each string is parsed once per process; keopsc may compile on several
/// threads.
static const Expr *parseCached(StringRef formula) {
  static std::mutex mutex;
  static llvm::StringMap<std::unique_ptr<ParsedExpression>> cache;
  std::lock_guard<std::mutex> lock(mutex);
  auto &entry = cache[formula];
  if (!entry) {
    auto parsed = ParsedExpression::parse(formula, "<record>");
    if (!parsed)
      llvm::report_fatal_error(parsed.takeError());
    entry = std::move(*parsed);
  }
  return entry->root();
}

Value FormulaEmitter::emit(StringRef formula, const Bindings &names) {
  return typed(evaluate(parseCached(formula), names), hint);
}

/// The numbers whose value is that of the element type.
static bool isTypedConstant(StringRef name) {
  return name == "inf" || name == "nan" || name == "highest" ||
         name == "lowest" || name == "pi";
}

FormulaEmitter::Term FormulaEmitter::name(StringRef name,
                                          const Bindings &names) {
  Term term;
  term.value = names.lookup(name);
  if (term.value)
    return term;
  if (!isTypedConstant(name))
    llvm::report_fatal_error("unknown name in a record: " + Twine(name));
  term.constant = name;
  return term;
}

FormulaEmitter::Term FormulaEmitter::evaluate(const Expr *expr,
                                              const Bindings &names) {
  Term term;
  if (auto *integer = dyn_cast<IntegerExpr>(expr)) {
    term.number = static_cast<double>(integer->value);
    return term;
  }
  if (auto *real = dyn_cast<RealExpr>(expr)) {
    term.number = real->value;
    return term;
  }
  if (auto *reference = dyn_cast<NameExpr>(expr))
    return name(reference->name, names);
  if (auto *operation = dyn_cast<UnaryExpr>(expr))
    return unary(operation, names);
  if (auto *operation = dyn_cast<BinaryExpr>(expr)) {
    Term lhs = evaluate(operation->lhs, names);
    Term rhs = evaluate(operation->rhs, names);
    term.value = apply(primitiveName(operation->op), {lhs, rhs});
    return term;
  }
  if (auto *function = dyn_cast<CallExpr>(expr))
    return call(function, names);
  if (auto *let = dyn_cast<LetExpr>(expr)) {
    Bindings inner = names;
    for (const LetBinding &binding : let->bindings) {
      Term bound = evaluate(binding.value, inner);
      inner[binding.name.name] =
          bound.value ? bound.value : number(bound, hint);
    }
    return evaluate(let->body, inner);
  }
  llvm::report_fatal_error("a record's formula uses an unsupported form");
}

FormulaEmitter::Term FormulaEmitter::unary(const UnaryExpr *expr,
                                           const Bindings &names) {
  Term operand = evaluate(expr->operand, names);
  if (!operand.value && expr->op == UnaryOp::Negate) {
    operand.number = -operand.number;
    operand.negated = !operand.negated;
    return operand;
  }
  Term term;
  term.value = apply(primitiveName(expr->op), {operand});
  return term;
}

FormulaEmitter::Term FormulaEmitter::call(const CallExpr *expr,
                                          const Bindings &names) {
  SmallVector<Term> args;
  for (const Expr *arg : expr->args)
    args.push_back(evaluate(arg, names));
  StringRef callee = expr->callee.name;
  if (callee == "poly")
    return horner(args);
  Term term;
  if (callee == "where" || callee == "select")
    term.value = select(args);
  else
    term.value = apply(callee, args);
  return term;
}

/// poly(x, c0, ..., cn) = c0 + x (c1 + x (... + x cn)), one multiply-add per
/// step.
FormulaEmitter::Term FormulaEmitter::horner(ArrayRef<Term> args) {
  Term sum = args.back();
  for (const Term &coefficient : llvm::reverse(args.drop_front().drop_back())) {
    Term next;
    next.value = apply("muladd", {sum, args.front(), coefficient});
    sum = next;
  }
  return sum;
}

VectorType FormulaEmitter::commonType(ArrayRef<Term> terms) const {
  VectorType common;
  for (const Term &term : terms)
    if (term.value) {
      auto type = cast<VectorType>(term.value.getType());
      if (!common || common.getElementType().isInteger(1))
        common = type;
    }
  return common ? common : hint;
}

/// A number in a type: rounded once for floats, clamped for integers.
Value FormulaEmitter::number(const Term &term, VectorType type) {
  Type element = type.getElementType();
  Attribute value;
  if (auto floatType = dyn_cast<FloatType>(element)) {
    const llvm::fltSemantics &semantics = floatType.getFloatSemantics();
    llvm::APFloat result(term.number);
    bool lost = false;
    result.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &lost);
    if (term.constant == "inf")
      result = llvm::APFloat::getInf(semantics, term.negated);
    else if (term.constant == "nan")
      result = llvm::APFloat::getQNaN(semantics);
    else if (term.constant == "highest")
      result = llvm::APFloat::getLargest(semantics, term.negated);
    else if (term.constant == "lowest")
      result = llvm::APFloat::getLargest(semantics, !term.negated);
    else if (term.constant == "pi")
      result = llvm::APFloat(semantics, "3.14159265358979323846");
    value = FloatAttr::get(element, result);
  } else {
    unsigned width = element.getIntOrFloatBitWidth();
    llvm::APInt result(width,
                       static_cast<uint64_t>(static_cast<int64_t>(term.number)),
                       /*isSigned=*/true, /*implicitTrunc=*/true);
    bool high = (term.constant == "lowest") == term.negated;
    if (!term.constant.empty())
      result = high ? llvm::APInt::getSignedMaxValue(width)
                    : llvm::APInt::getSignedMinValue(width);
    value = IntegerAttr::get(element, result);
  }
  return ConstantOp::create(builder, loc, type,
                            cast<ElementsAttr>(DenseElementsAttr::get(
                                cast<ShapedType>(type), value)));
}

Value FormulaEmitter::typed(const Term &term, VectorType type) {
  if (!term.value)
    return number(term, type);
  if (term.value.getType() == type)
    return term.value;
  if (cast<VectorType>(term.value.getType()).getElementType().isInteger(1) &&
      !type.getElementType().isInteger(1))
    return CastOp::create(builder, loc, type, term.value);
  return term.value;
}

static bool givesCondition(StringRef primitive) {
  return llvm::is_contained({"lt", "le", "gt", "ge", "eq", "ne", "isnan"},
                            primitive);
}

Value FormulaEmitter::apply(StringRef primitive, ArrayRef<Term> operands) {
  VectorType type = commonType(operands);
  SmallVector<Value> values;
  for (const Term &operand : operands)
    values.push_back(typed(operand, type));
  VectorType result = type;
  if (givesCondition(primitive))
    result = VectorType::get(type.getShape(), builder.getI1Type());
  OperationState state(loc, ("keops." + primitive).str());
  state.addOperands(values);
  state.addTypes(result);
  return builder.create(state)->getResult(0);
}

Value FormulaEmitter::select(ArrayRef<Term> operands) {
  VectorType type = commonType(operands.drop_front());
  Value condition = operands[0].value;
  Value yes = typed(operands[1], type);
  Value no = typed(operands[2], type);
  OperationState state(loc, "keops.select");
  state.addOperands({condition, yes, no});
  state.addTypes(type);
  return builder.create(state)->getResult(0);
}
