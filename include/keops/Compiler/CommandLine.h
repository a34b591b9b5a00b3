//===- CommandLine.h - what the tools' command lines share ------*- C++ -*-===//
//
// A thin layer over llvm::opt: unknown options with suggestions, grouped help,
// values from a fixed set. The tables themselves are TableGen
// (KeopscOptions.td, Run/RunOptions.td).
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_COMMANDLINE_H
#define KEOPS_COMPILER_COMMANDLINE_H

#include "keops/Support/Failure.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"

#include <string>
#include <vector>

namespace keops {

/// The arguments of a tool against its table. `unknown` is the table's OPT_UNKNOWN.
/// Fails with a usage failure: an unknown option (the nearest is suggested) or
/// a missing value.
llvm::Expected<llvm::opt::InputArgList>
parseArguments(const llvm::opt::OptTable &table,
               llvm::ArrayRef<const char *> arguments,
               llvm::opt::OptSpecifier unknown);

/// Options of each group, in the order given, with their help, aligned.
void printGroupedHelp(llvm::raw_ostream &os, const llvm::opt::OptTable &table,
                      llvm::ArrayRef<unsigned> groups);

/// The place of `value` among `allowed`, or a usage failure that lists them:
/// "unknown element type 'f23'; did you mean 'f32'?".
llvm::Expected<unsigned> chooseValue(llvm::StringRef what,
                                     llvm::StringRef value,
                                     llvm::ArrayRef<llvm::StringRef> allowed);

/// "; did you mean 'NEAREST'?", or "" when nothing is near.
std::string didYouMean(llvm::StringRef word,
                       llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace keops

#endif // KEOPS_COMPILER_COMMANDLINE_H
