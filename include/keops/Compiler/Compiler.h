//===- Compiler.h - from a .kop file to bytes -------------------*- C++ -*-===//
//
// The whole compiler as one function. It prints nothing and writes no file of
// the user's: errors in the source go to the diagnostic engine, everything else
// that can go wrong is a Failure.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_COMPILER_H
#define KEOPS_COMPILER_COMPILER_H

#include "keops/Compiler/Depfile.h"
#include "keops/Compiler/Request.h"
#include "keops/Support/Diagnostics.h"
#include "keops/Target/Signature.h"

#include <chrono>

namespace keops {

/// Wall time of each phase, in the order they ran.
class PhaseTimes {
public:
  /// Ends the running phase, if any, and starts one.
  void start(llvm::StringRef phase);
  void stop();
  void print(llvm::raw_ostream &os) const;

private:
  using Clock = std::chrono::steady_clock;
  struct Phase {
    std::string name;
    double milliseconds = 0;
  };
  std::vector<Phase> phases;
  Clock::time_point begin;
  bool running = false;
};

/// What a compilation made.
struct Artifact {
  std::string bytes;
  std::vector<KernelSignature> kernels;
  std::string report; ///< when the request asks for one
};

/// What a compilation leaves behind even when it fails.
struct Trace {
  PhaseTimes times;
  /// Every file that was read, the input first.
  std::vector<Dependency> dependencies;
  /// The module when a pass failed: the reproducer of a compiler bug.
  std::string failedModule;
};

/// Compiles. Errors of the source are in `diagnostics`, and the failure has the
/// status SourceErrors and no message.
llvm::Expected<Artifact> compile(const Request &request,
                                 DiagnosticEngine &diagnostics, Trace &trace);

} // namespace keops

#endif // KEOPS_COMPILER_COMPILER_H
