//===- BugReport.h - when the compiler itself is wrong ----------*- C++ -*-===//
//
// A crash must end in a message, exit status 70 and a reproducer, whatever the
// crash: a failed assertion, a stack that ran out, LLVM's report_fatal_error.
// So the work runs in a child process, and what the user sees of its end is
// said by the parent, whose memory is sound.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_BUGREPORT_H
#define KEOPS_COMPILER_BUGREPORT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace keops {

/// Runs `work` in a child process and returns what it returned. When it died
/// of a signal, returns what `onCrash` returns for the description of the
/// death ("Segmentation fault").
int runSupervised(llvm::function_ref<int()> work,
                  llvm::function_ref<int(llvm::StringRef)> onCrash);

/// Writes a reproducer (the command line, the input, and `module`, the IR at
/// the failure, where there is one) and tells the user where it is. Returns
/// the exit status, 70.
int reportBug(llvm::StringRef toolName, llvm::StringRef reason,
              llvm::ArrayRef<const char *> commandLine, llvm::StringRef input,
              llvm::StringRef module);

} // namespace keops

#endif // KEOPS_COMPILER_BUGREPORT_H
