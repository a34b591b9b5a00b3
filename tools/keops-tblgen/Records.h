//===- Records.h - the records of the dialect as plain data -----*- C++ -*-===//
//
// The only part of keops-tblgen that knows TableGen's classes: the emitters and
// the checks work on these structures, whose fields KeopsBase.td explains.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TOOLS_KEOPSTBLGEN_RECORDS_H
#define KEOPS_TOOLS_KEOPSTBLGEN_RECORDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/SMLoc.h"
#include <string>
#include <vector>

namespace llvm {
class Record;
class RecordKeeper;
} // namespace llvm

namespace keops::tblgen {

using Strings = std::vector<llvm::StringRef>;

struct Primitive {
  const llvm::Record *record = nullptr;
  llvm::StringRef name;
  Strings operands;
  std::vector<bool> operandIsMask;
  bool resultIsMask = false;
  Strings defaults, partials;
  llvm::StringRef value, value32, value64, valueInt, gpu32;
  llvm::StringRef estimate32, estimate64;
  std::vector<int64_t> dividerClocks;
  llvm::StringRef upstream, upstreamInt, intrinsic;
  llvm::StringRef predicate, predicateInt;
  Strings aliases;
  llvm::StringRef math, convention, brief, description, reference, ulps;
  Strings domain, specialPoints;
  bool isPublic = true;
  int cost = 0;
  /// The topic of its file: "Arithmetic" for PrimitivesArithmetic.td.
  std::string topic;

  bool actsOnIntegers() const {
    return !valueInt.empty() || !upstreamInt.empty() || !predicateInt.empty();
  }
  /// The formula for an element type of that width, empty for core operations.
  llvm::StringRef valueFor(unsigned width) const {
    llvm::StringRef special = width == 64 ? value64 : value32;
    return special.empty() ? value : special;
  }
  /// The field that holds it, for messages.
  llvm::StringRef valueField(unsigned width) const {
    if (width == 64)
      return value64.empty() ? "value" : "value64";
    return value32.empty() ? "value" : "value32";
  }
};

struct Reduction {
  const llvm::Record *record = nullptr;
  llvm::StringRef name;
  Strings inputs, inputDefaults, state, stateKind, identity, rare, restart,
      accumulate, merge, finish, resultKind, results, partials, parts, aliases;
  std::vector<int64_t> stateShape, resultShape;
  llvm::StringRef when, changes, decisive, doubt, companion, math, convention,
      brief;
  bool isSelection = false, isPublic = true;
};

/// All primitives, in the order in which they are defined.
std::vector<Primitive> readPrimitives(const llvm::RecordKeeper &records);
std::vector<Reduction> readReductions(const llvm::RecordKeeper &records);

} // namespace keops::tblgen

#endif // KEOPS_TOOLS_KEOPSTBLGEN_RECORDS_H
