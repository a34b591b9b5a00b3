//===- Installation.cpp - the files that come with the compiler -----------===//

#include "keops/Compiler/Installation.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace keops {

// KEOPS_LIBDIR ("lib", "lib64", "lib/x86_64-linux-gnu") and KEOPS_RUNTIME_NEEDS
// are what the build was configured with.
static std::string libDir() { return KEOPS_LIBDIR; }

StringRef runtimeNeeds() { return KEOPS_RUNTIME_NEEDS; }

Installation::Installation(const char *argv0) {
  static int anchor;
  std::string executable = sys::fs::getMainExecutable(argv0, &anchor);
  SmallString<256> real;
  if (!sys::fs::real_path(executable, real))
    executable = real.str().str();
  prefix = sys::path::parent_path(sys::path::parent_path(executable)).str();
}

Expected<std::string>
Installation::findFirst(StringRef what,
                        ArrayRef<std::string> candidates) const {
  for (const std::string &candidate : candidates) {
    std::string path = prefix + "/" + candidate;
    if (sys::fs::exists(path))
      return path;
  }
  return fail(ExitStatus::File, "cannot find " + what + ": no " +
                                    candidates.front() + " in '" + prefix +
                                    "'");
}

Expected<std::string> Installation::runtimeArchive() const {
  return findFirst("the runtime library",
                   {"lib/libkeops_rt.a", libDir() + "/libkeops_rt.a"});
}

Expected<std::string> Installation::cudaSimulator() const {
  return findFirst("the simulated CUDA driver",
                   {"lib/libkeops_cuda_simulator.so",
                    libDir() + "/libkeops_cuda_simulator.so"});
}

Expected<std::string> Installation::cmakeDir() const {
  Expected<std::string> file = findFirst(
      "the CMake package",
      {"lib/cmake/Keops/KeopsConfig.cmake",
       libDir() + "/cmake/Keops/KeopsConfig.cmake", "cmake/KeopsConfig.cmake",
       "KeopsConfig.cmake", "cmake/Keops/KeopsConfig.cmake"});
  if (!file)
    return file.takeError();
  return sys::path::parent_path(*file).str();
}

Expected<std::string> Installation::includeDir() const {
  Expected<std::string> file = findFirst("keops.h", {"include/keops/keops.h"});
  if (!file)
    return file.takeError();
  return prefix + "/include";
}

std::string Installation::standardLibrary() const {
  std::string path = prefix + "/share/keops";
  return sys::fs::is_directory(path) ? path : "";
}

Expected<std::string> Installation::linkFlags() const {
  Expected<std::string> archive = runtimeArchive();
  if (!archive)
    return archive.takeError();
  Expected<std::string> include = includeDir();
  if (!include)
    return include.takeError();
  std::string dir = sys::path::parent_path(*archive).str();
  // The run path lets a program find the shared runtime where it was linked.
  return "-I" + *include + " -L" + dir + " -Wl,-rpath," + dir + " -lkeops_rt " +
         runtimeNeeds().str();
}

} // namespace keops
