//===- Target.h - what a schedule must know of a processor ------*- C++ -*-===//
#ifndef KEOPS_ANALYSIS_TARGET_H
#define KEOPS_ANALYSIS_TARGET_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace keops {

/// A processor, as LLVM names it, and the width of its vectors.
struct CpuTarget {
  std::string cpu;
  /// "+avx2,+fma,...": everything the name implies, for code generation.
  std::string features;
  int64_t vectorBits = 128;
  int64_t vectorRegisters = 16;
  bool hasFma = false;
};

/// The target of an LLVM CPU name on an architecture. Fails for names that LLVM
/// does not know.
llvm::Expected<CpuTarget> describeCpu(llvm::StringRef cpu,
                                      llvm::StringRef triple);

} // namespace keops

#endif // KEOPS_ANALYSIS_TARGET_H
