//===- Checks.cpp - records evaluated at build time
//------------------------===//
//
// A few hundred points per primitive, the same in every build, are enough to
// catch a wrong digit; the property test in test/Integration/primitives runs
// the generated machine code over many more.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"

#include "DualInterpreter.h"
#include "Interpreter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Record.h"
#include <cmath>
#include <limits>

using namespace keops::tblgen;
using llvm::ArrayRef;
using llvm::StringRef;
using llvm::Twine;

constexpr unsigned numPoints = 200;

//===----------------------------------------------------------------------===//
// Texts of records
//===----------------------------------------------------------------------===//

static std::optional<std::vector<double>> parseNumbers(StringRef text) {
  std::vector<double> numbers;
  llvm::SmallVector<StringRef> parts;
  text.split(parts, ',');
  for (StringRef part : parts) {
    part = part.trim();
    bool isNegative = part.consume_front("-");
    double value;
    if (part == "inf")
      value = std::numeric_limits<double>::infinity();
    else if (part == "nan")
      value = std::numeric_limits<double>::quiet_NaN();
    else if (part.getAsDouble(value))
      return std::nullopt;
    numbers.push_back(isNegative ? -value : value);
  }
  return numbers;
}

std::optional<SpecialPoint> keops::tblgen::parseSpecialPoint(StringRef text) {
  auto [operands, rest] = text.split(':');
  auto [value, partials] = rest.split(';');
  SpecialPoint point;
  auto operandValues = parseNumbers(operands);
  auto values = parseNumbers(value);
  if (!operandValues || !values || values->size() != 1)
    return std::nullopt;
  point.operands = *operandValues;
  point.value = values->front();
  if (!partials.empty()) {
    auto partialValues = parseNumbers(partials);
    if (!partialValues)
      return std::nullopt;
    point.partials = *partialValues;
  }
  return point;
}

std::optional<std::pair<double, double>>
keops::tblgen::parseInterval(StringRef text) {
  auto ends = parseNumbers(text);
  if (!ends || ends->size() != 2)
    return std::nullopt;
  return std::make_pair((*ends)[0], (*ends)[1]);
}

//===----------------------------------------------------------------------===//
// Checks of one primitive
//===----------------------------------------------------------------------===//

namespace {

class PrimitiveCheck {
public:
  PrimitiveCheck(const ParsedPrimitive &primitive, const Library &library)
      : primitive(primitive), source(*primitive.source), library(library) {}

  bool run() {
    checkFields();
    if (!valid)
      return false;
    for (unsigned n = 0; n < numPoints && valid && !domain.empty(); ++n) {
      std::vector<double> point = randomPoint();
      checkValue<float>(point);
      checkValue<double>(point);
      checkPartials(point);
    }
    for (StringRef text : source.specialPoints)
      if (valid)
        checkSpecialPoint(text);
    return valid;
  }

private:
  void checkFields();
  std::vector<double> randomPoint();
  template <typename T> void checkValue(ArrayRef<double> point);
  void checkPartials(ArrayRef<double> point);
  void checkSpecialPoint(StringRef text);
  template <typename T>
  void checkSpecialValue(const SpecialPoint &point, StringRef text);
  double partialAt(unsigned number, ArrayRef<double> point, double y) const;
  void checkSecondOrder(const SpecialPoint &point, StringRef text);
  long double difference(unsigned number, ArrayRef<double> point,
                         long double step) const;

  bool fail(const Twine &text) {
    llvm::PrintError(source.record, "primitive '" + source.name + "': " + text);
    return valid = false;
  }
  std::string at(ArrayRef<double> point) const {
    std::string text = " at";
    for (auto [name, value] : llvm::zip(source.operands, point))
      text += (" " + name + " = " + number(value)).str();
    return text;
  }
  static std::string number(long double value) {
    if (std::isnan(value))
      return "nan";
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%.17Lg", value);
    return text;
  }

  const ParsedPrimitive &primitive;
  const Primitive &source;
  const Library &library;
  std::vector<std::pair<double, double>> domain;
  double bound = 0;
  uint64_t state = 1;
  bool valid = true;
};

} // namespace

