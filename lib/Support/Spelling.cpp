//===- Spelling.cpp - the name that was probably meant
//---------------------===//

#include "keops/Support/Spelling.h"

using llvm::StringRef;

StringRef keops::nearestName(StringRef word,
                             llvm::ArrayRef<StringRef> candidates) {
  // The distance is quadratic in the lengths; nobody means a word this long.
  if (word.empty() || word.size() > 128)
    return {};
  unsigned best = word.size() / 3 + 1;
  StringRef nearest;
  for (StringRef candidate : candidates) {
    if (candidate.equals_insensitive(word) && candidate != word)
      return candidate;
    unsigned distance = word.edit_distance_insensitive(
        candidate, /*AllowReplacements=*/true, /*MaxEditDistance=*/best);
    bool everyLetterChanged =
        distance >= std::max(word.size(), candidate.size());
    if (distance > best || everyLetterChanged || candidate == word)
      continue;
    if (distance == best && !nearest.empty())
      continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}
