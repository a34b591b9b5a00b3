//===- Ptxas.cpp - from PTX to machine code, by NVIDIA's assembler --------===//

#include "keops/Target/CUDA/PTX.h"

#include "keops/Support/Failure.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace llvm;
using namespace keops;

std::string keops::findPtxas() {
  if (auto named = sys::Process::GetEnv("KEOPS_PTXAS"))
    return *named;
  if (auto found = sys::findProgramByName("ptxas"))
    return *found;
  SmallVector<std::string> roots;
  for (StringRef variable : {"CUDA_HOME", "CUDA_PATH"})
    if (auto root = sys::Process::GetEnv(variable))
      roots.push_back(*root);
  roots.push_back("/usr/local/cuda");
  for (const std::string &root : roots) {
    SmallString<128> path(root);
    sys::path::append(path, "bin", "ptxas");
    if (sys::fs::can_execute(path))
      return path.str().str();
  }
  return "";
}

static Expected<std::string> readWhole(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return fail(ExitStatus::File,
                "cannot read '" + path + "': " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

namespace {
/// A temporary file that is removed at the end.
struct Temporary {
  SmallString<128> path;
  std::unique_ptr<FileRemover> remover;

  Error create(StringRef suffix) {
    if (std::error_code reason =
            sys::fs::createTemporaryFile("keops", suffix, path))
      return fail(ExitStatus::File,
                  "cannot make a temporary file: " + reason.message());
    remover = std::make_unique<FileRemover>(path);
    return Error::success();
  }
};
} // namespace

Expected<Assembled> keops::assemblePTX(StringRef ptx, const GpuArch &arch,
                                       StringRef ptxas,
                                       const CodeGenOptions &options) {
  Temporary source, cubin, log;
  for (auto [file, suffix] :
       {std::pair(&source, "ptx"), {&cubin, "cubin"}, {&log, "log"}})
    if (Error error = file->create(suffix))
      return error;
  {
    std::error_code reason;
    raw_fd_ostream os(source.path, reason);
    os << ptx;
    os.close();
    if (reason || os.has_error())
      return fail(ExitStatus::File, "cannot write a temporary file");
  }
  std::string level = "-O" + std::to_string(options.optLevel);
  std::string name = "sm_" + arch.version();
  StringRef arguments[] = {ptxas, "-v",        level, "-arch",
                           name,  source.path, "-o",  cubin.path};
  std::optional<StringRef> redirects[] = {"", log.path.str(), log.path.str()};
  std::string message;
  int status = sys::ExecuteAndWait(ptxas, arguments, std::nullopt, redirects, 0,
                                   0, &message);
  Expected<std::string> said = readWhole(log.path);
  if (!said)
    return said.takeError();
  if (status != 0)
    return fail(ExitStatus::ExternalTool,
                ptxas + " failed for " + name + ": " +
                    (message.empty() ? *said : message));
  Expected<std::string> bytes = readWhole(cubin.path);
  if (!bytes)
    return bytes.takeError();
  return Assembled{std::move(*bytes), std::move(*said)};
}
