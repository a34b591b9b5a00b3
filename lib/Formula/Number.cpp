//===- Number.cpp - arithmetic of constants -------------------------------===//

#include "Number.h"
#include "LiteralParsing.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <limits>

using namespace keops;
using llvm::ArrayRef;
using llvm::StringRef;

/// 2^63, the first real beyond int64_t.
static constexpr double integerLimit = 9223372036854775808.0;

std::optional<int64_t> Number::asInteger() const {
  if (isInteger)
    return integer;
  bool fits = real >= -integerLimit && real < integerLimit;
  if (!fits || real != std::floor(real))
    return std::nullopt;
  return int64_t(real);
}

std::string keops::toString(const Number &number) {
  if (number.isInteger)
    return std::to_string(number.integer);
  if (std::isnan(number.real))
    return "nan";
  if (std::isinf(number.real))
    return number.real > 0 ? "inf" : "-inf";
  return shortestText(number.real);
}

static Folded done(int64_t value) {
  return {Folded::Done, Number::ofInteger(value)};
}
static Folded done(double value) {
  return {Folded::Done, Number::ofReal(value)};
}
/// A real that is an integer by construction.
static Folded rounded(double value) {
  Number number = Number::ofReal(value);
  if (std::optional<int64_t> integer = number.asInteger())
    return done(*integer);
  return done(value);
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

static Folded integerPower(int64_t base, int64_t exponent) {
  // Beyond 63 factors only 0, 1 and -1 do not overflow.
  if (exponent > 64 && (base > 1 || base < -1))
    return {Folded::Overflow, {}};
  if (exponent > 64)
    exponent = 64 + exponent % 2;
  int64_t power = 1;
  for (int64_t i = 0; i < exponent; ++i)
    if (llvm::MulOverflow(power, base, power))
      return {Folded::Overflow, {}};
  return done(power);
}

static int64_t floorMod(int64_t a, int64_t n) {
  int64_t r = a % n;
  return r != 0 && (r < 0) != (n < 0) ? r + n : r;
}

static Folded foldIntegers(StringRef name, ArrayRef<Number> operands) {
  int64_t a = operands[0].integer;
  int64_t b = operands.size() > 1 ? operands[1].integer : 0;
  int64_t result = 0;
  auto checked = [&](bool overflow) {
    return overflow ? Folded{Folded::Overflow, {}} : done(result);
  };
  if (name == "add")
    return checked(llvm::AddOverflow(a, b, result));
  if (name == "sub")
    return checked(llvm::SubOverflow(a, b, result));
  if (name == "mul")
    return checked(llvm::MulOverflow(a, b, result));
  if (name == "neg" || (name == "abs" && a < 0))
    return checked(llvm::SubOverflow(int64_t(0), a, result));
  if (name == "square")
    return checked(llvm::MulOverflow(a, a, result));
  if (name == "pow" && b >= 0)
    return integerPower(a, b);
  if (name == "abs" || name == "floor" || name == "ceil" || name == "round" ||
      name == "trunc")
    return done(a);
  if (name == "min")
    return done(std::min(a, b));
  if (name == "max")
    return done(std::max(a, b));
  if (name == "sign")
    return done(int64_t(a > 0) - int64_t(a < 0));
  bool plainMod = name == "mod" && b != 0 && b != -1 &&
                  (operands.size() == 2 || operands[2].integer == 0);
  if (plainMod)
    return done(floorMod(a, b));
  return {};
}

//===----------------------------------------------------------------------===//
// Reals
//===----------------------------------------------------------------------===//

static Folded foldComparison(StringRef name, Number a, Number b) {
  bool exact = a.isInteger && b.isInteger;
  double x = a.asReal(), y = b.asReal();
  if (name == "lt")
    return done(int64_t(exact ? a.integer < b.integer : x < y));
  if (name == "le")
    return done(int64_t(exact ? a.integer <= b.integer : x <= y));
  if (name == "gt")
    return done(int64_t(exact ? a.integer > b.integer : x > y));
  if (name == "ge")
    return done(int64_t(exact ? a.integer >= b.integer : x >= y));
  if (name == "eq")
    return done(int64_t(exact ? a.integer == b.integer : x == y));
  if (name == "ne")
    return done(int64_t(exact ? a.integer != b.integer : x != y));
  if (name == "and")
    return done(int64_t(a.isTrue() && b.isTrue()));
  if (name == "or")
    return done(int64_t(a.isTrue() || b.isTrue()));
  return {};
}

static Folded foldUnary(StringRef name, double x) {
  struct Function {
    StringRef name;
    double (*evaluate)(double);
  };
  static constexpr Function functions[] = {
      {"abs", [](double x) { return std::fabs(x); }},
      {"neg", [](double x) { return -x; }},
      {"inv", [](double x) { return 1 / x; }},
      {"square", [](double x) { return x * x; }},
      {"sqrt", [](double x) { return std::sqrt(x); }},
      {"rsqrt", [](double x) { return x == 0 ? 0 : 1 / std::sqrt(x); }},
      {"cbrt", [](double x) { return std::cbrt(x); }},
      {"exp", [](double x) { return std::exp(x); }},
      {"exp2", [](double x) { return std::exp2(x); }},
      {"expm1", [](double x) { return std::expm1(x); }},
      {"log", [](double x) { return std::log(x); }},
      {"log2", [](double x) { return std::log2(x); }},
      {"log10", [](double x) { return std::log10(x); }},
      {"log1p", [](double x) { return std::log1p(x); }},
      {"sin", [](double x) { return std::sin(x); }},
      {"cos", [](double x) { return std::cos(x); }},
      {"tan", [](double x) { return std::tan(x); }},
      {"asin", [](double x) { return std::asin(x); }},
      {"acos", [](double x) { return std::acos(x); }},
      {"atan", [](double x) { return std::atan(x); }},
      {"sinh", [](double x) { return std::sinh(x); }},
      {"cosh", [](double x) { return std::cosh(x); }},
      {"tanh", [](double x) { return std::tanh(x); }},
      {"erf", [](double x) { return std::erf(x); }},
      {"erfc", [](double x) { return std::erfc(x); }},
  };
  for (const Function &function : functions)
    if (function.name == name)
      return done(function.evaluate(x));
  if (name == "floor")
    return rounded(std::floor(x));
  if (name == "ceil")
    return rounded(std::ceil(x));
  if (name == "round")
    return rounded(std::round(x));
  if (name == "trunc")
    return rounded(std::trunc(x));
  return {};
}

static Folded foldBinary(StringRef name, double x, double y) {
  if (name == "add")
    return done(x + y);
  if (name == "sub")
    return done(x - y);
  if (name == "mul")
    return done(x * y);
  if (name == "div")
    return done(x / y);
  if (name == "pow")
    return done(std::pow(x, y));
  if (name == "min")
    return done(std::fmin(x, y));
  if (name == "max")
    return done(std::fmax(x, y));
  if (name == "atan2")
    return done(std::atan2(x, y));
  if (name == "hypot")
    return done(std::hypot(x, y));
  return {};
}

Folded keops::foldConstants(StringRef name, ArrayRef<Number> operands) {
  bool integers = true;
  for (const Number &operand : operands)
    integers &= operand.isInteger;
  if (integers) {
    Folded folded = foldIntegers(name, operands);
    if (folded.status != Folded::NotConstant)
      return folded;
  }
  if (operands.size() == 1 && name == "not")
    return done(int64_t(!operands[0].isTrue()));
  if (operands.size() == 1)
    return foldUnary(name, operands[0].asReal());
  if (operands.size() != 2)
    return {};
  Folded compared = foldComparison(name, operands[0], operands[1]);
  if (compared.status == Folded::Done)
    return compared;
  return foldBinary(name, operands[0].asReal(), operands[1].asReal());
}
