//===- Evaluate.cpp - names, lets and calls -------------------------------===//

#include "Evaluator.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/SaveAndRestore.h"
#include <cmath>

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

/// Levels of expressions and inlined functions together.
static constexpr unsigned maxEvaluationDepth = 1500;
/// Operations one kernel may expand to.
static constexpr uint64_t maxSteps = 2000000;

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

void Evaluator::enter(Frame &kernelFrame, const CheckedKernel &checked) {
  builder = ProgramBuilder();
  inlined.clear();
  steps = 0;
  exhausted = false;
  kernel = &checked;
  frame = &kernelFrame;
  for (size_t i = 0; i < checked.variables.size(); ++i) {
    const CheckedArray &variable = checked.variables[i];
    Shape shape = variable.dims.size() == 2
                      ? matrixShape(variable.dims[0], variable.dims[1])
                      : vectorShape(variable.dims[0]);
    NodeId id = builder.variable(i, {variable.type, shape.dim()},
                                 variable.indices, variable.range);
    kernelFrame.locals[variable.name] = Value::ofRow(id, shape);
  }
}

Value Evaluator::evaluate(const Expr &expr) {
  if (broken.count(&expr) || exhausted)
    return {};
  llvm::SaveAndRestore<unsigned> deeper(depth, depth + 1);
  bool tooDeep = depth > maxEvaluationDepth;
  if (tooDeep || ++steps > maxSteps) {
    exhausted = true;
    if (tooDeep)
      error(expr.range,
            "formula of more than " + Twine(maxEvaluationDepth) + " levels")
          .note("functions are inlined; the levels of their bodies count");
    else
      error(expr.range,
            "formula of more than " + Twine(maxSteps) + " operations")
          .note("functions are inlined at each use");
    return {};
  }
  return evaluateKind(expr);
}

Value Evaluator::evaluateKind(const Expr &expr) {
  switch (expr.kind) {
  case Expr::Kind::Error:
    return {};
  case Expr::Kind::Integer:
    return Value::ofLiteral(
        Number::ofInteger(llvm::cast<IntegerExpr>(expr).value));
  case Expr::Kind::Real:
    return Value::ofLiteral(Number::ofReal(llvm::cast<RealExpr>(expr).value));
  case Expr::Kind::String:
    error(expr.range, "a string cannot stand in a formula");
    return {};
  case Expr::Kind::Name:
    return evaluateName(llvm::cast<NameExpr>(expr));
  case Expr::Kind::Unary:
    return evaluateUnary(llvm::cast<UnaryExpr>(expr));
  case Expr::Kind::Binary:
    return evaluateBinary(llvm::cast<BinaryExpr>(expr));
  case Expr::Kind::Call:
    return evaluateCall(llvm::cast<CallExpr>(expr));
  case Expr::Kind::Subscript:
    return evaluateSubscript(llvm::cast<SubscriptExpr>(expr));
  case Expr::Kind::Concat:
    return evaluateConcat(llvm::cast<ConcatExpr>(expr));
  case Expr::Kind::Let:
    return evaluateLet(llvm::cast<LetExpr>(expr));
  case Expr::Kind::Tuple:
    return evaluateTuple(llvm::cast<TupleExpr>(expr));
  }
  return {};
}

Value Evaluator::evaluateName(const NameExpr &name) {
  auto local = frame->locals.find(name.name);
  if (local != frame->locals.end())
    return local->second;
  Lookup found = lookup(program, *frame->file, name.name);
  if (found.symbol && found.symbol->constant)
    return constant(*found.symbol);
  return builtinValue(name);
}

