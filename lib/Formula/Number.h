//===- Number.h - arithmetic of constants -----------------------*- C++ -*-===//
//
// Constants have no element type until they meet a value that has one. Integers
// are exact or an error; reals are f64, so rounding happens once, at the end.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_NUMBER_H
#define KEOPS_LIB_FORMULA_NUMBER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>

namespace keops {

struct Number {
  bool isInteger = true;
  int64_t integer = 0;
  double real = 0;

  static Number ofInteger(int64_t value) { return {true, value, 0}; }
  static Number ofReal(double value) { return {false, 0, value}; }

  double asReal() const { return isInteger ? double(integer) : real; }
  /// The integer it is: reals such as 2.0, the quotient of 4 and 2, count.
  std::optional<int64_t> asInteger() const;
  bool isTrue() const {
    return isInteger ? integer != 0 : (real < 0 || real > 0);
  }
};

/// "3", "0.5", "1e-10": the shortest text of the number.
std::string toString(const Number &number);

struct Folded {
  enum Status { Done, NotConstant, Overflow } status = NotConstant;
  Number value;
};

/// The primitive `name` ("add", "sqrt", "lt" ...) of constants. `+ - *`, signs,
/// extremes and non-negative powers of integers are integers, so is what
/// rounding yields; `/` is real. NotConstant: a primitive not folded here.
Folded foldConstants(llvm::StringRef name, llvm::ArrayRef<Number> operands);

} // namespace keops

#endif // KEOPS_LIB_FORMULA_NUMBER_H
