//===- Installation.h - the files that come with the compiler ---*- C++ -*-===//
//
// Found relative to the running executable, so that an installed prefix can be
// moved. The build tree is laid out like a prefix: bin, lib, include, share.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_INSTALLATION_H
#define KEOPS_COMPILER_INSTALLATION_H

#include "keops/Support/Failure.h"

#include <string>

namespace keops {

class Installation {
public:
  /// `argv0` helps where the system cannot say which file is running.
  explicit Installation(const char *argv0);

  /// Each fails, naming the places tried, when it is not there.
  llvm::Expected<std::string> runtimeArchive() const;
  llvm::Expected<std::string> cmakeDir() const;
  /// libkeops_cuda_simulator.so, which runs GPU kernels on the CPU.
  llvm::Expected<std::string> cudaSimulator() const;
  /// Where `#include "keops/keops.h"` is found.
  llvm::Expected<std::string> includeDir() const;
  /// The directory that `import "std/..."` is relative to; empty when absent.
  std::string standardLibrary() const;

  /// "-I... -L... -lkeops_rt ...": what a compiler driver needs to build
  /// against a generated header and link an object.
  llvm::Expected<std::string> linkFlags() const;

private:
  llvm::Expected<std::string>
  findFirst(llvm::StringRef what, llvm::ArrayRef<std::string> candidates) const;

  std::string prefix;
};

/// The libraries the runtime itself needs, as linker flags: "-lgomp -lm ...".
llvm::StringRef runtimeNeeds();

} // namespace keops

#endif // KEOPS_COMPILER_INSTALLATION_H