Value Evaluator::builtinValue(const NameExpr &name) {
  StringRef text = name.name;
  if (text == "pi")
    return Value::ofLiteral(Number::ofReal(M_PI));
  if (text == "inf")
    return Value::ofLiteral(Number::ofReal(HUGE_VAL));
  if (text == "nan")
    return Value::ofLiteral(Number::ofReal(NAN));
  bool isSize = text.starts_with("size_");
  if (!isSize && !text.starts_with("index_"))
    return {};
  if (!kernel) {
    error(name.range, "'" + text + "' is known only when the kernel runs")
        .note("the value of a constant is known to the compiler");
    return {};
  }
  Node node;
  node.kind = isSize ? Node::Kind::Size : Node::Kind::Index;
  node.axis = text.ends_with("i") ? IndexSet::I : IndexSet::J;
  node.row = {isSize ? options.dtype : ElementType::I64, 1};
  node.indices = isSize ? IndexSet::None : node.axis;
  node.range = visible(name.range);
  return Value::ofRow(builder.add(std::move(node)), vectorShape(1));
}

Value Evaluator::evaluateLet(const LetExpr &let) {
  // The frame is shared by the whole body: shadowed names come back after it.
  auto &locals = frame->locals;
  llvm::SmallVector<std::pair<StringRef, std::optional<Value>>> shadowed;
  for (const LetBinding &binding : let.bindings) {
    Value value = evaluate(*binding.value);
    auto outer = locals.find(binding.name.name);
    shadowed.emplace_back(binding.name.name,
                          outer == locals.end()
                              ? std::nullopt
                              : std::optional<Value>(outer->second));
    locals[binding.name.name] = std::move(value);
  }
  Value result = evaluate(*let.body);
  for (auto &[name, outer] : llvm::reverse(shadowed)) {
    if (outer)
      locals[name] = std::move(*outer);
    else
      locals.erase(name);
  }
  return result;
}

