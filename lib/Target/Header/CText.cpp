//===- CText.cpp - text that C accepts anywhere ---------------------------===//
//
// Documentation comments and variable names come from the user; a header must
// not fail to compile, or warn, because of them.
//
//===----------------------------------------------------------------------===//

#include "keops/Target/Header.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

using namespace llvm;

namespace keops {

/// Words of C99 to C23 and of C++98 to C++23, the alternative operator names,
/// and the macros of stddef.h and stdint.h that a short name could meet.
static constexpr StringLiteral reservedWords[] = {
    "alignas",     "alignof",
    "and",         "and_eq",
    "asm",         "auto",
    "bitand",      "bitor",
    "bool",        "break",
    "case",        "catch",
    "char",        "char16_t",
    "char32_t",    "char8_t",
    "class",       "co_await",
    "co_return",   "co_yield",
    "compl",       "concept",
    "const",       "const_cast",
    "consteval",   "constexpr",
    "constinit",   "continue",
    "decltype",    "default",
    "delete",      "do",
    "double",      "dynamic_cast",
    "else",        "enum",
    "explicit",    "export",
    "extern",      "false",
    "float",       "for",
    "friend",      "goto",
    "if",          "inline",
    "int",         "linux",
    "long",        "mutable",
    "namespace",   "new",
    "noexcept",    "not",
    "not_eq",      "nullptr",
    "operator",    "or",
    "or_eq",       "private",
    "protected",   "public",
    "register",    "reinterpret_cast",
    "requires",    "restrict",
    "return",      "short",
    "signed",      "sizeof",
    "static",      "static_assert",
    "static_cast", "struct",
    "switch",      "template",
    "this",        "thread_local",
    "throw",       "true",
    "try",         "typedef",
    "typeid",      "typename",
    "typeof",      "typeof_unqual",
    "union",       "unix",
    "unsigned",    "using",
    "virtual",     "void",
    "volatile",    "wchar_t",
    "while",       "xor",
    "xor_eq",      "NULL",
    "INT32_MAX",   "INT32_MIN",
    "INT64_MAX",   "INT64_MIN",
    "SIZE_MAX",    "offsetof",
};

bool isReservedInC(StringRef name) {
  // _Bool, _Generic, __x: reserved for the compiler in every version.
  bool reservedForm =
      name.size() > 1 && name[0] == '_' && (name[1] == '_' || isUpper(name[1]));
  return reservedForm || is_contained(reservedWords, name);
}

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
