//===- ReductionTable.cpp - the generated table and its look-up -----------===//

#include "keops/Formula/ReductionTable.h"
#include "llvm/ADT/STLExtras.h"

using namespace keops;

#define KEOPS_REDUCTION_TABLE
#include "keops/Formula/Reductions.inc"

llvm::ArrayRef<ReductionRecord> keops::allReductions() { return reductions; }

const ReductionRecord *keops::lookupReduction(llvm::StringRef name) {
  const auto *found = llvm::find_if(
      reductions, [&](const ReductionRecord &r) { return r.name == name; });
  return found == std::end(reductions) ? nullptr : found;
}
