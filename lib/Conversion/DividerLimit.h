//===- DividerLimit.h - loops that wait for the divider ---------*- C++ -*-===//
#ifndef KEOPS_LIB_CONVERSION_DIVIDERLIMIT_H
#define KEOPS_LIB_CONVERSION_DIVIDERLIMIT_H

#include "mlir/Interfaces/FunctionInterfaces.h"

namespace keops {

/// Whether a function of primitives on lanes runs faster on a processor with
/// AVX-512 if its quotients and roots are refined from estimates. One answer
/// for the whole function: what it computes twice comes out the same.
bool waitsForDivider(mlir::FunctionOpInterface function);

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_DIVIDERLIMIT_H
