//===- Archive.cpp - static libraries -------------------------------------===//

#include "keops/Target/Link.h"

#include "llvm/Object/Archive.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace keops {

namespace {
/// An archive that was read, and the bytes it points into.
struct OpenArchive {
  std::unique_ptr<MemoryBuffer> bytes;
  std::unique_ptr<object::Archive> archive;
};
} // namespace

static Expected<OpenArchive> openArchive(StringRef path) {
  auto bytes = MemoryBuffer::getFile(path);
  if (!bytes)
    return fail(ExitStatus::File,
                "cannot read '" + path + "': " + bytes.getError().message());
  auto archive = object::Archive::create(**bytes);
  if (!archive)
    return fail(ExitStatus::File,
                "cannot read '" + path + "': " + toString(archive.takeError()));
  return OpenArchive{std::move(*bytes), std::move(*archive)};
}

Error checkArchitecture(StringRef archivePath, StringRef triple) {
  Expected<OpenArchive> open = openArchive(archivePath);
  if (!open)
    return open.takeError();
  Error error = Error::success();
  for (const object::Archive::Child &child : open->archive->children(error)) {
    auto binary = child.getAsBinary();
    if (!binary) {
      consumeError(binary.takeError());
      continue;
    }
    auto *object = dyn_cast<object::ObjectFile>(binary->get());
    if (!object || object->getArch() == Triple(triple).getArch())
      continue;
    consumeError(std::move(error));
    return fail(ExitStatus::Usage,
                "not yet supported: a library for " + triple +
                    ", as the runtime installed here is for " +
                    Triple::getArchTypeName(object->getArch()) +
                    "; write an object (-o FILE.o) and link it on the target");
  }
  if (error)
    return fail(ExitStatus::File, "cannot read '" + archivePath +
                                      "': " + toString(std::move(error)));
  return Error::success();
}

Expected<std::string> makeArchive(StringRef object, StringRef memberName,
                                  StringRef runtimePath) {
  Expected<OpenArchive> open = openArchive(runtimePath);
  if (!open)
    return open.takeError();
  std::vector<NewArchiveMember> members;
  members.emplace_back(MemoryBufferRef(object, memberName));
  Error error = Error::success();
  for (const object::Archive::Child &child : open->archive->children(error)) {
    auto member = NewArchiveMember::getOldMember(child, /*Deterministic=*/true);
    if (!member) {
      consumeError(std::move(error));
      return fail(ExitStatus::File, "cannot read '" + runtimePath +
                                        "': " + toString(member.takeError()));
    }
    members.push_back(std::move(*member));
  }
  if (error)
    return fail(ExitStatus::File, "cannot read '" + runtimePath +
                                      "': " + toString(std::move(error)));
  auto archive =
      writeArchiveToBuffer(members, SymtabWritingMode::NormalSymtab,
                           object::Archive::K_GNU, /*Deterministic=*/true,
                           /*Thin=*/false);
  if (!archive)
    return archive.takeError();
  return (*archive)->getBuffer().str();
}

} // namespace keops
