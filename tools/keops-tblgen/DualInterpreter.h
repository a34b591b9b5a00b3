//===- DualInterpreter.h - formulas with their derivatives -------*- C++
//-*-===//
//
// Evaluates a formula and its derivative in one direction, by the chain rule
// over the partials of the records, as differentiation of a kernel does: every
// partial is multiplied by what comes in, so infinity or NaN in a branch that
// was not taken shows as NaN.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TOOLS_KEOPSTBLGEN_DUALINTERPRETER_H
#define KEOPS_TOOLS_KEOPSTBLGEN_DUALINTERPRETER_H

#include "Interpreter.h"

namespace keops::tblgen {

struct Dual {
  double value = 0;
  double tangent = 0;
};

class DualInterpreter {
public:
  using Environment = llvm::StringMap<Dual>;

  explicit DualInterpreter(const Library &library)
      : library(library), exact(library, Mode::Exact) {}

  Dual evaluate(const Expr &formula, const Environment &names) const;
  Dual call(llvm::StringRef name, llvm::ArrayRef<Dual> operands) const;

private:
  const Library &library;
  Interpreter<double> exact;
};

} // namespace keops::tblgen

#endif // KEOPS_TOOLS_KEOPSTBLGEN_DUALINTERPRETER_H
