//===- SourceManager.cpp - the source texts of a compilation --------------===//

#include "keops/Support/SourceManager.h"
#include <algorithm>
#include <cassert>

using namespace keops;
using llvm::StringRef;

static constexpr uint64_t maxTextBytes = uint64_t(64) << 20;

FileId SourceManager::add(std::string name,
                          std::unique_ptr<llvm::MemoryBuffer> buffer) {
  Text text{std::move(name), std::move(buffer), {0}};
  StringRef bytes = text.buffer->getBuffer();
  for (size_t at = bytes.find('\n'); at != StringRef::npos;
       at = bytes.find('\n', at + 1))
    text.lineStarts.push_back(at + 1);
  texts.push_back(std::move(text));
  return texts.size() - 1;
}

llvm::Expected<FileId> SourceManager::addFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return llvm::createStringError(buffer.getError(), "%s",
                                   buffer.getError().message().c_str());
  if ((*buffer)->getBufferSize() > maxTextBytes)
    return llvm::createStringError(
        std::make_error_code(std::errc::file_too_large),
        "the file is larger than 64 MiB");
  return add(path == "-" ? "<stdin>" : path.str(), std::move(*buffer));
}

FileId SourceManager::addBuffer(StringRef text, StringRef name) {
  return add(name.str(), llvm::MemoryBuffer::getMemBufferCopy(text, name));
}

StringRef SourceManager::text(FileId file) const {
  assert(file < texts.size() && "no such text");
  return texts[file].buffer->getBuffer();
}

StringRef SourceManager::text(SourceRange range) const {
  if (!range.isValid())
    return {};
  return text(range.file).slice(range.begin, range.end);
}

StringRef SourceManager::name(FileId file) const {
  return file < texts.size() ? StringRef(texts[file].name) : StringRef();
}

LineColumn SourceManager::lineColumn(FileId file, uint32_t offset) const {
  const std::vector<uint32_t> &starts = texts[file].lineStarts;
  auto next = std::upper_bound(starts.begin(), starts.end(), offset);
  return {unsigned(next - starts.begin()), offset - *std::prev(next) + 1};
}

uint32_t SourceManager::lineStart(FileId file, unsigned line) const {
  const std::vector<uint32_t> &starts = texts[file].lineStarts;
  assert(line >= 1 && "lines count from 1");
  return line <= starts.size() ? starts[line - 1] : text(file).size();
}

StringRef SourceManager::line(FileId file, unsigned line) const {
  if (line > texts[file].lineStarts.size())
    return {};
  StringRef rest = text(file).drop_front(lineStart(file, line));
  return rest.take_until([](char c) { return c == '\n'; }).rtrim('\r');
}
