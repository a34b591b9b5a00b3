//===- Session.cpp - one run of a tool ------------------------------------===//

#include "keops/Compiler/Session.h"

#include "keops/Compiler/BugReport.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"

using namespace llvm;

namespace keops {

/// Shows a failure as "TOOL: error: MESSAGE", or as JSON. Returns its status.
static int reportFailure(Error error, const Session &session) {
  std::string message;
  ExitStatus status = takeFailure(std::move(error), message);
  // Errors of the source were shown where they are.
  if (status == ExitStatus::SourceErrors && message.empty())
    return static_cast<int>(status);
  Diagnostic diagnostic;
  diagnostic.message = message;
  SourceManager none;
  const RenderOptions &render = session.messages.render;
  if (render.format == DiagnosticsFormat::Json) {
    renderJson(diagnostic, none, errs());
  } else {
    errs() << session.text.name << ": ";
    renderText(diagnostic, none, render.color, errs());
  }
  return static_cast<int>(status);
}

int runTool(const ToolText &text, ArrayRef<const char *> commandLine,
            ToolBody body) {
  Session session{text, commandLine, {}};
  Expected<opt::InputArgList> args =
      parseArguments(commandLine.drop_front(), text.tool);
  if (!args)
    return reportFailure(args.takeError(), session);
  if (Error error = readMessageOptions(*args, session.messages))
    return reportFailure(std::move(error), session);
  if (args->hasArg(OPT_help)) {
    outs() << text.usage;
    printGroupedHelp(outs(), text.tool);
    outs() << text.statuses;
    return 0;
  }
  if (args->hasArg(OPT_version)) {
    printVersion(outs(), text.name);
    return 0;
  }
  Expected<int> status = body(*args, session);
  return status ? *status : reportFailure(status.takeError(), session);
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

namespace {
/// What a report of a bug is made of, for callbacks.
struct Compilation {
  const Session &session;
  const Request &request;

  int reportBug(StringRef reason, StringRef module = "") const {
    return keops::reportBug(session.text.name, reason, session.commandLine,
                            request.input, module);
  }
  int compileAndUse(ArtifactUse use) const;
};
} // namespace

int Compilation::compileAndUse(ArtifactUse use) const {
  SourceManager sources;
  DiagnosticEngine diagnostics(sources);
  for (const std::string &warning : session.messages.warnings)
    consumeError(diagnostics.warningOptions().apply(warning));
  Trace trace;
  Expected<Artifact> artifact = compile(request, diagnostics, trace);
  diagnostics.print(errs(), session.messages.render);
  Error error = artifact ? use(*artifact, trace) : artifact.takeError();
  if (session.messages.time)
    trace.times.print(errs());
  if (!error)
    return 0;
  std::string message;
  ExitStatus status = takeFailure(std::move(error), message);
  if (status == ExitStatus::Bug)
    return reportBug(message, trace.failedModule);
  return reportFailure(fail(status, message), session);
}

/// LLVM's own way to give up: the same report as for a failed pass.
static void onFatalError(void *data, const char *reason, bool) {
  int status = static_cast<const Compilation *>(data)->reportBug(reason);
  errs().flush();
  sys::RunInterruptHandlers(); // removes temporary files
  sys::Process::Exit(status, /*NoCleanup=*/true);
}

int compileSupervised(const Session &session, const Request &request,
                      ArtifactUse use) {
  Compilation compilation{session, request};
  return runSupervised(
      [&] {
        ScopedFatalErrorHandler handler(onFatalError, &compilation);
        return compilation.compileAndUse(use);
      },
      [&](StringRef death) { return compilation.reportBug(death); });
}

} // namespace keops
