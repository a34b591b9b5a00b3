//===- Library.cpp - parsing and static checks of the formulas ------------===//

#include "Library.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Record.h"

using namespace keops;
using namespace keops::tblgen;
using llvm::ArrayRef;
using llvm::dyn_cast;
using llvm::StringRef;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Names and kinds
//===----------------------------------------------------------------------===//

namespace {

/// Finds the first mistake of one formula. Kinds are numbers and conditions.
class FormulaCheck {
public:
  FormulaCheck(const Library &library, bool kindsMatter)
      : library(library), kindsMatter(kindsMatter) {}

  void define(StringRef name, bool isMask) { kinds[name] = isMask; }
  void checkWhole(const Expr &formula, bool wantMask) {
    expectKind(formula, wantMask, "the formula");
  }
  const std::string &error() const { return message; }

private:
  /// Whether the value is a condition; the first error stays.
  bool visit(const Expr &expr);
  bool visitCall(const CallExpr &call);
  bool visitLet(const LetExpr &let);
  bool visitOperator(StringRef primitive, ArrayRef<const Expr *> operands);
  void expectKind(const Expr &expr, bool wantMask, const Twine &what);
  bool fail(const Twine &text) {
    if (message.empty())
      message = text.str();
    return false;
  }

  const Library &library;
  bool kindsMatter;
  llvm::StringMap<bool> kinds;
  std::string message;
};

} // namespace

void FormulaCheck::expectKind(const Expr &expr, bool wantMask,
                              const Twine &what) {
  bool isMask = visit(expr);
  if (kindsMatter && isMask != wantMask)
    fail(what + (wantMask ? " must be a condition" : " must be a number"));
}

bool FormulaCheck::visitOperator(StringRef name,
                                 ArrayRef<const Expr *> operands) {
  const ParsedPrimitive *primitive = library.lookup(name);
  if (!primitive)
    return fail("unknown name '" + name + "'");
  const Primitive &source = *primitive->source;
  unsigned most = source.operands.size();
  unsigned least = most - source.defaults.size();
  if (operands.size() < least || operands.size() > most)
    return fail("'" + name + "' takes " + Twine(most) + " operands, " +
                Twine(operands.size()) + " given");
  // `where` over conditions is a condition.
  if (name == "select") {
    expectKind(*operands[0], true, "the first operand of 'where'");
    bool isMask = visit(*operands[1]);
    expectKind(*operands[2], isMask, "the last operand of 'where'");
    return isMask;
  }
  for (auto [number, operand] : llvm::enumerate(operands))
    expectKind(*operand, source.operandIsMask[number],
               "operand " + Twine(number + 1) + " of '" + name + "'");
  return source.resultIsMask;
}

bool FormulaCheck::visitCall(const CallExpr &call) {
  StringRef name = call.callee.name;
  if (name == "poly") {
    if (call.args.size() < 2)
      return fail("'poly' needs a variable and coefficients");
    for (const Expr *arg : call.args)
      expectKind(*arg, false, "an operand of 'poly'");
    return false;
  }
  return visitOperator(name == "where" ? "select" : name, call.args);
}

bool FormulaCheck::visitLet(const LetExpr &let) {
  llvm::StringMap<bool> outer = kinds;
  for (const LetBinding &binding : let.bindings)
    kinds[binding.name.name] = visit(*binding.value);
  bool isMask = visit(*let.body);
  kinds = std::move(outer);
  return isMask;
}

