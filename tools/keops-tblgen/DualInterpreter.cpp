//===- DualInterpreter.cpp - formulas with their derivatives --------------===//

#include "DualInterpreter.h"

#include "llvm/ADT/STLExtras.h"

using namespace keops;
using namespace keops::tblgen;
using llvm::ArrayRef;
using llvm::StringRef;

Dual DualInterpreter::call(StringRef name, ArrayRef<Dual> operands) const {
  llvm::SmallVector<double> values;
  for (const Dual &operand : operands)
    values.push_back(operand.value);
  Dual result{exact.call(name, values), 0};
  const ParsedPrimitive &primitive = *library.lookup(name);
  if (primitive.partials.empty())
    return result;
  Interpreter<double>::Environment names;
  for (auto [operand, value] : llvm::zip(primitive.source->operands, values))
    names[operand] = value;
  names["y"] = result.value;
  for (auto [partial, operand] : llvm::zip(primitive.partials, operands))
    result.tangent += exact.evaluate(*partial->root(), names) * operand.tangent;
  return result;
}

Dual DualInterpreter::evaluate(const Expr &expr,
                               const Environment &names) const {
  if (const auto *name = llvm::dyn_cast<NameExpr>(&expr)) {
    auto found = names.find(name->name);
    if (found != names.end())
      return found->second;
  }
  if (const auto *unary = llvm::dyn_cast<UnaryExpr>(&expr))
    return call(primitiveName(unary->op), evaluate(*unary->operand, names));
  if (const auto *binary = llvm::dyn_cast<BinaryExpr>(&expr))
    return call(primitiveName(binary->op),
                {evaluate(*binary->lhs, names), evaluate(*binary->rhs, names)});
  if (const auto *let = llvm::dyn_cast<LetExpr>(&expr)) {
    Environment inner = names;
    for (const LetBinding &binding : let->bindings)
      inner[binding.name.name] = evaluate(*binding.value, inner);
    return evaluate(*let->body, inner);
  }
  if (const auto *function = llvm::dyn_cast<CallExpr>(&expr)) {
    llvm::SmallVector<Dual> args;
    for (const Expr *arg : function->args)
      args.push_back(evaluate(*arg, names));
    StringRef name = function->callee.name;
    if (name != "poly")
      return call(name == "where" ? "select" : name, args);
    Dual sum = args.back();
    for (const Dual &coefficient :
         llvm::reverse(ArrayRef<Dual>(args).slice(1).drop_back()))
      sum = call("muladd", {sum, args[0], coefficient});
    return sum;
  }
  return {exact.evaluate(expr, {}), 0}; // A number.
}
