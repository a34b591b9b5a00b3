//===- Generators.h - rand(1000, 3, seed=1) and its kin ---------*- C++ -*-===//

#ifndef KEOPS_LIB_COMPILER_RUN_GENERATORS_H
#define KEOPS_LIB_COMPILER_RUN_GENERATORS_H

#include "keops/Compiler/Run/Array.h"

#include "llvm/Support/Error.h"

namespace keops {

bool isIntegerType(KernelArray::Type type);

/// True for NAME(...).
bool isGeneratorCall(llvm::StringRef text);

/// The data of a call; see parseValue for the generators there are.
llvm::Expected<Array> generate(llvm::StringRef call, KernelArray::Type type);

} // namespace keops

#endif // KEOPS_LIB_COMPILER_RUN_GENERATORS_H