bool FormulaCheck::visit(const Expr &expr) {
  switch (expr.kind) {
  case Expr::Kind::Integer:
  case Expr::Kind::Real:
    return false;
  case Expr::Kind::Name: {
    StringRef name = llvm::cast<NameExpr>(expr).name;
    if (name == "pi" || name == "inf" || name == "nan")
      return false;
    auto found = kinds.find(name);
    if (found == kinds.end())
      return fail("unknown name '" + name + "'");
    return found->second;
  }
  case Expr::Kind::Unary: {
    const auto &unary = llvm::cast<UnaryExpr>(expr);
    return visitOperator(primitiveName(unary.op), unary.operand);
  }
  case Expr::Kind::Binary: {
    const auto &binary = llvm::cast<BinaryExpr>(expr);
    return visitOperator(primitiveName(binary.op), {binary.lhs, binary.rhs});
  }
  case Expr::Kind::Call:
    return visitCall(llvm::cast<CallExpr>(expr));
  case Expr::Kind::Let:
    return visitLet(llvm::cast<LetExpr>(expr));
  default:
    return fail("only numbers, names, operators, calls and 'let' can stand in "
                "the formula of a record");
  }
}

std::string Library::check(const Expr &formula, ArrayRef<StringRef> names,
                           ArrayRef<StringRef> masks, bool resultIsMask) const {
  FormulaCheck check(*this, /*kindsMatter=*/true);
  for (StringRef name : names)
    check.define(name, false);
  for (StringRef name : masks)
    check.define(name, true);
  check.checkWhole(formula, resultIsMask);
  return check.error();
}

std::string Library::checkNames(const Expr &formula,
                                ArrayRef<StringRef> names) const {
  FormulaCheck check(*this, /*kindsMatter=*/false);
  for (StringRef name : names)
    check.define(name, false);
  check.checkWhole(formula, false);
  return check.error();
}

//===----------------------------------------------------------------------===//
// The library
//===----------------------------------------------------------------------===//

Library::Library(ArrayRef<Primitive> primitives) {
  parsed.resize(primitives.size());
  for (auto [number, source] : llvm::enumerate(primitives)) {
    parsed[number].source = &source;
    if (!index.try_emplace(source.name, number).second) {
      llvm::PrintError(source.record,
                       "a second primitive named '" + source.name + "'");
      valid = false;
    }
  }
  for (ParsedPrimitive &primitive : parsed)
    parse(primitive);
  if (!valid)
    return;
  for (const ParsedPrimitive &primitive : parsed)
    checkAll(primitive);
  if (valid)
    checkCycles();
}

const ParsedPrimitive *Library::lookup(StringRef name) const {
  auto found = index.find(name);
  return found == index.end() ? nullptr : &parsed[found->second];
}

void Library::parse(ParsedPrimitive &primitive) {
  const Primitive &source = *primitive.source;
  auto parseOne = [&](StringRef text, const Twine &field) -> Formula {
    if (text.empty())
      return nullptr;
    auto formula =
        ParsedExpression::parse(text, (source.name + "." + field).str());
    if (formula)
      return std::move(*formula);
    llvm::PrintError(source.record, toString(formula.takeError()));
    valid = false;
    return nullptr;
  };
  primitive.value32 = parseOne(source.valueFor(32), source.valueField(32));
  // The same text twice would be reported twice.
  if (primitive.value32 || source.valueFor(64) != source.valueFor(32))
    primitive.value64 = parseOne(source.valueFor(64), source.valueField(64));
  primitive.valueInt = parseOne(source.valueInt, "valueInt");
  primitive.gpu32 = parseOne(source.gpu32, "gpu32");
  primitive.estimate32 = parseOne(source.estimate32, "estimate32");
  primitive.estimate64 = parseOne(source.estimate64, "estimate64");
  primitive.reference = parseOne(source.reference, "reference");
  for (auto [number, text] : llvm::enumerate(source.partials))
    primitive.partials.push_back(
        parseOne(text, "partials[" + Twine(number) + "]"));
}

