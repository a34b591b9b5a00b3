//===- SourceManager.h - the source texts of a compilation ------*- C++ -*-===//
//
// Owns every text that is read (files, standard input, strings given on the
// command line) and turns byte offsets into lines and columns. A range is three
// integers, so syntax trees carry one per node at no cost.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_SUPPORT_SOURCEMANAGER_H
#define KEOPS_SUPPORT_SOURCEMANAGER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace keops {

/// Number of a text within its SourceManager.
using FileId = uint32_t;
constexpr FileId invalidFile = ~FileId(0);

/// Bytes [begin, end) of one text. An invalid range stands for "nowhere": a
/// diagnostic about the command line, say.
struct SourceRange {
  FileId file = invalidFile;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool isValid() const { return file != invalidFile; }
  bool operator==(const SourceRange &other) const {
    return file == other.file && begin == other.begin && end == other.end;
  }
};

/// The smallest range that holds both; of one text.
inline SourceRange join(SourceRange first, SourceRange last) {
  if (!first.isValid())
    return last;
  if (!last.isValid() || last.file != first.file)
    return first;
  return {first.file, std::min(first.begin, last.begin),
          std::max(first.end, last.end)};
}

/// Line and column from 1; columns count bytes.
struct LineColumn {
  unsigned line = 0;
  unsigned column = 0;
};

class SourceManager {
public:
  /// Reads a file; "-" is standard input, shown as "<stdin>". Fails with the
  /// system's reason, or when the text exceeds 64 MiB.
  llvm::Expected<FileId> addFile(llvm::StringRef path);
  /// Takes a copy of `text`, shown under `name`.
  FileId addBuffer(llvm::StringRef text, llvm::StringRef name);

  /// Texts are numbered from 0.
  FileId fileCount() const { return static_cast<FileId>(texts.size()); }
  llvm::StringRef text(FileId file) const;
  llvm::StringRef text(SourceRange range) const;
  llvm::StringRef name(FileId file) const;
  LineColumn lineColumn(FileId file, uint32_t offset) const;
  /// The line without its end; empty past the last one.
  llvm::StringRef line(FileId file, unsigned line) const;
  /// Offset at which a line (from 1) starts.
  uint32_t lineStart(FileId file, unsigned line) const;

private:
  struct Text {
    std::string name;
    std::unique_ptr<llvm::MemoryBuffer> buffer;
    std::vector<uint32_t> lineStarts;
  };
  FileId add(std::string name, std::unique_ptr<llvm::MemoryBuffer> buffer);
  std::vector<Text> texts;
};

} // namespace keops

#endif // KEOPS_SUPPORT_SOURCEMANAGER_H
