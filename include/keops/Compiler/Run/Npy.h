//===- Npy.h - NumPy's .npy files -------------------------------*- C++ -*-===//
//
// Versions 1 to 3 of the format, little-endian, C order, of the types kernels
// know: f2 f4 f8 i4 i8, and bf16 as ml_dtypes saves it (V2). The format:
// numpy.lib.format's documentation.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_RUN_NPY_H
#define KEOPS_COMPILER_RUN_NPY_H

#include "keops/Compiler/Run/Array.h"

#include "llvm/Support/Error.h"

namespace keops {

/// The array in a file's bytes. Any bytes may come in; what is wrong with them
/// is said in words a user of NumPy can act on.
llvm::Expected<Array> parseNpy(llvm::StringRef file);

/// The file of an array, as numpy.save would write it.
std::string formatNpy(const Array &array);

} // namespace keops

#endif // KEOPS_COMPILER_RUN_NPY_H
