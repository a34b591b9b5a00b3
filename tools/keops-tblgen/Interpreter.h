//===- Interpreter.h - formulas evaluated on the host ------------*- C++
//-*-===//
//
// Evaluates formulas in one floating-point type, in one of two ways:
//   Exact      a primitive is its well-known function of <cmath>, or else its
//              `reference`, or else its value: what the record means.
//   Expanded   a primitive is its value formula down to the core operations,
//              step by step in the element type: what the compiler generates.
// A condition is 1 or 0.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TOOLS_KEOPSTBLGEN_INTERPRETER_H
#define KEOPS_TOOLS_KEOPSTBLGEN_INTERPRETER_H

#include "Library.h"

namespace keops::tblgen {

enum class Mode { Exact, Expanded };

template <typename T> class Interpreter {
public:
  using Environment = llvm::StringMap<T>;

  Interpreter(const Library &library, Mode mode)
      : library(library), mode(mode) {}

  /// A primitive at a point. Its name and the number of operands are right.
  T call(llvm::StringRef name, llvm::ArrayRef<T> operands) const;
  T evaluate(const Expr &formula, const Environment &names) const;

private:
  T evaluateCall(const CallExpr &call, const Environment &names) const;

  const Library &library;
  Mode mode;
};

extern template class Interpreter<float>;
extern template class Interpreter<double>;
extern template class Interpreter<long double>;

} // namespace keops::tblgen

#endif // KEOPS_TOOLS_KEOPSTBLGEN_INTERPRETER_H
