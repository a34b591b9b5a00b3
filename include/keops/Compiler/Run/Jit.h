//===- Jit.h - kernels compiled and called in memory ------------*- C++ -*-===//
//
// The object that keopsc would write is loaded into this process by LLVM's JIT,
// against the runtime that is linked into the tool.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_RUN_JIT_H
#define KEOPS_COMPILER_RUN_JIT_H

#include "keops/Target/Signature.h"
#include "keops/keops.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace llvm::orc {
class LLJIT;
} // namespace llvm::orc

namespace keops {

class LoadedKernel {
public:
  /// Loads the object's kernel `signature` describes. `object` must be for this
  /// machine.
  static llvm::Expected<LoadedKernel> load(llvm::StringRef object,
                                           const KernelSignature &signature);
  LoadedKernel(LoadedKernel &&);
  ~LoadedKernel();

  /// Calls the kernel's C function; `arrays` are its arguments, then its
  /// results.
  keops_status call(const keops_options *options, int64_t ni, int64_t nj,
                    llvm::ArrayRef<void *> arrays) const;

private:
  using Function = int32_t (*)(const keops_options *, int64_t, int64_t,
                               void *const *);
  LoadedKernel(std::unique_ptr<llvm::orc::LLJIT> jit, Function function);

  std::unique_ptr<llvm::orc::LLJIT> jit;
  Function function;
};

} // namespace keops

#endif // KEOPS_COMPILER_RUN_JIT_H
