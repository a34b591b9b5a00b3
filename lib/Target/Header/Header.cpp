//===- Header.cpp - the C header of a .kop file ---------------------------===//
//
// Layout of the text; CText.cpp makes the user's words safe.
//
//===----------------------------------------------------------------------===//

#include "keops/Target/Header.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace keops {

/// Lines of a prototype are broken before this column.
static constexpr size_t lineWidth = 100;

/// Words of the prototype itself, and forms C keeps for itself: a parameter
/// named `int64_t` would hide the type from the parameters after it.
static bool isUsableParameter(StringRef name) {
  return !isReservedInC(name) && name != "options" && name != "ni" &&
         name != "nj" && name != "KEOPS_API" && !name.ends_with("_t") &&
         !name.starts_with("keops_");
}

/// The variables' names, with underscores added where they cannot stand in C.
static std::vector<std::string> parameterNames(const KernelSignature &kernel) {
  std::vector<KernelArray> arrays = kernel.args;
  llvm::append_range(arrays, kernel.results);
  StringSet<> written;
  for (const KernelArray &array : arrays)
    written.insert(array.name);
  StringSet<> taken;
  std::vector<std::string> names;
  for (const KernelArray &array : arrays) {
    std::string name = array.name;
    while (!isUsableParameter(name) || taken.count(name) ||
           (name != array.name && written.count(name)))
      name += '_';
    taken.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

/// The lines of the table under the documentation: name, shape, role, and the
/// representation where the C type does not say it.
static std::vector<std::string> shapeTable(const KernelSignature &kernel,
                                           ArrayRef<std::string> names) {
  auto lead = [&](const KernelArray &array, StringRef name) {
    return (name + " " + array.shape()).str();
  };
  auto bits = [](const KernelArray &array) -> std::string {
    bool half = array.type == KernelArray::Type::F16 ||
                array.type == KernelArray::Type::BF16;
    return half ? ("bits of " + typeName(array.type)).str() : "";
  };
  size_t width = 0;
  for (auto [array, name] : zip(kernel.args, names))
    width = std::max(width, lead(array, name).size());
  std::vector<std::string> lines;
  for (auto [array, name] : zip(kernel.args, names)) {
    std::string line = lead(array, name);
    line.append(width + 2 - line.size(), ' ');
    line += array.axis == KernelArray::Axis::Param
                ? "param"
                : ("one row per " + axisName(array.axis)).str();
    if (!bits(array).empty())
      line += ", " + bits(array);
    lines.push_back(std::move(line));
  }
  for (auto [array, name] :
       zip(kernel.results, names.drop_front(kernel.args.size()))) {
    std::string line = lead(array, name);
    if (!bits(array).empty())
      line += "  " + bits(array);
    lines.push_back(std::move(line));
  }
  return lines;
}

static void emitComment(raw_ostream &os, const KernelSignature &kernel,
                        ArrayRef<std::string> names) {
  std::vector<std::string> lines;
  std::string doc = sanitizeComment(kernel.doc);
  if (doc.empty())
    doc = kernel.name;
  SmallVector<StringRef> docLines;
  StringRef(doc).split(docLines, '\n');
  for (StringRef line : docLines)
    lines.push_back(line.rtrim().str());
  for (const std::string &line : shapeTable(kernel, names))
    lines.push_back("  " + line);
  for (size_t i = 0; i < lines.size(); ++i) {
    os << (i ? " *" : "/*");
    // A line starting with '/' right after the star would end the comment.
    if (!lines[i].empty())
      os << ' ' << lines[i];
    os << (i + 1 < lines.size() ? "\n" : " */\n");
  }
}

/// `lead(fixed parameters,` and the others aligned below, filled to lineWidth.
static void emitPrototype(raw_ostream &os, const KernelSignature &kernel,
                          ArrayRef<std::string> names) {
  std::string lead = "KEOPS_API keops_status " + kernel.symbol + "(";
  size_t indent = lead.size() > 60 ? 4 : lead.size();
  std::string line =
      lead + "const keops_options *options, int64_t ni, int64_t nj";
  std::vector<std::string> parameters;
  for (auto [array, name] : zip(kernel.args, names))
    parameters.push_back(
        ("const " + cTypeName(array.type) + " *" + name).str());
  for (auto [array, name] :
       zip(kernel.results, names.drop_front(kernel.args.size())))
    parameters.push_back((cTypeName(array.type) + " *" + name).str());
  bool fresh = true;
  for (const std::string &parameter : parameters) {
    if (fresh || line.size() + parameter.size() + 4 > lineWidth) {
      os << line << ",\n";
      line = std::string(indent, ' ') + parameter;
    } else {
      line += ", " + parameter;
    }
    fresh = false;
  }
  os << line << ");\n";
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
    std::vector<std::string> names = parameterNames(kernel);
    os << "\n";
    emitComment(os, kernel, names);
    emitPrototype(os, kernel, names);
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
