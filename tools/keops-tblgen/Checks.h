//===- Checks.h - do the records say what they mean? ------------*- C++ -*-===//
//
// What the build verifies by evaluating the formulas of every record on the
// host: values against <cmath> in f32 and f64, partials against differences,
// special points. Errors name the record, the formula and the point.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TOOLS_KEOPSTBLGEN_CHECKS_H
#define KEOPS_TOOLS_KEOPSTBLGEN_CHECKS_H

#include "Library.h"

namespace keops::tblgen {

/// One of a record's special points, as numbers.
struct SpecialPoint {
  std::vector<double> operands;
  double value = 0;
  std::vector<double> partials;
};

/// "1, 2: 3; 4, 5"; empty when the text is not of that form.
std::optional<SpecialPoint> parseSpecialPoint(llvm::StringRef text);

/// "-1, 2"; empty when the text is not of that form.
std::optional<std::pair<double, double>> parseInterval(llvm::StringRef text);

/// Each returns false after reporting an error.
bool checkPrimitives(const Library &library);
bool checkReductions(llvm::ArrayRef<Reduction> reductions,
                     const Library &library);

} // namespace keops::tblgen

#endif // KEOPS_TOOLS_KEOPSTBLGEN_CHECKS_H
