//===- Targets.h - the machines a compilation is for ------------*- C++ -*-===//
//
// Turns --cpu and --target-triple into LLVM's names: `native` into a name that
// this machine really has every feature of, defaults for each architecture,
// suggestions for names that do not exist.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_TARGETS_H
#define KEOPS_COMPILER_TARGETS_H

#include "keops/Support/Failure.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace keops {

struct TargetChoice {
  std::string triple; ///< normalised
  /// LLVM CPU names, from the most capable to the most general, no repetitions.
  std::vector<std::string> cpus;
};

/// `triple` empty: this machine's. `cpus`: a comma-separated list, empty for
/// the default of the architecture.
llvm::Expected<TargetChoice> resolveTargets(llvm::StringRef triple,
                                            llvm::StringRef cpus);

/// The default list for a triple: "x86-64-v2,x86-64-v3,x86-64-v4".
llvm::StringRef defaultCpus(llvm::StringRef triple);

/// The best of LLVM's names for this machine.
std::string nativeCpu();

} // namespace keops

#endif // KEOPS_COMPILER_TARGETS_H
