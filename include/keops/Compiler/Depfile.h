//===- Depfile.h - rules for Make and Ninja ---------------------*- C++ -*-===//
//
// Which files a compilation read, as a Makefile rule: what -MD and its
// relatives write. Names may hold spaces, '#', '$', ':' and backslashes.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_DEPFILE_H
#define KEOPS_COMPILER_DEPFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace keops {

/// A file that was read. System files are those of the standard library.
struct Dependency {
  std::string path;
  bool isSystem = false;
};

/// A name as a target or prerequisite:  "a b#$.kop" -> "a\ b\#$$.kop".
std::string escapeForMake(llvm::StringRef name);

/// `targets: dependencies`, one dependency per line; targets are written as
/// they are (escaped already, or meant to be raw). With `phony`, an empty rule
/// for each dependency but the first keeps Make going when that file is
/// deleted.
std::string emitDepfile(llvm::ArrayRef<std::string> targets,
                        llvm::ArrayRef<std::string> dependencies, bool phony);

} // namespace keops

#endif // KEOPS_COMPILER_DEPFILE_H
