//===- CommandLine.h - what the tools' command lines share ------*- C++ -*-===//
//
// A thin layer over llvm::opt and the table Options.td: unknown options with
// suggestions, grouped help, values from a fixed set.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_COMMANDLINE_H
#define KEOPS_COMPILER_COMMANDLINE_H

#include "keops/Compiler/Request.h"
#include "keops/Support/Diagnostics.h"
#include "keops/Support/Failure.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Option/ArgList.h"

#include <string>
#include <vector>

namespace keops {

/// The identifiers of the options, as the table's generator names them.
enum OptionId : unsigned {
  OPT_INVALID = 0,
#define OPTION(PREFIXES_OFFSET, PREFIXED_NAME_OFFSET, ID, ...) OPT_##ID,
#include "keops/Compiler/Options.inc"
#undef OPTION
};

/// Which tool's options are meant; the bits of the table's visibilities.
enum Tool : unsigned { Keopsc = 1u << 1, Run = 1u << 2 };

/// The arguments of a tool, without its name. Fails with a usage failure: an
/// unknown option (the nearest is suggested) or a missing value.
llvm::Expected<llvm::opt::InputArgList>
parseArguments(llvm::ArrayRef<const char *> arguments, Tool tool);

/// The options of a tool by group, aligned.
void printGroupedHelp(llvm::raw_ostream &os, Tool tool);

/// "keopsc 0.1.0", LLVM's version, the default targets.
void printVersion(llvm::raw_ostream &os, llvm::StringRef toolName);

/// The place of `value` among `allowed`, or a usage failure:
/// "unknown element type 'f23'; did you mean 'f32'?".
llvm::Expected<unsigned> chooseValue(llvm::StringRef what,
                                     llvm::StringRef value,
                                     llvm::ArrayRef<llvm::StringRef> allowed);

/// "; did you mean 'NEAREST'?", or "" when nothing is near.
std::string didYouMean(llvm::StringRef word,
                       llvm::ArrayRef<llvm::StringRef> candidates);

/// How diagnostics are shown, and which.
struct MessageOptions {
  RenderOptions render;
  std::vector<std::string> warnings; ///< what followed each -W, checked
  bool time = false;
};

/// Options of the group Messages. Read first, so that later failures are shown
/// in the form asked for.
llvm::Error readMessageOptions(const llvm::opt::InputArgList &args,
                               MessageOptions &messages);

/// Options that both tools pass on to the compiler: constants, import paths,
/// types, floating point.
llvm::Error readSourceOptions(const llvm::opt::InputArgList &args,
                              Request &request);

} // namespace keops

#endif // KEOPS_COMPILER_COMMANDLINE_H
