//===- SharedLibrary.cpp - the system's linker, run on our object ---------===//
//
// The compiler driver (cc) knows where the C library and libgomp are; ld.lld is
// the last resort. Object and version script live in a private directory that
// is removed whatever happens.
//
//===----------------------------------------------------------------------===//

#include "keops/Target/Link.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace keops {

static Error writeFile(const Twine &path, StringRef bytes) {
  std::error_code reason;
  SmallString<256> name;
  raw_fd_ostream os(path.toStringRef(name), reason);
  if (!reason) {
    os << bytes;
    os.close();
    reason = os.error();
    os.clear_error();
  }
  if (reason)
    return fail(ExitStatus::File,
                "cannot write '" + name + "': " + reason.message());
  return Error::success();
}

/// Exports the kernels and the runtime's interface, hides everything else: two
/// libraries made by different compilers do not meet inside.
static std::string versionScript(ArrayRef<std::string> exports) {
  std::string text = "{\nglobal:\n  keops_*;\n";
  for (const std::string &symbol : exports)
    text += "  " + symbol + ";\n";
  return text + "local:\n  *;\n};\n";
}

namespace {
struct Linker {
  std::string path;
  std::vector<std::string> lead; ///< arguments before ours
  bool isDriver = true;          ///< a compiler driver: options pass by -Wl
};
} // namespace

static Expected<Linker> findLinker(const Triple &triple) {
  bool isHost = Triple(sys::getProcessTriple()).getArch() == triple.getArch();
  std::string cross = (triple.getArchName() + "-linux-gnu-gcc").str();
  SmallVector<StringRef> names;
  if (isHost)
    names = {"cc", "gcc", "clang"};
  else
    names = {cross, "clang"};
  for (StringRef name : names) {
    ErrorOr<std::string> path = sys::findProgramByName(name);
    if (!path)
      continue;
    Linker linker;
    linker.path = *path;
    if (!isHost && name == "clang")
      linker.lead = {"--target=" + triple.str()};
    return linker;
  }
  ErrorOr<std::string> lld = sys::findProgramByName("ld.lld");
  if (lld)
    return Linker{*lld, {}, /*isDriver=*/false};
  return fail(ExitStatus::ExternalTool,
              "no linker for " + triple.str() + ": none of " +
                  join(names, ", ") +
                  ", ld.lld is in PATH; install one, or write a static library "
                  "(-o libNAME.a), which needs none");
}

static std::vector<std::string>
linkArguments(const Linker &linker, const SharedLibraryRequest &request,
              StringRef dir) {
  std::vector<std::string> args = {linker.path};
  args.insert(args.end(), linker.lead.begin(), linker.lead.end());
  auto pass = [&](const std::string &option) {
    args.push_back((linker.isDriver ? "-Wl," : "") + option);
  };
  args.push_back("-shared");
  args.push_back("-o");
  args.push_back((dir + "/out.so").str());
  pass("--version-script=" + (dir + "/exports").str());
  pass("-soname=" + request.soname);
  // Of the same bytes always: no identifier that depends on how it was linked.
  pass("--build-id=none");
  pass("--gc-sections");
  args.push_back((dir + "/kernels.o").str());
  pass("--whole-archive");
  args.push_back(request.runtimePath);
  pass("--no-whole-archive");
  SmallVector<StringRef> needs;
  StringRef(request.runtimeNeeds).split(needs, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef flag : needs)
    args.push_back(flag.str());
  if (!linker.isDriver)
    args.push_back("-lc");
  return args;
}

static Error runLinker(const std::vector<std::string> &args, StringRef dir) {
  std::vector<StringRef> views(args.begin(), args.end());
  std::string log = (dir + "/log").str();
  std::string message;
  // The linker's words are data for our own message, never ours to print.
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log),
                                          StringRef(log)};
  int status = sys::ExecuteAndWait(args[0], views, /*Env=*/std::nullopt,
                                   redirects, /*SecondsToWait=*/0,
                                   /*MemoryLimit=*/0, &message);
  if (status == 0)
    return Error::success();
  if (auto text = MemoryBuffer::getFile(log))
    message += (*text)->getBuffer();
  return fail(ExitStatus::ExternalTool,
              "'" + args[0] + "' failed with status " + Twine(status) +
                  (message.empty() ? "" : ":\n" + StringRef(message).rtrim()));
}

Expected<std::string> makeSharedLibrary(StringRef object,
                                        const SharedLibraryRequest &request) {
  Expected<Linker> linker = findLinker(Triple(request.triple));
  if (!linker)
    return linker.takeError();
  SmallString<256> dir;
  if (std::error_code reason =
          sys::fs::createUniqueDirectory("keopsc-link", dir))
    return fail(ExitStatus::File,
                "cannot make a temporary directory: " + reason.message());
  scope_exit cleanup([&] { sys::fs::remove_directories(dir); });

  if (Error error = writeFile(dir + "/kernels.o", object))
    return error;
  if (Error error = writeFile(dir + "/exports", versionScript(request.exports)))
    return error;
  if (Error error = runLinker(linkArguments(*linker, request, dir), dir))
    return error;
  auto library = MemoryBuffer::getFile(dir + "/out.so");
  if (!library)
    return fail(ExitStatus::ExternalTool,
                "'" + linker->path +
                    "' wrote no library: " + library.getError().message());
  return (*library)->getBuffer().str();
}

} // namespace keops
