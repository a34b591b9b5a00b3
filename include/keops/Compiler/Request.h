//===- Request.h - what one compilation is asked to do ----------*- C++ -*-===//
//
// Options as a struct: keopsc and keops-run fill it from their command lines, a
// program that embeds the compiler fills it by hand.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_REQUEST_H
#define KEOPS_COMPILER_REQUEST_H

#include "keops/Compiler/Targets.h"
#include "keops/Target/CUDA/Images.h"

#include <string>
#include <utility>
#include <vector>

namespace keops {

enum class OutputKind {
  Object,
  Archive,
  Shared,
  Assembly,
  LLVMIR,
  PTX,
  Cubin,
  MLIR,
  Header,
  Manifest
};

/// How far MLIR output is lowered.
enum class MLIRLevel { Formula, Tile, Loops, LLVM };

/// Where a compilation may be told to fail, for the tests of exit status 70.
enum class DebugBug { None, Crash, Fatal, Error };

struct Request {
  std::string input; ///< path of the `.kop` file; "-" is standard input
  OutputKind kind = OutputKind::Object;
  MLIRLevel level = MLIRLevel::Formula;

  /// Constants by name; the values are expressions of the language.
  std::vector<std::pair<std::string, std::string>> constants;
  std::vector<std::string> importPaths;
  std::string standardLibrary;
  std::string dtype = "f32";

  TargetChoice target;
  std::vector<GpuArch> cuda; ///< GPUs, in the order of resolveCudaTargets
  unsigned optLevel = 3;
  bool debug = false;
  bool report = false;
  std::string fp = "contract";
  std::string accumulate = "auto";
  std::string prefix;
  std::string schedule; ///< as parseSchedule reads it

  /// For archives and shared libraries: the runtime that goes in, what it
  /// needs itself, the name of the object's member, the name the dynamic linker
  /// knows the library by.
  std::string runtimeArchive;
  std::string runtimeNeeds; ///< "-lgomp -lm -ldl"
  std::string memberName;
  std::string soname;

  DebugBug debugBug = DebugBug::None;

  /// "gauss" for "dir/gauss.kop"; "stdin" for "-".
  std::string stem() const;
};

} // namespace keops

#endif // KEOPS_COMPILER_REQUEST_H
