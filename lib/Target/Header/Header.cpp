//===- Header.cpp - the C header of a .kop file ---------------------------===//
//
// Layout of the text; CText.cpp makes the user's words safe.
//
//===----------------------------------------------------------------------===//

#include "keops/Target/Header.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace keops {

/// Lines of a prototype are broken before this column.
static constexpr size_t lineWidth = 100;

/// Halves have a C type that does not say what they are.
static std::string bitsNote(const KernelArray &array) {
  bool isHalf = array.type == KernelArray::Type::F16 ||
                array.type == KernelArray::Type::BF16;
  return isHalf ? ("bits of " + typeName(array.type)).str() : "";
}

/// The lines of the table under the documentation: name, shape, role.
static std::vector<std::string> shapeTable(const KernelSignature &kernel) {
  auto lead = [](const KernelArray &array) {
    return array.name + " " + array.shape();
  };
  size_t width = 0;
  for (const KernelArray &array : kernel.args)
    width = std::max(width, lead(array).size());
  std::vector<std::string> lines;
  for (const KernelArray &array : kernel.args) {
    std::string line = lead(array);
    line.append(width + 2 - line.size(), ' ');
    line += array.axis == KernelArray::Axis::Param
                ? "param"
                : ("one row per " + axisName(array.axis)).str();
    std::string note = bitsNote(array);
    lines.push_back(note.empty() ? line : line + ", " + note);
  }
  for (const KernelArray &array : kernel.results) {
    std::string note = bitsNote(array);
    lines.push_back(lead(array) + (note.empty() ? "" : "  " + note));
  }
  return lines;
}

static void emitComment(raw_ostream &os, const KernelSignature &kernel) {
  std::vector<std::string> lines;
  std::string doc = sanitizeComment(kernel.doc);
  SmallVector<StringRef> docLines;
  StringRef(doc.empty() ? kernel.name : doc).split(docLines, '\n');
  for (StringRef line : docLines)
    lines.push_back(line.rtrim().str());
  for (const std::string &line : shapeTable(kernel))
    lines.push_back("  " + line);
  for (size_t i = 0; i < lines.size(); ++i) {
    os << (i ? " *" : "/*");
    // The space keeps a line that starts with '/' from ending the comment.
    if (!lines[i].empty())
      os << ' ' << lines[i];
    os << (i + 1 < lines.size() ? "\n" : " */\n");
  }
}

/// `lead(fixed parameters,` and the others aligned below, filled to lineWidth.
static void emitPrototype(raw_ostream &os, const KernelSignature &kernel) {
  std::string lead = "KEOPS_API keops_status " + kernel.symbol + "(";
  size_t indent = lead.size() > 60 ? 4 : lead.size();
  std::vector<std::string> parameters;
  for (const KernelArray &array : kernel.args)
    parameters.push_back(
        ("const " + cTypeName(array.type) + " *" + array.name).str());
  for (const KernelArray &array : kernel.results)
    parameters.push_back((cTypeName(array.type) + " *" + array.name).str());

  os << lead << "const keops_options *options, int64_t ni, int64_t nj";
  size_t column = lineWidth;
  for (const std::string &parameter : parameters) {
    bool fits = column + parameter.size() + 4 <= lineWidth;
    if (!fits)
      os << ",\n" << std::string(indent, ' ');
    else
      os << ", ";
    column = (fits ? column + 2 : indent) + parameter.size();
    os << parameter;
  }
  os << ");\n";
  os << "KEOPS_API size_t " << kernel.workspaceSymbol()
     << "(const keops_options *options, int64_t ni, int64_t nj);\n";
}

static std::string guardName(StringRef stem, StringRef body) {
  std::string name = "KEOPS_";
  for (char c : stem)
    name += isAlnum(c) ? toUpper(c) : '_';
  return name + formatv("_{0:X-16}_H", xxh3_64bits(body)).str();
}

/// keops.h is found by its installed path, or alone on the include path.
static constexpr StringLiteral includes = R"(#include <stddef.h>
#include <stdint.h>

#if defined(__has_include)
#if !__has_include("keops/keops.h") && __has_include("keops.h")
#include "keops.h"
#else
#include "keops/keops.h"
#endif
#else
#include "keops/keops.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif
)";

std::string emitHeader(ArrayRef<KernelSignature> kernels, StringRef stem) {
  std::string body;
  raw_string_ostream os(body);
  for (const KernelSignature &kernel : kernels) {
    os << "\n";
    emitComment(os, kernel);
    emitPrototype(os, kernel);
  }
  std::string guard = guardName(stem, body);
  std::string text;
  raw_string_ostream out(text);
  out << "/* Made by keopsc from " << sanitizeComment(stem) << ".kop. */\n"
      << "#ifndef " << guard << "\n#define " << guard << "\n\n"
      << includes << body << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* "
      << guard << " */\n";
  return text;
}

} // namespace keops
