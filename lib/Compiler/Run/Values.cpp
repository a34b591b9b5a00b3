//===- Values.cpp - numbers and lists written on a command line -----------===//

#include "keops/Compiler/Run/Values.h"

#include "Generators.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <limits>

using namespace llvm;

namespace keops {

static Error wrong(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

bool isIntegerType(KernelArray::Type type) {
  return type == KernelArray::Type::I32 || type == KernelArray::Type::I64;
}

namespace {
/// A number as written: exact when it is an integer.
struct Number {
  bool isInteger = false;
  int64_t integer = 0;
  double real = 0;
};

/// Reads a number or nested lists of one shape.
class ListReader {
public:
  explicit ListReader(StringRef text) : rest(text) {}

  Error read(std::vector<int64_t> &shape, std::vector<Number> &numbers);

private:
  Error readNumber(std::vector<Number> &numbers);
  Error readNested(size_t depth, std::vector<int64_t> &shape,
                   std::vector<Number> &numbers);
  void skipSpace() { rest = rest.ltrim(" \t\n\r"); }

  StringRef rest;
};
} // namespace

static bool parseNumber(StringRef word, Number &number) {
  number.isInteger = !word.getAsInteger(10, number.integer);
  if (number.isInteger) {
    number.real = static_cast<double>(number.integer);
    return true;
  }
  StringRef magnitude = word;
  bool isNegative = magnitude.consume_front("-");
  if (!isNegative)
    magnitude.consume_front("+");
  std::string lower = magnitude.lower();
  if (lower == "inf" || lower == "nan") {
    number.real = lower == "inf" ? std::numeric_limits<double>::infinity()
                                 : std::numeric_limits<double>::quiet_NaN();
    if (isNegative)
      number.real = -number.real;
    return true;
  }
  bool isDecimal = !magnitude.empty() &&
                   (isDigit(magnitude[0]) || magnitude[0] == '.') &&
                   !magnitude.contains_insensitive('x');
  if (!isDecimal || word.getAsDouble(number.real))
    return false;
  // 1e3 and 3.0 are integers too, for an integer variable.
  if (std::abs(number.real) < 9007199254740992.0 &&
      number.real == std::trunc(number.real)) {
    number.isInteger = true;
    number.integer = static_cast<int64_t>(number.real);
  }
  return true;
}

Error ListReader::readNumber(std::vector<Number> &numbers) {
  StringRef word = rest.take_while(
      [](char c) { return !StringRef(",[] \t\n\r").contains(c); });
  Number number;
  if (!parseNumber(word, number))
    return wrong("'" + word + "' is no number");
  numbers.push_back(number);
  rest = rest.drop_front(word.size());
  return Error::success();
}

/// Every list at one depth has the length of the first one there.
Error ListReader::readNested(size_t depth, std::vector<int64_t> &shape,
                             std::vector<Number> &numbers) {
  skipSpace();
  bool isLeaf = !rest.consume_front("[");
  if (isLeaf)
    return depth < shape.size() ? wrong("its rows have different depths")
                                : readNumber(numbers);
  constexpr size_t maxDepth = 8;
  if (depth >= maxDepth)
    return wrong("it is nested too deeply");
  bool isFirst = depth == shape.size();
  if (isFirst && !numbers.empty())
    return wrong("its rows have different depths");
  if (isFirst)
    shape.push_back(-1);
  int64_t length = 0;
  skipSpace();
  while (!rest.consume_front("]")) {
    if (rest.empty())
      return wrong("a ']' is missing");
    if (Error error = readNested(depth + 1, shape, numbers))
      return error;
    ++length;
    skipSpace();
    if (!rest.consume_front(",") && !rest.starts_with("]"))
      return wrong(rest.empty() ? Twine("a ']' is missing")
                                : "',' expected before '" + rest + "'");
    skipSpace();
  }
  if (shape[depth] >= 0 && shape[depth] != length)
    return wrong("its rows have different lengths, " + Twine(shape[depth]) +
                 " and " + Twine(length));
  shape[depth] = length;
  return Error::success();
}

Error ListReader::read(std::vector<int64_t> &shape,
                       std::vector<Number> &numbers) {
  if (Error error = readNested(0, shape, numbers))
    return error;
  skipSpace();
  if (!rest.empty())
    return wrong("'" + rest + "' follows the value");
  return Error::success();
}

/// Stores `number`, if the type has it: integers exactly, reals rounded.
static Error store(Array &array, int64_t index, const Number &number) {
  if (!isIntegerType(array.type)) {
    storeReal(array, index, number.real);
    bool overflows = std::isfinite(number.real) &&
                     StringRef(elementText(array, index)).ends_with("inf");
    if (overflows)
      return wrong("a number is out of range of " + typeName(array.type));
    return Error::success();
  }
  if (!number.isInteger)
    return wrong("it is an integer variable (" + typeName(array.type) +
                 "), and a number is not an integer");
  if (array.type == KernelArray::Type::I32 && !isInt<32>(number.integer))
    return wrong("the number " + Twine(number.integer) +
                 " is out of range of i32");
  storeInteger(array, index, number.integer);
  return Error::success();
}

bool looksLikeValue(StringRef text) {
  text = text.trim();
  if (text.starts_with("[") || isGeneratorCall(text))
    return true;
  Number number;
  return parseNumber(text, number);
}

Expected<Array> parseValue(StringRef text, KernelArray::Type type) {
  if (isGeneratorCall(text.trim()))
    return generate(text.trim(), type);
  Array array;
  array.type = type;
  std::vector<Number> numbers;
  if (Error error = ListReader(text.trim()).read(array.shape, numbers))
    return error;
  for (int64_t &extent : array.shape)
    extent = std::max<int64_t>(extent, 0);
  array.bytes.resize(numbers.size() * typeBytes(type));
  for (size_t i = 0; i < numbers.size(); ++i)
    if (Error error = store(array, static_cast<int64_t>(i), numbers[i]))
      return error;
  return array;
}

} // namespace keops