void Library::checkAll(const ParsedPrimitive &primitive) {
  const Primitive &source = *primitive.source;
  auto fail = [&](const Twine &text) {
    llvm::PrintError(source.record, text);
    valid = false;
  };
  Strings names, masks;
  for (auto [name, isMask] : llvm::zip(source.operands, source.operandIsMask))
    (isMask ? masks : names).push_back(name);
  auto checkOne = [&](const Formula &formula, StringRef field, bool isMask) {
    if (!formula)
      return;
    std::string error = check(*formula->root(), names, masks, isMask);
    if (!error.empty())
      fail("in '" + field + "' of '" + source.name + "': " + error);
  };
  checkOne(primitive.value32, source.valueField(32), source.resultIsMask);
  if (source.valueFor(64) != source.valueFor(32))
    checkOne(primitive.value64, source.valueField(64), source.resultIsMask);
  checkOne(primitive.valueInt, "valueInt", source.resultIsMask);
  checkOne(primitive.gpu32, "gpu32", source.resultIsMask);
  checkOne(primitive.estimate32, "estimate32", source.resultIsMask);
  checkOne(primitive.estimate64, "estimate64", source.resultIsMask);
  bool hasEstimates = primitive.estimate32 && primitive.estimate64;
  if (source.dividerClocks.size() != (hasEstimates ? 2 : 0))
    fail("'" + source.name +
         "' needs estimate32, estimate64 and two dividerClocks, or none");
  checkOne(primitive.reference, "reference", source.resultIsMask);
  names.push_back("y");
  for (const Formula &partial : primitive.partials)
    checkOne(partial, "partials", false);
  if (!source.partials.empty() &&
      source.partials.size() != source.operands.size())
    fail("'" + source.name + "' has " + Twine(source.operands.size()) +
         " operands and " + Twine(source.partials.size()) + " partials");
  if (source.value32.empty() != source.value64.empty() && source.value.empty())
    fail("'" + source.name + "' needs a value for both element types");
}

/// A formula may use other primitives, never itself on the way.
void Library::checkCycles() {
  enum State { New, Open, Done };
  std::vector<State> states(parsed.size(), New);
  auto visit = [&](auto &&self, unsigned number) -> void {
    if (states[number] == Done)
      return;
    if (states[number] == Open) {
      llvm::PrintError(parsed[number].source->record,
                       "the value of '" + parsed[number].source->name +
                           "' is defined in terms of itself");
      valid = false;
      return;
    }
    states[number] = Open;
    for (unsigned width : {32, 64})
      if (const Expr *value = parsed[number].valueFor(width))
        forEachCall(*value, [&](StringRef name) {
          auto found = index.find(name);
          if (found != index.end())
            self(self, found->second);
        });
    states[number] = Done;
  };
  for (unsigned number = 0; number < parsed.size() && valid; ++number)
    visit(visit, number);
}

void keops::tblgen::forEachCall(const Expr &expr,
                                llvm::function_ref<void(StringRef)> visit) {
  if (const auto *unary = dyn_cast<UnaryExpr>(&expr)) {
    forEachCall(*unary->operand, visit);
    visit(primitiveName(unary->op));
  } else if (const auto *binary = dyn_cast<BinaryExpr>(&expr)) {
    forEachCall(*binary->lhs, visit);
    forEachCall(*binary->rhs, visit);
    visit(primitiveName(binary->op));
  } else if (const auto *call = dyn_cast<CallExpr>(&expr)) {
    for (const Expr *arg : call->args)
      forEachCall(*arg, visit);
    if (call->callee.name == "poly") {
      for (unsigned step = 2; step < call->args.size(); ++step)
        visit("muladd");
    } else {
      visit(call->callee.name == "where" ? "select" : call->callee.name);
    }
  } else if (const auto *let = dyn_cast<LetExpr>(&expr)) {
    for (const LetBinding &binding : let->bindings)
      forEachCall(*binding.value, visit);
    forEachCall(*let->body, visit);
  }
}

int Library::cost(StringRef name) const {
  const ParsedPrimitive *primitive = lookup(name);
  if (!primitive)
    return 1;
  if (primitive->source->cost || !primitive->value32)
    return std::max(primitive->source->cost, 1);
  return cost(primitive->value32);
}

int Library::cost(const Formula &formula) const {
  int total = 0;
  if (formula)
    forEachCall(*formula->root(), [&](StringRef part) { total += cost(part); });
  return total;
}
