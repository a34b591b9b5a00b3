//===- Spelling.h - the name that was probably meant ------------*- C++ -*-===//
//
// One rule for every "did you mean": options, constants, primitives, targets.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_SUPPORT_SPELLING_H
#define KEOPS_SUPPORT_SPELLING_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace keops {

/// The candidate nearest to `word` by edit distance, ignoring case; empty when
/// none is near enough (about one edit in three letters). A name that differs
/// in case and underscores only is nearest; the first wins ties.
///   nearestName("guassian", {"gamma", "gaussian"}) == "gaussian"
llvm::StringRef nearestName(llvm::StringRef word,
                            llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace keops

#endif // KEOPS_SUPPORT_SPELLING_H
