//===- Command.h - a command line of keopsc, understood ---------*- C++ -*-===//
//
// What to compile and which files to write: everything that follows from the
// arguments alone, before any file is read.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_COMMAND_H
#define KEOPS_COMPILER_COMMAND_H

#include "keops/Compiler/CommandLine.h"

#include <string>
#include <vector>

namespace keops {

/// What -MD and its relatives ask for.
struct DepfileCommand {
  std::string path; ///< empty: none
  bool withSystem = true;
  bool phony = false;
  std::vector<std::string> targets; ///< escaped
};

struct Command {
  Request request;
  std::string output; ///< "-" is standard output
  std::string header; ///< empty: none
  DepfileCommand depfile;

  /// The files this command writes, in the order they are documented.
  std::vector<std::string> files() const;
};

/// Reads what `args` say beside messages. Targets are resolved; nothing is read
/// from disk.
llvm::Error readCommand(const llvm::opt::InputArgList &args, Command &command);

} // namespace keops

#endif // KEOPS_COMPILER_COMMAND_H
