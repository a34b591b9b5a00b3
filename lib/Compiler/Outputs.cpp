//===- Outputs.cpp - files written all or not at all ----------------------===//

#include "keops/Compiler/Outputs.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace keops {

Error cannotWrite(StringRef path, std::error_code reason) {
  return fail(ExitStatus::File,
              "cannot write '" + path + "': " + reason.message());
}

Error cannotRead(StringRef path, std::error_code reason) {
  return fail(ExitStatus::File,
              "cannot read '" + path + "': " + reason.message());
}

/// The file that `path` names once symbolic links are followed: a link to an
/// output stays a link.
static std::string followLinks(StringRef path) {
  SmallString<256> real;
  if (sys::fs::is_symlink_file(path) && !sys::fs::real_path(path, real))
    return real.str().str();
  return path.str();
}

static Error writeInto(int descriptor, StringRef path, StringRef bytes) {
  raw_fd_ostream os(descriptor, /*shouldClose=*/false);
  os << bytes;
  os.flush();
  if (std::error_code reason = os.error()) {
    os.clear_error();
    return cannotWrite(path, reason);
  }
  return Error::success();
}

Outputs::~Outputs() {
  for (Output &output : outputs)
    if (output.temporary)
      consumeError(output.temporary->discard());
}

Error Outputs::add(StringRef path, StringRef bytes, bool executable) {
  Output output;
  output.path = path == "-" ? path.str() : followLinks(path);
  sys::fs::file_status status;
  bool exists = path != "-" && !sys::fs::status(output.path, status) &&
                sys::fs::exists(status);
  if (exists && sys::fs::is_directory(status))
    return cannotWrite(path, std::make_error_code(std::errc::is_a_directory));
  if (path == "-" || (exists && !sys::fs::is_regular_file(status))) {
    output.bytes = bytes.str();
    outputs.push_back(std::move(output));
    return Error::success();
  }
  // A file protected from writing is not replaced, though its directory allows.
  if (exists)
    if (std::error_code reason =
            sys::fs::access(output.path, sys::fs::AccessMode::Write))
      return cannotWrite(path, reason);

  unsigned mode = executable ? 0777 : 0666;
  unsigned umask = sys::fs::getUmask();
  Expected<sys::fs::TempFile> temporary =
      sys::fs::TempFile::create(output.path + ".tmp-%%%%%%%%",
                                static_cast<sys::fs::perms>(mode & ~umask));
  if (!temporary)
    return cannotWrite(path, errorToErrorCode(temporary.takeError()));
  Error written = writeInto(temporary->FD, path, bytes);
  output.temporary = std::move(*temporary);
  outputs.push_back(std::move(output));
  return written;
}

Error Outputs::commit() {
  for (Output &output : outputs) {
    if (output.temporary) {
      Error error = output.temporary->keep(output.path);
      output.temporary.reset();
      if (error)
        return cannotWrite(output.path, errorToErrorCode(std::move(error)));
      continue;
    }
    if (output.path == "-") {
      if (Error error =
              writeInto(/*stdout*/ 1, "standard output", output.bytes))
        return error;
      continue;
    }
    int descriptor = -1;
    if (std::error_code reason =
            sys::fs::openFileForWrite(output.path, descriptor))
      return cannotWrite(output.path, reason);
    Error error = writeInto(descriptor, output.path, output.bytes);
    sys::Process::SafelyCloseFileDescriptor(descriptor);
    if (error)
      return error;
  }
  outputs.clear();
  return Error::success();
}

} // namespace keops
