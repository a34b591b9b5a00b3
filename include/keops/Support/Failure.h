//===- Failure.h - errors that know their exit status -----------*- C++ -*-===//
//
// A failure that is not a diagnostic at a place in a source: wrong usage, a
// file, an external tool. It carries the exit status a tool ends with.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_SUPPORT_FAILURE_H
#define KEOPS_SUPPORT_FAILURE_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace keops {

/// The exit statuses of every tool.
enum class ExitStatus {
  Success = 0,
  SourceErrors = 1, ///< diagnosed already
  Usage = 2,
  File = 3,         ///< a file cannot be read or written
  ExternalTool = 4, ///< ptxas, the linker
  Bug = 70,
};

class Failure : public llvm::ErrorInfo<Failure> {
public:
  Failure(ExitStatus status, std::string message)
      : status(status), text(std::move(message)) {}

  void log(llvm::raw_ostream &os) const override { os << text; }
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }
  ExitStatus getStatus() const { return status; }
  const std::string &getText() const { return text; }

  inline static char ID = 0;

private:
  ExitStatus status;
  std::string text;
};

/// `return fail(ExitStatus::File, "cannot read '" + path + "'");`
inline llvm::Error fail(ExitStatus status, const llvm::Twine &message) {
  return llvm::make_error<Failure>(status, message.str());
}

/// The status of `error`, whose message is appended to `message`; errors that
/// carry no status are bugs.
inline ExitStatus takeFailure(llvm::Error error, std::string &message) {
  ExitStatus status = ExitStatus::Success;
  llvm::handleAllErrors(
      std::move(error),
      [&](const Failure &failure) {
        status = failure.getStatus();
        message += failure.getText();
      },
      [&](const llvm::ErrorInfoBase &other) {
        status = ExitStatus::Bug;
        message += other.message();
      });
  return status;
}

} // namespace keops

#endif // KEOPS_SUPPORT_FAILURE_H