/// Error of `got` in units in the last place of T at `expected`; results below
/// the smallest normal number may be flushed to zero.
template <typename T> static double errorInUlps(T got, long double expected) {
  if (std::isnan(expected) || std::isnan(got))
    return std::isnan(expected) == std::isnan(got) ? 0 : HUGE_VAL;
  if (static_cast<T>(expected) == got)
    return 0;
  if (std::isinf(got) || std::isinf(expected))
    return HUGE_VAL;
  int exponent = std::numeric_limits<T>::min_exponent;
  if (expected != 0)
    exponent = std::max(exponent, std::ilogb(expected) + 1);
  long double unit =
      std::ldexp(1.0L, exponent - std::numeric_limits<T>::digits);
  if (std::fabs(expected) < std::numeric_limits<T>::min() && got == 0)
    return 0;
  return static_cast<double>(std::fabs(got - expected) / unit);
}

void PrimitiveCheck::checkFields() {
  if (source.ulps.getAsDouble(bound))
    fail("'ulps' is not a number");
  for (StringRef text : source.domain) {
    if (auto interval = parseInterval(text))
      domain.push_back(*interval);
    else
      fail("'domain' must hold \"LOW, HIGH\", found \"" + text + "\"");
  }
  if (!domain.empty() && domain.size() != source.operands.size())
    fail("'domain' needs one interval per operand");
  bool isOfNumbers =
      llvm::none_of(source.operandIsMask, [](bool m) { return m; });
  if (domain.empty() && isOfNumbers)
    fail("'domain' is missing: the interval of each operand for the tests");
  if (source.isPublic && (source.math.empty() || source.brief.empty()))
    fail("'math' and 'brief' are needed for the reference page");
}

/// The same points in every build: a linear congruential generator.
std::vector<double> PrimitiveCheck::randomPoint() {
  std::vector<double> point;
  for (auto [low, high] : domain) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    double unit = static_cast<double>(state >> 11) * 0x1p-53;
    point.push_back(low + (high - low) * unit);
  }
  return point;
}

template <typename T> void PrimitiveCheck::checkValue(ArrayRef<double> point) {
  if (!valid || !primitive.valueFor(sizeof(T) * 8))
    return;
  llvm::SmallVector<T> operands;
  llvm::SmallVector<long double> exactOperands;
  for (double x : point) {
    operands.push_back(static_cast<T>(x));
    exactOperands.push_back(operands.back());
  }
  T got = Interpreter<T>(library, Mode::Expanded).call(source.name, operands);
  long double expected = Interpreter<long double>(library, Mode::Exact)
                             .call(source.name, exactOperands);
  double error = errorInUlps(got, expected);
  if (error > bound)
    fail("its value for " + Twine(sizeof(T) == 4 ? "f32" : "f64") + " is " +
         number(got) + at(point) + ", " + number(expected) +
         " expected: " + number(error) + " units in the last place");
}

/// Fourth-order central difference of the exact function.
long double PrimitiveCheck::difference(unsigned which, ArrayRef<double> point,
                                       long double step) const {
  Interpreter<long double> exact(library, Mode::Exact);
  auto value = [&](long double shift) {
    llvm::SmallVector<long double> operands(point.begin(), point.end());
    operands[which] += shift;
    return exact.call(source.name, operands);
  };
  return (8 * (value(step) - value(-step)) -
          (value(2 * step) - value(-2 * step))) /
         (12 * step);
}

double PrimitiveCheck::partialAt(unsigned which, ArrayRef<double> point,
                                 double y) const {
  Interpreter<double> exact(library, Mode::Exact);
  llvm::StringMap<double> names;
  for (auto [name, value] : llvm::zip(source.operands, point))
    names[name] = value;
  names["y"] = y;
  return exact.evaluate(*primitive.partials[which]->root(), names);
}

