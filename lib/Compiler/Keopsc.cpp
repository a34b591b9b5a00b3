//===- Keopsc.cpp - keopsc as a function ----------------------------------===//
//
// Answers what needs no compilation, compiles, and puts the files in place.
//
//===----------------------------------------------------------------------===//

#include "keops/Compiler/Command.h"
#include "keops/Compiler/Driver.h"
#include "keops/Compiler/Installation.h"
#include "keops/Compiler/Outputs.h"
#include "keops/Compiler/Session.h"
#include "keops/Target/Header.h"

#include "llvm/Support/Process.h"

using namespace llvm;

namespace keops {

static constexpr ToolText text = {
    Keopsc, "keopsc",
    "keopsc FILE.kop -o FILE.o|libNAME.a|libNAME.so [options]\n"
    "compiles reductions over pairs of points to C functions and their "
    "header\n",
    "Exit status: 0 success, 1 errors in the source, 2 wrong usage, 3 a "
    "file, 4 an external tool,\n70 a bug in keopsc\n"};

/// Answers options that print one fact. Returns false when there was none.
static Expected<bool> answerQuestion(const opt::InputArgList &args,
                                     const Installation &installation) {
  for (unsigned option : {OPT_link_flags, OPT_cmake_dir}) {
    if (!args.hasArg(option))
      continue;
    Expected<std::string> answer = option == OPT_link_flags
                                       ? installation.linkFlags()
                                       : installation.cmakeDir();
    if (!answer)
      return answer.takeError();
    outs() << *answer << '\n';
    return true;
  }
  return false;
}

/// What a library needs beside the source, found now so that its absence is
/// told before any work.
static Error findRuntime(Command &command, const Installation &installation) {
  Request &request = command.request;
  request.standardLibrary = installation.standardLibrary();
  if (request.kind != OutputKind::Archive && request.kind != OutputKind::Shared)
    return Error::success();
  Expected<std::string> archive = installation.runtimeArchive();
  if (!archive)
    return archive.takeError();
  request.runtimeArchive = *archive;
  request.runtimeNeeds = runtimeNeeds().str();
  return Error::success();
}

/// Bytes that a terminal cannot show are not sent to one.
static Error checkTerminal(const Command &command) {
  OutputKind kind = command.request.kind;
  bool isBinary = kind == OutputKind::Object || kind == OutputKind::Archive ||
                  kind == OutputKind::Shared;
  if (command.output == "-" && isBinary &&
      sys::Process::StandardOutIsDisplayed())
    return fail(ExitStatus::Usage,
                "binary output is not written to a terminal; name a file with "
                "-o FILE");
  return Error::success();
}

static Error writeOutputs(const Command &command, const Artifact &artifact,
                          const Trace &trace) {
  Outputs outputs;
  bool executable = command.request.kind == OutputKind::Shared;
  if (Error error = outputs.add(command.output, artifact.bytes, executable))
    return error;
  if (!command.header.empty())
    if (Error error =
            outputs.add(command.header,
                        emitHeader(artifact.kernels, command.request.stem())))
      return error;
  const DepfileCommand &depfile = command.depfile;
  if (!depfile.path.empty()) {
    std::vector<std::string> read;
    for (const Dependency &dependency : trace.dependencies)
      if (dependency.path != "-" &&
          (depfile.withSystem || !dependency.isSystem))
        read.push_back(dependency.path);
    if (Error error = outputs.add(
            depfile.path, emitDepfile(depfile.targets, read, depfile.phony)))
      return error;
  }
  return outputs.commit();
}

static Expected<int> run(const opt::InputArgList &args,
                         const Session &session) {
  Installation installation(session.commandLine[0]);
  Expected<bool> answered = answerQuestion(args, installation);
  if (!answered)
    return answered.takeError();
  if (*answered)
    return 0;
  Command command;
  if (Error error = readCommand(args, command))
    return error;
  if (args.hasArg(OPT_print_outputs)) {
    for (const std::string &path : command.files())
      outs() << path << '\n';
    return 0;
  }
  if (Error error = checkTerminal(command))
    return error;
  if (Error error = findRuntime(command, installation))
    return error;
  auto write = [&](const Artifact &artifact, Trace &trace) {
    trace.times.start("write");
    Error error = writeOutputs(command, artifact, trace);
    trace.times.stop();
    (command.output == "-" ? errs() : outs()) << artifact.report;
    return error;
  };
  return compileSupervised(session, command.request, write);
}

int runKeopsc(int argc, const char *const *argv) {
  return runTool(text, ArrayRef(argv, argc), run);
}

} // namespace keops
