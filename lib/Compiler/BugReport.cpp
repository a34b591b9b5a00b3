//===- BugReport.cpp - when the compiler itself is wrong ------------------===//

#include "keops/Compiler/BugReport.h"

#include "keops/Support/Failure.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace llvm;

namespace keops {

int runSupervised(function_ref<int()> work,
                  function_ref<int(StringRef)> onCrash) {
  outs().flush();
  errs().flush();
  pid_t child = fork();
  // Without a child, work as well as one can.
  if (child < 0)
    return work();
  if (child == 0) {
#ifdef __linux__
    // A parent that is killed takes its child with it.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    int status = work();
    outs().flush();
    errs().flush();
    std::exit(status);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return onCrash("lost its child process");
  if (WIFEXITED(status))
    return WEXITSTATUS(status);
  int signal = WTERMSIG(status);
  // Interrupted by the user, not wrong.
  if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP ||
      signal == SIGPIPE)
    return 128 + signal;
  return onCrash(strsignal(signal));
}

static void writeText(const Twine &path, StringRef text) {
  SmallString<256> name;
  std::error_code reason;
  raw_fd_ostream os(path.toStringRef(name), reason);
  if (!reason)
    os << text;
  os.close();
  os.clear_error();
}

/// 'it'\''s' for it's.
static std::string quoteForShell(StringRef word) {
  bool isPlain = !word.empty() && llvm::all_of(word, [](char c) {
    return isAlnum(c) || StringRef("_-+=./:,@%").contains(c);
  });
  if (isPlain)
    return word.str();
  std::string quoted = "'";
  for (char c : word)
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

int reportBug(StringRef toolName, StringRef reason,
              ArrayRef<const char *> commandLine, StringRef input,
              StringRef module) {
  errs() << toolName << ": error: internal error: " << reason << '\n';
  int status = static_cast<int>(ExitStatus::Bug);
  SmallString<256> dir;
  if (sys::fs::createUniqueDirectory(toolName + "-bug", dir)) {
    errs() << "  this is a bug in " << toolName
           << "; no reproducer could be written\n";
    return status;
  }
  // A script that repeats the run on the copied input.
  std::string script = "#!/bin/sh\n# Repeats the run that failed.\n"
                       "cd \"$(dirname \"$0\")\" || exit\n";
  for (size_t i = 0; i < commandLine.size(); ++i) {
    StringRef word = commandLine[i];
    bool isInput = i && word == input && input != "-";
    script += (i ? " " : "") +
              quoteForShell(isInput ? sys::path::filename(word) : word);
  }
  writeText(dir + "/reproduce.sh", script + "\n");
  if (input != "-")
    if (auto text = MemoryBuffer::getFile(input))
      writeText(dir + "/" + sys::path::filename(input), (*text)->getBuffer());
  if (!module.empty())
    writeText(dir + "/module.mlir", module);
  errs() << "  this is a bug in " << toolName << "; a reproducer is in '" << dir
         << "'\n  please report it, with that directory\n";
  return status;
}

} // namespace keops
