//===- Interpreter.cpp - formulas evaluated on the host -------------------===//

#include "Interpreter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>
#include <limits>

using namespace keops;
using namespace keops::tblgen;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {

/// Operands of a host function.
template <typename T> using Operands = ArrayRef<T>;
template <typename T> using Function = T (*)(Operands<T>);

} // namespace

/// x 2^n with 2^n = 0 and infinity at the ends, as the record says.
template <typename T> static T scale(T x, T n) {
  if (std::isnan(n))
    return n;
  constexpr int top = std::numeric_limits<T>::max_exponent;
  T power = n <= -(top - 1) ? T(0)
            : n >= top      ? std::numeric_limits<T>::infinity()
                            : std::ldexp(T(1), static_cast<int>(n));
  return x * power;
}

/// e in x = m 2^e with m in [3/4, 3/2).
template <typename T> static T exponentOf(T x) {
  if (!(x > 0) || std::isinf(x))
    return 0;
  int e;
  T m = std::frexp(x, &e);
  return m < T(0.75) ? e - 1 : e;
}

/// The core operations, PrimitivesCore.td.
template <typename T> static Function<T> coreFunction(StringRef name) {
  using O = Operands<T>;
  return llvm::StringSwitch<Function<T>>(name)
      .Case("add", [](O o) -> T { return o[0] + o[1]; })
      .Case("sub", [](O o) -> T { return o[0] - o[1]; })
      .Case("mul", [](O o) -> T { return o[0] * o[1]; })
      .Case("div", [](O o) -> T { return o[0] / o[1]; })
      .Case("neg", [](O o) -> T { return -o[0]; })
      .Case("muladd", [](O o) -> T { return std::fma(o[0], o[1], o[2]); })
      .Case("fma", [](O o) -> T { return std::fma(o[0], o[1], o[2]); })
      .Case("abs", [](O o) -> T { return std::fabs(o[0]); })
      .Case("copysign", [](O o) -> T { return std::copysign(o[0], o[1]); })
      .Case("floor", [](O o) -> T { return std::floor(o[0]); })
      .Case("ceil", [](O o) -> T { return std::ceil(o[0]); })
      .Case("trunc", [](O o) -> T { return std::trunc(o[0]); })
      .Case("roundeven", [](O o) -> T { return std::nearbyint(o[0]); })
      .Case("sqrt", [](O o) -> T { return std::sqrt(o[0]); })
      .Case("min", [](O o) -> T { return std::fmin(o[0], o[1]); })
      .Case("max", [](O o) -> T { return std::fmax(o[0], o[1]); })
      .Case("lt", [](O o) -> T { return o[0] < o[1]; })
      .Case("le", [](O o) -> T { return o[0] <= o[1]; })
      .Case("gt", [](O o) -> T { return o[0] > o[1]; })
      .Case("ge", [](O o) -> T { return o[0] >= o[1]; })
      .Case("eq", [](O o) -> T { return o[0] == o[1]; })
      .Case("ne", [](O o) -> T { return o[0] != o[1]; })
      .Case("and", [](O o) -> T { return o[0] != 0 && o[1] != 0; })
      .Case("or", [](O o) -> T { return o[0] != 0 || o[1] != 0; })
      .Case("not", [](O o) -> T { return o[0] == 0; })
      .Case("select", [](O o) -> T { return o[0] != 0 ? o[1] : o[2]; })
      .Case("ldexp", [](O o) -> T { return scale(o[0], o[1]); })
      .Case("exponent", [](O o) -> T { return exponentOf(o[0]); })
      .Case("significand",
            [](O o) -> T {
              return std::ldexp(o[0], -static_cast<int>(exponentOf(o[0])));
            })
      .Default(nullptr);
}