Value Evaluator::evaluateTuple(const TupleExpr &tuple) {
  Value result;
  result.kind = Value::Kind::Tuple;
  for (const Expr *part : tuple.parts) {
    Value value = evaluate(*part);
    if (value.kind == Value::Kind::Tuple)
      result.parts.insert(result.parts.end(), value.parts.begin(),
                          value.parts.end());
    else
      result.parts.push_back(std::move(value));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

Value Evaluator::evaluateCall(const CallExpr &call) {
  Callee callee =
      findCallee(program, *frame->file, call.callee.name, call.args.size());
  if (call.args.size() < callee.minArgs || call.args.size() > callee.maxArgs)
    return {};
  llvm::SmallVector<Operand, 4> args;
  for (const Expr *arg : call.args)
    args.push_back({evaluate(*arg), arg});
  switch (callee.kind) {
  case Callee::Kind::Unknown:
  case Callee::Kind::Unsupported:
    return {};
  case Callee::Kind::Definition:
    return callDefinition(*callee.definition, call, args);
  case Callee::Kind::Vector:
    if (!checkOperands(args))
      return {};
    return (this->*callee.vector->evaluate)(call, args);
  case Callee::Kind::Primitive: {
    for (StringRef text : callee.primitive->defaults.take_back(
             callee.maxArgs - call.args.size())) {
      double value = 0;
      text.getAsDouble(value);
      Number number = Number::ofReal(value);
      if (std::optional<int64_t> integer = number.asInteger())
        number = Number::ofInteger(*integer);
      args.push_back({Value::ofLiteral(number), &call});
    }
    return elementwise(*callee.primitive, call, call.callee.range, args);
  }
  case Callee::Kind::Reduction:
    return evaluateReduction(call, callee, args);
  }
  return {};
}

/// Tells values apart as far as a function can see.
static void addKey(const Value &value, std::string &key) {
  auto put = [&](int64_t bits) {
    key.append(reinterpret_cast<const char *>(&bits), sizeof bits);
  };
  put(int64_t(value.kind));
  if (value.isLiteral()) {
    put(value.literal.isInteger);
    put(value.literal.integer);
    put(llvm::bit_cast<int64_t>(value.literal.real));
  } else if (value.isRow()) {
    put(value.node);
    put(value.shape.rows);
    put(value.shape.isMatrix ? value.shape.cols : 0);
  }
  put(value.parts.size());
  for (const Value &part : value.parts)
    addKey(part, key);
}

Value Evaluator::callDefinition(Symbol &symbol, const CallExpr &call,
                                Operands args) {
  const DefDecl &def = *symbol.def;
  if (def.params.size() != args.size())
    return {};
  if (symbol.isRecursive) // Reported where it is defined.
    return {};
  std::string key;
  const void *identity = &symbol;
  key.append(reinterpret_cast<const char *>(&identity), sizeof identity);
  for (const Operand &arg : args)
    addKey(arg.value, key);
  auto known = inlined.find(key);
  if (known != inlined.end())
    return known->second;

  Frame inner;
  inner.file = symbol.file;
  inner.call = &call;
  inner.args = args;
  inner.caller = frame;
  for (size_t i = 0; i < args.size(); ++i)
    inner.locals[def.params[i].name] = args[i].value;
  Value result;
  {
    llvm::SaveAndRestore<Frame *> enterFrame(frame, &inner);
    result = evaluate(*def.body);
  }
  inlined[key] = result;
  return result;
}

Value Evaluator::callPrelude(StringRef name, const CallExpr &call,
                             Operands args) {
  Symbol *symbol = program.prelude().symbols.lookup(name);
  assert(symbol && "the prelude lacks a definition");
  return callDefinition(*symbol, call, args);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value Evaluator::constant(Symbol &symbol) {
  using State = Symbol::State;
  if (symbol.state == State::Known)
    return Value::ofLiteral(symbol.value);
  if (symbol.state == State::Broken)
    return {};
  const Identifier &name = symbol.name;
  if (symbol.state == State::Computing) {
    error(name.range,
          "the value of constant '" + name.name + "' depends on itself");
    symbol.state = State::Broken;
    return {};
  }
  const Expr *expr = symbol.override ? symbol.override : symbol.constant->value;
  if (!expr) {
    symbol.state = State::Broken;
    error(name.range, "constant '" + name.name + "' has no value")
        .repair("give it one with '-D " + name.name + "=VALUE'");
    return {};
  }
  symbol.state = State::Computing;
  // Constants do not see the kernel that uses them.
  Frame outside;
  outside.file = symbol.override ? &program.main() : symbol.file;
  Value value;
  {
    llvm::SaveAndRestore<Frame *> noFrame(frame, &outside);
    llvm::SaveAndRestore<const CheckedKernel *> noKernel(kernel, nullptr);
    value = evaluate(*expr);
    if (!value.isPoison() && !value.isLiteral())
      error(expr->range,
            "the value of constant '" + name.name + "' is not a number")
          .note("constants are built from numbers, constants and functions of "
                "one number");
  }
  bool known = value.isLiteral() && symbol.state != State::Broken;
  symbol.state = known ? State::Known : State::Broken;
  symbol.value = value.literal;
  return known ? value : Value();
}

std::optional<int64_t> Evaluator::constantInteger(const Operand &operand,
                                                  StringRef what, int64_t low,
                                                  int64_t high) {
  const Value &value = operand.value;
  SourceRange range = operand.expr->range;
  if (value.isPoison())
    return std::nullopt;
  if (!value.isLiteral()) {
    error(range, "the " + what + " must be a constant")
        .note("'" + excerpt(*operand.expr) +
              "' is known only when the kernel runs");
    return std::nullopt;
  }
  std::optional<int64_t> integer = value.literal.asInteger();
  if (!integer) {
    error(range, "the " + what + " must be an integer, found " +
                     toString(value.literal))
        .repair("round it with 'floor' or 'ceil'");
    return std::nullopt;
  }
  if (*integer < low || *integer > high) {
    error(range, "the " + what + " must be between " + Twine(low) + " and " +
                     Twine(high) + ", found " + Twine(*integer));
    return std::nullopt;
  }
  return integer;
}

std::optional<int64_t> Evaluator::dimension(const Expr &expr,
                                            const SourceFile &file) {
  Frame outside;
  outside.file = &file;
  llvm::SaveAndRestore<Frame *> noFrame(frame, &outside);
  llvm::SaveAndRestore<const CheckedKernel *> noKernel(kernel, nullptr);
  return constantInteger({evaluate(expr), &expr}, "dimension", 1, maxDimension);
}
