//===- Keopsc.cpp - keopsc as a function ----------------------------------===//
//
// Reads the command line, answers what needs no compilation, compiles, and
// puts the files in place.
//
//===----------------------------------------------------------------------===//

#include "keops/Compiler/BugReport.h"
#include "keops/Compiler/Command.h"
#include "keops/Compiler/Compiler.h"
#include "keops/Compiler/Driver.h"
#include "keops/Compiler/Installation.h"
#include "keops/Compiler/Outputs.h"
#include "keops/Target/Header.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"

using namespace llvm;

namespace keops {

static constexpr StringLiteral toolName = "keopsc";

static void printHelp(raw_ostream &os) {
  os << "keopsc FILE.kop -o FILE.o|libNAME.a|libNAME.so [options]\n"
        "compiles reductions over pairs of points to C functions and their "
        "header\n";
  printGroupedHelp(os, Keopsc);
  os << "Exit status: 0 success, 1 errors in the source, 2 wrong usage, 3 a "
        "file, 4 an external tool,\n70 a bug in keopsc\n";
}

/// Answers options that print one fact. Returns false when there was none.
static Expected<bool> answerQuestion(const opt::InputArgList &args,
                                     const Installation &installation) {
  if (args.hasArg(OPT_help)) {
    printHelp(outs());
    return true;
  }
  if (args.hasArg(OPT_version)) {
    printVersion(outs(), toolName);
    return true;
  }
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

namespace {
/// One run: what the functions below share.
struct Session {
  ArrayRef<const char *> commandLine;
  Command command;
};
} // namespace

static int compileAndWrite(Session &session) {
  Command &command = session.command;
  SourceManager sources;
  DiagnosticEngine diagnostics(sources);
  for (const std::string &warning : command.messages.warnings)
    consumeError(diagnostics.warningOptions().apply(warning));

  Trace trace;
  Expected<Artifact> artifact = compile(command.request, diagnostics, trace);
  diagnostics.print(errs(), command.messages.render);
  Error error = Error::success();
  if (artifact) {
    trace.times.start("write");
    error = writeOutputs(command, *artifact, trace);
    trace.times.stop();
    (command.output == "-" ? errs() : outs()) << artifact->report;
  } else {
    error = artifact.takeError();
  }
  if (command.messages.time)
    trace.times.print(errs());
  if (!error)
    return 0;
  std::string message;
  ExitStatus status = takeFailure(std::move(error), message);
  if (status == ExitStatus::Bug)
    return reportBug(toolName, message, session.commandLine,
                     command.request.input, trace.failedModule);
  return reportFailure(make_error<Failure>(status, message), toolName,
                       command.messages.render);
}

/// LLVM's own way to give up: the same report as for a failed pass.
static void onFatalError(void *data, const char *reason, bool) {
  const Session &session = *static_cast<Session *>(data);
  int status = reportBug(toolName, reason, session.commandLine,
                         session.command.request.input, "");
  errs().flush();
  sys::RunInterruptHandlers(); // removes temporary files
  sys::Process::Exit(status, /*NoCleanup=*/true);
}

static Expected<int> run(const opt::InputArgList &args, Session &session,
                         const Installation &installation) {
  Expected<bool> answered = answerQuestion(args, installation);
  if (!answered)
    return answered.takeError();
  if (*answered)
    return 0;
  Command &command = session.command;
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
  return runSupervised(
      [&] {
        ScopedFatalErrorHandler handler(onFatalError, &session);
        return compileAndWrite(session);
      },
      [&](StringRef death) {
        return reportBug(toolName, death, session.commandLine,
                         command.request.input, "");
      });
}

int runKeopsc(int argc, const char *const *argv) {
  Session session;
  session.commandLine = ArrayRef(argv, argc);
  const RenderOptions &render = session.command.messages.render;
  Expected<opt::InputArgList> args =
      parseArguments(session.commandLine.drop_front(), Keopsc);
  if (!args)
    return reportFailure(args.takeError(), toolName, render);
  if (Error error = readMessageOptions(*args, session.command.messages))
    return reportFailure(std::move(error), toolName, render);
  Expected<int> status = run(*args, session, Installation(argv[0]));
  if (!status)
    return reportFailure(status.takeError(), toolName, render);
  return *status;
}

} // namespace keops