/// Functions of <cmath> that mean what the primitive of that name means.
template <typename T> static Function<T> knownFunction(StringRef name) {
  using O = Operands<T>;
  return llvm::StringSwitch<Function<T>>(name)
      .Case("exp", [](O o) -> T { return std::exp(o[0]); })
      .Case("exp2", [](O o) -> T { return std::exp2(o[0]); })
      .Case("expm1", [](O o) -> T { return std::expm1(o[0]); })
      .Case("log", [](O o) -> T { return std::log(o[0]); })
      .Case("log2", [](O o) -> T { return std::log2(o[0]); })
      .Case("log10", [](O o) -> T { return std::log10(o[0]); })
      .Case("log1p", [](O o) -> T { return std::log1p(o[0]); })
      .Case("sin", [](O o) -> T { return std::sin(o[0]); })
      .Case("cos", [](O o) -> T { return std::cos(o[0]); })
      .Case("tan", [](O o) -> T { return std::tan(o[0]); })
      .Case("asin", [](O o) -> T { return std::asin(o[0]); })
      .Case("acos", [](O o) -> T { return std::acos(o[0]); })
      .Case("atan", [](O o) -> T { return std::atan(o[0]); })
      .Case("atan2", [](O o) -> T { return std::atan2(o[0], o[1]); })
      .Case("sinh", [](O o) -> T { return std::sinh(o[0]); })
      .Case("cosh", [](O o) -> T { return std::cosh(o[0]); })
      .Case("tanh", [](O o) -> T { return std::tanh(o[0]); })
      .Case("asinh", [](O o) -> T { return std::asinh(o[0]); })
      .Case("acosh", [](O o) -> T { return std::acosh(o[0]); })
      .Case("atanh", [](O o) -> T { return std::atanh(o[0]); })
      .Case("erf", [](O o) -> T { return std::erf(o[0]); })
      .Case("erfc", [](O o) -> T { return std::erfc(o[0]); })
      .Case("lgamma", [](O o) -> T { return std::lgamma(o[0]); })
      .Case("cbrt", [](O o) -> T { return std::cbrt(o[0]); })
      .Case("hypot", [](O o) -> T { return std::hypot(o[0], o[1]); })
      .Case("pow",
            [](O o) -> T {
              return o[0] < 0 ? std::numeric_limits<T>::quiet_NaN()
                              : std::pow(o[0], o[1]);
            })
      .Default(nullptr);
}

template <typename T>
T Interpreter<T>::call(StringRef name, ArrayRef<T> operands) const {
  if (Function<T> core = coreFunction<T>(name))
    return core(operands);
  if (mode == Mode::Exact)
    if (Function<T> known = knownFunction<T>(name))
      return known(operands);
  const ParsedPrimitive &primitive = *library.lookup(name);
  Environment names;
  for (auto [operand, value] : llvm::zip(primitive.source->operands, operands))
    names[operand] = value;
  if (mode == Mode::Exact && primitive.reference)
    return evaluate(*primitive.reference->root(), names);
  const Expr *value = primitive.valueFor(sizeof(T) == 4 ? 32 : 64);
  if (!value)
    return std::numeric_limits<T>::quiet_NaN();
  return evaluate(*value, names);
}

template <typename T>
T Interpreter<T>::evaluateCall(const CallExpr &expr,
                               const Environment &names) const {
  llvm::SmallVector<T> args;
  for (const Expr *arg : expr.args)
    args.push_back(evaluate(*arg, names));
  StringRef name = expr.callee.name;
  if (name == "poly") {
    T sum = args.back();
    for (T coefficient : llvm::reverse(ArrayRef<T>(args).slice(1).drop_back()))
      sum = std::fma(sum, args[0], coefficient);
    return sum;
  }
  if (name == "where")
    name = "select";
  const Primitive &callee = *library.lookup(name)->source;
  unsigned given = args.size(), wanted = callee.operands.size();
  for (unsigned k = given; k < wanted; ++k) {
    double value = 0;
    callee.defaults[callee.defaults.size() - (wanted - k)].getAsDouble(value);
    args.push_back(static_cast<T>(value));
  }
  return call(name, args);
}

template <typename T>
T Interpreter<T>::evaluate(const Expr &expr, const Environment &names) const {
  switch (expr.kind) {
  case Expr::Kind::Integer:
    return static_cast<T>(llvm::cast<IntegerExpr>(expr).value);
  case Expr::Kind::Real:
    return static_cast<T>(llvm::cast<RealExpr>(expr).value);
  case Expr::Kind::Name: {
    StringRef name = llvm::cast<NameExpr>(expr).name;
    auto found = names.find(name);
    if (found != names.end())
      return found->second;
    if (name == "inf")
      return std::numeric_limits<T>::infinity();
    if (name == "nan")
      return std::numeric_limits<T>::quiet_NaN();
    return static_cast<T>(3.14159265358979323846264338327950288L);
  }
  case Expr::Kind::Unary: {
    const auto &unary = llvm::cast<UnaryExpr>(expr);
    return call(primitiveName(unary.op), evaluate(*unary.operand, names));
  }
  case Expr::Kind::Binary: {
    const auto &binary = llvm::cast<BinaryExpr>(expr);
    return call(primitiveName(binary.op),
                {evaluate(*binary.lhs, names), evaluate(*binary.rhs, names)});
  }
  case Expr::Kind::Call:
    return evaluateCall(llvm::cast<CallExpr>(expr), names);
  case Expr::Kind::Let: {
    const auto &let = llvm::cast<LetExpr>(expr);
    Environment inner = names;
    for (const LetBinding &binding : let.bindings)
      inner[binding.name.name] = evaluate(*binding.value, inner);
    return evaluate(*let.body, inner);
  }
  default:
    llvm_unreachable("the library has checked the formula");
  }
}

template class keops::tblgen::Interpreter<float>;
template class keops::tblgen::Interpreter<double>;
template class keops::tblgen::Interpreter<long double>;
