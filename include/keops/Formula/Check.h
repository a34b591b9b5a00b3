//===- Check.h - from a .kop file to checked kernels ------------*- C++ -*-===//
//
// Reads a file and what it imports, resolves names, inlines functions, and
// checks index sets, dimensions and element types. Every error of the files is
// reported in one run; what depends on a broken part is not reported again.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_FORMULA_CHECK_H
#define KEOPS_FORMULA_CHECK_H

#include "keops/Formula/Program.h"
#include "keops/Support/Diagnostics.h"
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keops {

struct CheckOptions {
  /// `-D NAME=VALUE`; a value is an expression of the language.
  std::vector<std::pair<std::string, std::string>> defines;
  /// `-I`, searched in order after the importing file's own directory.
  std::vector<std::string> includeDirs;
  /// The installed folder that holds `std/`; searched last.
  std::string stdDir;
  /// Element type of variables that name none: f16, bf16, f32 or f64.
  ElementType dtype = ElementType::F32;
  /// `--prefix`, the beginning of every exported name.
  std::string prefix;
};

/// Checks the file already read as `main`. Nothing is returned after an error.
/// `dependencies`, if given, receives the paths of all imported files.
std::optional<CheckedModule>
checkFile(FileId main, const CheckOptions &options,
          DiagnosticEngine &diagnostics,
          std::vector<std::string> *dependencies = nullptr);

} // namespace keops

#endif // KEOPS_FORMULA_CHECK_H
