//===- CText.cpp - text that C accepts anywhere ---------------------------===//
//
// Documentation comments come from the user; a header must not fail to compile,
// or warn, because of them. (Names were checked by the front end.)
//
//===----------------------------------------------------------------------===//

#include "keops/Target/Header.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

using namespace llvm;

namespace keops {

/// Control characters, and those that change the direction of text: a comment
/// must look like what it is.
static bool isHarmful(UTF32 c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f ||
         c == 0x061c || c == 0x2028 || c == 0x2029 || c == 0xfeff;
}

/// Copies `text`, with '?' for each harmful character and invalid byte.
static std::string printableUtf8(StringRef text) {
  std::string out;
  const auto *at = reinterpret_cast<const UTF8 *>(text.begin());
  const auto *end = reinterpret_cast<const UTF8 *>(text.end());
  while (at < end) {
    const UTF8 *next = at;
    UTF32 c = 0;
    if (convertUTF8Sequence(&next, end, &c, strictConversion) != conversionOK) {
      out += '?';
      ++at;
      continue;
    }
    if (c == '\n')
      out += '\n';
    else if (c == '\t')
      out += ' ';
    else if (isHarmful(c))
      out += '?';
    else
      out.append(reinterpret_cast<const char *>(at), next - at);
    at = next;
  }
  return out;
}

std::string sanitizeComment(StringRef text) {
  std::string out;
  for (char c : printableUtf8(text)) {
    char last = out.empty() ? '\0' : out.back();
    bool pair = (last == '*' && c == '/') || (last == '/' && c == '*') ||
                (last == '?' && c == '?');
    if (pair)
      out += ' ';
    // A backslash before a line break would join the lines.
    if (c == '\n')
      while (!out.empty() && (out.back() == '\\' || out.back() == ' '))
        out.pop_back();
    out += c;
  }
  while (!out.empty() && (out.back() == '\\' || isSpace(out.back())))
    out.pop_back();
  // "*" directly before the closing "*/" is harmless, "/" is not: "/*/".
  return out;
}

} // namespace keops