void PrimitiveCheck::checkPartials(ArrayRef<double> point) {
  double y = Interpreter<double>(library, Mode::Exact).call(source.name, point);
  for (unsigned which = 0; which < primitive.partials.size() && valid;
       ++which) {
    double partial = partialAt(which, point, y);
    if (source.partials[which] == "nan")
      continue; // Not available, and says so.
    long double step =
        1e-4L * std::fmin(std::fmax(std::fabs(point[which]), 1e-2), 1.0);
    long double wide = difference(which, point, step);
    long double narrow = difference(which, point, step / 2);
    long double size = std::fmax(std::fabs(narrow), std::fabs((long double)y));
    // Next to a jump the two differ, and neither is a derivative.
    if (!(std::fabs(wide - narrow) <= 1e-4L * size))
      continue;
    if (!(std::fabs(partial - narrow) <= 1e-6L * size))
      fail("partial \"" + source.partials[which] + "\" in " +
           source.operands[which] + " is " + number(partial) + at(point) +
           ", the difference quotient " + number(narrow));
  }
}

template <typename T>
void PrimitiveCheck::checkSpecialValue(const SpecialPoint &point,
                                       StringRef text) {
  if (!valid)
    return;
  llvm::SmallVector<T> operands(point.operands.begin(), point.operands.end());
  T got = Interpreter<T>(library, Mode::Expanded).call(source.name, operands);
  bool wrongSign = point.value == 0 && std::signbit(point.value) &&
                   !(got == 0 && std::signbit(got));
  if (wrongSign || errorInUlps(got, point.value) > std::fmax(bound, 4))
    fail("special point \"" + text + "\": the value for " +
         (sizeof(T) == 4 ? "f32" : "f64") + " is " + number(got));
}

void PrimitiveCheck::checkSpecialPoint(StringRef text) {
  std::optional<SpecialPoint> point = parseSpecialPoint(text);
  if (!point || point->operands.size() != source.operands.size()) {
    fail("special point \"" + text +
         "\" is not of the form \"operands: value; derivatives\"");
    return;
  }
  checkSpecialValue<float>(*point, text);
  checkSpecialValue<double>(*point, text);
  if (point->partials.empty() || !valid)
    return;
  if (point->partials.size() != primitive.partials.size()) {
    fail("special point \"" + text + "\" has " + Twine(point->partials.size()) +
         " derivatives, not " + Twine(primitive.partials.size()));
    return;
  }
  double y = Interpreter<double>(library, Mode::Expanded)
                 .call(source.name, point->operands);
  for (auto [which, expected] : llvm::enumerate(point->partials)) {
    double got = partialAt(which, point->operands, y);
    bool same = got == expected || (std::isnan(got) && std::isnan(expected)) ||
                std::fabs(got - expected) <= 1e-14 * std::fabs(expected);
    if (!same)
      fail("special point \"" + text + "\": the derivative in " +
           source.operands[which] + " is " + number(got));
  }
  checkSecondOrder(*point, text);
}

/// A guard around the result of a derivative is no guard at second order: the
/// branch not taken comes back as 0 * NaN.
void PrimitiveCheck::checkSecondOrder(const SpecialPoint &point,
                                      StringRef text) {
  auto isFinite = [](double x) { return std::isfinite(x); };
  if (!llvm::all_of(point.operands, isFinite) ||
      !llvm::all_of(point.partials, isFinite))
    return;
  DualInterpreter duals(library);
  for (size_t direction = 0; direction < point.operands.size(); ++direction) {
    llvm::SmallVector<Dual> operands;
    DualInterpreter::Environment names;
    for (auto [number, value] : llvm::enumerate(point.operands)) {
      operands.push_back({value, number == direction ? 1.0 : 0.0});
      names[source.operands[number]] = operands.back();
    }
    names["y"] = duals.call(source.name, operands);
    for (auto [which, partial] : llvm::enumerate(primitive.partials))
      if (std::isnan(duals.evaluate(*partial->root(), names).tangent))
        fail("special point \"" + text + "\": the derivative in " +
             source.operands[which] +
             " has derivative NaN; guard the argument, not the result");
  }
}

bool keops::tblgen::checkPrimitives(const Library &library) {
  if (!library.isValid())
    return false;
  bool valid = true;
  for (const ParsedPrimitive &primitive : library.all())
    valid &= PrimitiveCheck(primitive, library).run();
  return valid;
}
