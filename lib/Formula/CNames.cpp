//===- CNames.cpp - names the C header cannot have ------------------------===//
//
// A kernel becomes a C function and its variables the parameters, in a header
// for C99 and C++17.
//
//===----------------------------------------------------------------------===//

#include "KernelCheck.h"
#include "llvm/ADT/StringSet.h"

using namespace keops;
using llvm::StringRef;

static bool isCKeyword(StringRef name) {
  static const llvm::StringSet<> keywords = {
      // C99 and C11.
      "auto", "break", "case", "char", "const", "continue", "default", "do",
      "double", "else", "enum", "extern", "float", "for", "goto", "if",
      "inline", "int", "long", "register", "restrict", "return", "short",
      "signed", "sizeof", "static", "struct", "switch", "typedef", "union",
      "unsigned", "void", "volatile", "while",
      // C++17 and C23.
      "alignas", "alignof", "and", "and_eq", "asm", "bitand", "bitor", "bool",
      "catch", "char16_t", "char32_t", "char8_t", "class", "compl", "concept",
      "const_cast", "consteval", "constexpr", "constinit", "co_await",
      "co_return", "co_yield", "decltype", "delete", "dynamic_cast", "explicit",
      "export", "false", "friend", "mutable", "namespace", "new", "noexcept",
      "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
      "protected", "public", "reinterpret_cast", "requires", "static_assert",
      "static_cast", "template", "this", "thread_local", "throw", "true", "try",
      "typeid", "typename", "typeof", "using", "virtual", "wchar_t", "xor",
      "xor_eq",
      // Names of the headers it includes.
      "NULL", "int64_t", "int32_t", "uint16_t", "size_t", "ptrdiff_t",
      "offsetof", "asm"};
  return keywords.contains(name);
}

/// Functions every C program is linked with, or may well be.
static bool isCLibraryName(StringRef name) {
  static const llvm::StringSet<> names = {
      "abs",   "acos",   "acosh", "asin",   "asinh", "atan",   "atan2",
      "atanh", "cbrt",   "ceil",  "cos",    "cosh",  "erf",    "erfc",
      "exp",   "exp2",   "expm1", "fabs",   "floor", "fma",    "fmax",
      "fmin",  "hypot",  "ldexp", "lgamma", "log",   "log10",  "log1p",
      "log2",  "malloc", "free",  "memcpy", "pow",   "printf", "round",
      "sin",   "sinh",   "sqrt",  "tan",    "tanh",  "tgamma", "trunc",
      "exit",  "abort",  "index", "read",   "write"};
  return names.contains(name);
}

/// Why a name of the header cannot be `text`; empty if it can.
static StringRef reasonAgainst(StringRef text) {
  if (isCKeyword(text))
    return "is a reserved word";
  bool underscoreThenCapital =
      text.size() > 1 && text[0] == '_' && text[1] >= 'A' && text[1] <= 'Z';
  if (text.starts_with("__") || underscoreThenCapital)
    return "is reserved for the C implementation";
  if (text.starts_with("keops_") || text.starts_with("KEOPS_"))
    return "belongs to the runtime";
  return "";
}

void keops::checkCName(const Identifier &name, StringRef what, StringRef prefix,
                       DiagnosticEngine &diagnostics) {
  bool isKernel = what == "kernel";
  // The prefix of the compilation decides what the linker sees of a kernel.
  std::string text = ((isKernel ? prefix : "") + name.name).str();
  StringRef reason = reasonAgainst(text);
  if (isKernel && text == "main")
    reason = "is where a program starts";
  if (!isKernel && (text == "options" || text == "ni" || text == "nj"))
    reason = "is another parameter of the function";
  if (!reason.empty()) {
    std::string better =
        (StringRef(text).starts_with("_") ? "x" + name.name : name.name + "_")
            .str();
    diagnostics
        .error(name.range,
               "'" + name.name + "' cannot be the name of a " + what)
        .note("it becomes a name of the C header, where '" + text + "' " +
              reason)
        .repair("choose another name, such as '" + better + "'", name.range,
                better);
  } else if (isKernel && isCLibraryName(text)) {
    diagnostics
        .warning("c-name", name.range,
                 "kernel '" + text + "' has the name of a C library function")
        .repair("choose another name, or give '--prefix' to the compiler");
  }
}
