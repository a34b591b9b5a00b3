//===- Outputs.h - files written all or not at all --------------*- C++ -*-===//
//
// A run that fails leaves no partial file and keeps the old ones. Every output
// is first written to a temporary file beside its place; when all of them are
// there, they are renamed.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_OUTPUTS_H
#define KEOPS_COMPILER_OUTPUTS_H

#include "keops/Support/Failure.h"

#include "llvm/Support/FileSystem.h"

#include <optional>
#include <string>
#include <vector>

namespace keops {

class Outputs {
public:
  Outputs() = default;
  Outputs(const Outputs &) = delete;
  Outputs &operator=(const Outputs &) = delete;
  /// Removes what was added and not committed.
  ~Outputs();

  /// Writes `bytes` to a temporary file beside `path`. "-" is standard output,
  /// written at commit; so is a path that is no regular file (/dev/null, a
  /// pipe): replacing that by a file would be a surprise.
  llvm::Error add(llvm::StringRef path, llvm::StringRef bytes,
                  bool executable = false);

  /// Puts every output in its place. Nothing is replaced when a check fails.
  llvm::Error commit();

private:
  struct Output {
    std::string path;
    std::optional<llvm::sys::fs::TempFile> temporary;
    std::string bytes; ///< of those without temporary
  };
  std::vector<Output> outputs;
};

/// "cannot write 'x.o': Permission denied".
llvm::Error cannotWrite(llvm::StringRef path, std::error_code reason);
llvm::Error cannotRead(llvm::StringRef path, std::error_code reason);

} // namespace keops

#endif // KEOPS_COMPILER_OUTPUTS_H
