//===- Spelling.cpp - the name that was probably meant --------------------===//

#include "keops/Support/Spelling.h"
#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

/// Letters and digits in lower case: what remains of a name's spelling habits.
static std::string skeleton(StringRef word) {
  std::string letters;
  for (char c : word)
    if (llvm::isAlnum(c))
      letters += llvm::toLower(c);
  return letters;
}

StringRef keops::nearestName(StringRef word,
                             llvm::ArrayRef<StringRef> candidates) {
  // The distance is quadratic in the lengths; nobody means a word this long.
  if (word.empty() || word.size() > 128)
    return {};
  std::string bones = skeleton(word);
  for (StringRef candidate : candidates)
    if (candidate != word && skeleton(candidate) == bones)
      return candidate;
  unsigned best = word.size() / 3 + 1;
  StringRef nearest;
  for (StringRef candidate : candidates) {
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
