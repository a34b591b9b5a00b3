//===- Binding.h - arrays to the variables of a kernel ----------*- C++ -*-===//
//
// NAME=VALUE words become the arrays of a call: files are read, values made,
// and every shape and type checked against the kernel. Extents follow from the
// arrays.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_RUN_BINDING_H
#define KEOPS_COMPILER_RUN_BINDING_H

#include "keops/Compiler/Run/Array.h"
#include "keops/Support/Failure.h"

namespace keops {

/// Everything a call needs, results allocated.
struct BoundCall {
  int64_t ni = 0;
  int64_t nj = 0;
  std::vector<Array> args;
  std::vector<Array> results;
};

/// Binds `words` ("x=x.npy", "g=0.5", "ni=100") to the variables of `kernel`. A
/// mismatch is a usage failure that names the argument, the expected and the
/// actual shape; a file that cannot be read is a failure of status File.
llvm::Expected<BoundCall> bindArguments(const KernelSignature &kernel,
                                        llvm::ArrayRef<std::string> words);

} // namespace keops

#endif // KEOPS_COMPILER_RUN_BINDING_H
