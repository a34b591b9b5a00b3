//===- Link.h - static and shared libraries ---------------------*- C++ -*-===//
//
// Both hold the kernels' object and the whole runtime, so that a user links
// one file. The archive is written here; a shared library needs the system's
// linker.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TARGET_LINK_H
#define KEOPS_TARGET_LINK_H

#include "keops/Support/Failure.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <string>

namespace keops {

/// An archive of the object, as member `memberName`, and of the members of the
/// archive at `runtimePath`. Depends on the bytes of both alone: no times, no
/// owners.
llvm::Expected<std::string> makeArchive(llvm::StringRef object,
                                        llvm::StringRef memberName,
                                        llvm::StringRef runtimePath);

struct SharedLibraryRequest {
  std::string runtimePath;
  std::string runtimeNeeds; ///< "-lgomp -lm -ldl"
  std::string triple;
  std::string soname;
  std::vector<std::string> exports; ///< besides keops_*
};

/// Runs the first of cc, gcc, clang, ld.lld in PATH. Its failure is a failure
/// of an external tool, with what it printed.
llvm::Expected<std::string>
makeSharedLibrary(llvm::StringRef object, const SharedLibraryRequest &request);

/// Fails when the archive's objects are for another architecture than the
/// triple's.
llvm::Error checkArchitecture(llvm::StringRef archivePath,
                              llvm::StringRef triple);

} // namespace keops

#endif // KEOPS_TARGET_LINK_H
