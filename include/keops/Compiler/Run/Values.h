//===- Values.h - data written on a command line ----------------*- C++ -*-===//
//
// What stands right of NAME= when it is no file: numbers, nested lists of them,
// and generators.
//
//     g=0.5   w=[1, 2, 3]   x=rand(1000, 3, seed=1)   label=randint(1000,
//     high=10)
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_RUN_VALUES_H
#define KEOPS_COMPILER_RUN_VALUES_H

#include "keops/Compiler/Run/Array.h"

#include "llvm/Support/Error.h"

namespace keops {

/// True for text that cannot be the name of a file of arrays: it starts like a
/// number or a list, or calls a generator.
bool looksLikeValue(llvm::StringRef text);

/// The array of elements of `type` that `text` describes. An integer variable
/// takes numbers without fraction only; a real one takes any, rounded to its
/// type.
///
///   rand(n, ..., seed=S)              uniform in [0, 1)
///   randn(n, ..., seed=S)             normal, mean 0, variance 1
///   randint(n, ..., high=H, low=L, seed=S)   uniform in L .. H-1
///   zeros(n, ...), ones(n, ...), arange(n)
///
/// The same seed gives the same data on every machine (default 0).
llvm::Expected<Array> parseValue(llvm::StringRef text, KernelArray::Type type);

} // namespace keops

#endif // KEOPS_COMPILER_RUN_VALUES_H
