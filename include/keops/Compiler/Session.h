//===- Session.h - one run of a tool ----------------------------*- C++ -*-===//
//
// What keopsc and keops-run do alike: read the options that both have, answer
// --help and --version, compile in a child process, and report every failure,
// whatever its kind, in one form.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_SESSION_H
#define KEOPS_COMPILER_SESSION_H

#include "keops/Compiler/CommandLine.h"
#include "keops/Compiler/Compiler.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace keops {

/// A tool as its help presents it.
struct ToolText {
  Tool tool;
  llvm::StringLiteral name;
  llvm::StringLiteral usage;    ///< above the options; whole lines
  llvm::StringLiteral statuses; ///< below them
};

struct Session {
  const ToolText &text;
  llvm::ArrayRef<const char *> commandLine; ///< the tool's name first
  MessageOptions messages;
};

/// What is left of a tool's work when the options of messages are read and no
/// help was asked for. Returns the exit status.
using ToolBody = llvm::function_ref<llvm::Expected<int>(
    const llvm::opt::InputArgList &args, const Session &session)>;

/// Runs a tool to its exit status. A failure of `body` is reported here.
int runTool(const ToolText &text, llvm::ArrayRef<const char *> commandLine,
            ToolBody body);

using ArtifactUse =
    llvm::function_ref<llvm::Error(const Artifact &artifact, Trace &trace)>;

/// Compiles and hands the result to `use`, both in a child process. Shows
/// diagnostics, the times if asked for, and failures, crashes among them.
/// Returns the exit status.
int compileSupervised(const Session &session, const Request &request,
                      ArtifactUse use);

} // namespace keops

#endif // KEOPS_COMPILER_SESSION_H
