//===- LiteralParsing.cpp - numbers of the formula language ---------------===//

#include "LiteralParsing.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include <charconv>

using namespace keops;
using llvm::StringRef;

/// The run of characters a reader takes for one number: digits, letters,
/// points, and a sign behind the exponent's letter.
static StringRef wholeWord(StringRef text) {
  bool hex = text.starts_with_insensitive("0x");
  size_t end = 0;
  for (; end < text.size(); ++end) {
    char c = text[end];
    if (llvm::isAlnum(c) || c == '.' || c == '_')
      continue;
    char before = end ? llvm::toLower(text[end - 1]) : 0;
    bool exponentSign = (c == '+' || c == '-') && before == (hex ? 'p' : 'e');
    if (!exponentSign)
      break;
  }
  return text.take_front(end);
}

Literal keops::parseLiteral(StringRef text) {
  StringRef word = wholeWord(text);
  Literal literal;
  literal.length = word.size();
  std::string shown = word.take_front(64).str();
  bool hex = word.starts_with_insensitive("0x");
  bool digitsOnly = llvm::all_of(word, llvm::isDigit);
  if (digitsOnly) {
    if (word.getAsInteger(10, literal.integer))
      literal.error = "integer '" + shown + "' does not fit 64 bits";
    return literal;
  }
  bool hexInteger = hex && llvm::all_of(word.drop_front(2), llvm::isHexDigit);
  if (hexInteger && !word.drop_front(2).getAsInteger(16, literal.integer))
    return literal;

  literal.isReal = true;
  llvm::APFloat value(llvm::APFloat::IEEEdouble());
  // APFloat accepts more than the language does: signs, names, no digits.
  StringRef allowed = hex ? "0123456789abcdefABCDEFxXpP.+-" : "0123456789eE.+-";
  bool formed = word.find_first_not_of(allowed) == StringRef::npos &&
                (!hex || word.contains_insensitive("p"));
  if (!formed) {
    literal.error = "'" + shown + "' is not a number";
    return literal;
  }
  auto status =
      value.convertFromString(word, llvm::APFloat::rmNearestTiesToEven);
  if (!status) {
    llvm::consumeError(status.takeError());
    literal.error = "'" + shown + "' is not a number";
    return literal;
  }
  if (*status & llvm::APFloat::opOverflow)
    literal.error = "number '" + shown + "' is larger than any f64";
  literal.real = value.convertToDouble();
  return literal;
}

std::string keops::shortestText(double value) {
  char text[64];
  std::to_chars_result end = std::to_chars(text, text + sizeof text, value);
  return std::string(text, end.ptr);
}
