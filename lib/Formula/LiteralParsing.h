//===- LiteralParsing.h - numbers of the formula language -------*- C++ -*-===//

#ifndef KEOPS_LIB_FORMULA_LITERALPARSING_H
#define KEOPS_LIB_FORMULA_LITERALPARSING_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace keops {

struct Literal {
  size_t length = 0;
  bool isReal = false;
  int64_t integer = 0;
  double real = 0;
  /// Empty when the literal is right.
  std::string error;
};

/// The number at the start of `text`, which starts with a digit or with a point
/// and a digit: `3`, `1.5`, `.5`, `1e-3`, `0x1.8p-1`. Letters and points that
/// directly follow belong to it and make it wrong.
Literal parseLiteral(llvm::StringRef text);

/// The shortest text that reads back as `value`: "0.69", "1e+300".
std::string shortestText(double value);

} // namespace keops

#endif // KEOPS_LIB_FORMULA_LITERALPARSING_H
