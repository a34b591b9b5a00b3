//===- Command.cpp - a command line of keopsc, understood -----------------===//

#include "keops/Compiler/Command.h"

#include "keops/Compiler/CudaTargets.h"
#include "keops/Compiler/Depfile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/Arg.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace llvm::opt;

namespace keops {

//===----------------------------------------------------------------------===//
// Kinds of output
//===----------------------------------------------------------------------===//

namespace {
/// A kind by its names: of --emit and of a file.
struct KindRow {
  StringLiteral emit, suffix;
  OutputKind kind;
  MLIRLevel level = MLIRLevel::Formula;
  bool isText = false; ///< goes to standard output when no file is named
};
} // namespace

static constexpr KindRow kinds[] = {
    {"obj", ".o", OutputKind::Object},
    {"archive", ".a", OutputKind::Archive},
    {"shared", ".so", OutputKind::Shared},
    {"asm", ".s", OutputKind::Assembly, MLIRLevel::Formula, true},
    {"llvm", ".ll", OutputKind::LLVMIR, MLIRLevel::Formula, true},
    {"ptx", ".ptx", OutputKind::PTX, MLIRLevel::Formula, true},
    {"cubin", ".cubin", OutputKind::Cubin},
    {"mlir", ".mlir", OutputKind::MLIR, MLIRLevel::Formula, true},
    {"mlir:formula", "", OutputKind::MLIR, MLIRLevel::Formula, true},
    {"mlir:tile", "", OutputKind::MLIR, MLIRLevel::Tile, true},
    {"mlir:loops", "", OutputKind::MLIR, MLIRLevel::Loops, true},
    {"mlir:llvm", "", OutputKind::MLIR, MLIRLevel::LLVM, true},
    {"header", ".h", OutputKind::Header, MLIRLevel::Formula, true},
    {"manifest", ".json", OutputKind::Manifest, MLIRLevel::Formula, true},
};

static Error notYet(const Twine &what) {
  return fail(ExitStatus::Usage, "not yet supported: " + what);
}

/// "libgauss.so.1" has the suffix of a shared library too.
static StringRef suffixOf(StringRef path) {
  StringRef name = sys::path::filename(path);
  size_t versioned = name.find(".so.");
  return versioned != StringRef::npos ? ".so" : sys::path::extension(name);
}

static Expected<const KindRow *> kindByName(StringRef name) {
  if (name == "kop")
    return notYet("'--emit=kop', which comes with --import-keops");
  SmallVector<StringRef> names;
  for (const KindRow &row : kinds)
    names.push_back(row.emit);
  Expected<unsigned> index = chooseValue("kind of output", name, names);
  if (!index)
    return index.takeError();
  return &kinds[*index];
}

static Expected<const KindRow *> kindBySuffix(StringRef path) {
  StringRef suffix = suffixOf(path);
  SmallVector<StringRef> suffixes;
  for (const KindRow &row : kinds) {
    if (!row.suffix.empty() && row.suffix == suffix)
      return &row;
    if (!row.suffix.empty())
      suffixes.push_back(row.suffix);
  }
  return fail(ExitStatus::Usage,
              "cannot tell the kind of '" + path + "' from its suffix" +
                  didYouMean(suffix, suffixes) +
                  "; name it with --emit=KIND, or end it in one of " +
                  join(suffixes, " "));
}

static Expected<const KindRow *> chooseKind(const InputArgList &args) {
  const Arg *output = args.getLastArg(OPT_o);
  if (const Arg *emit = args.getLastArg(OPT_emit_EQ))
    return kindByName(emit->getValue());
  if (output && StringRef(output->getValue()) != "-")
    return kindBySuffix(output->getValue());
  return &kinds[0];
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static std::string withSuffix(StringRef path, StringRef suffix) {
  StringRef name = sys::path::filename(path);
  size_t versioned = name.find(".so.");
  SmallString<128> result = path;
  if (versioned != StringRef::npos)
    result.truncate(path.size() - name.size() + versioned);
  else
    sys::path::replace_extension(result, "");
  return (result + suffix).str();
}

static std::string defaultOutput(const KindRow &row, StringRef stem) {
  if (row.isText)
    return "-";
  bool isLibrary =
      row.kind == OutputKind::Archive || row.kind == OutputKind::Shared;
  return ((isLibrary ? "lib" : "") + stem + row.suffix).str();
}

static void chooseHeader(const InputArgList &args, Command &command) {
  OutputKind kind = command.request.kind;
  bool isLinked = kind == OutputKind::Object || kind == OutputKind::Archive ||
                  kind == OutputKind::Shared;
  const Arg *last = args.getLastArg(OPT_header_EQ, OPT_no_header);
  if (last && last->getOption().matches(OPT_header_EQ))
    command.header = last->getValue();
  else if (!last && isLinked && command.output != "-")
    command.header = withSuffix(command.output, ".h");
}

static void chooseDepfile(const InputArgList &args, Command &command) {
  DepfileCommand &depfile = command.depfile;
  if (!args.hasArg(OPT_MD, OPT_MMD, OPT_MF, OPT_MT, OPT_MQ, OPT_MP))
    return;
  const Arg *mode = args.getLastArg(OPT_MD, OPT_MMD);
  depfile.withSystem = !mode || mode->getOption().matches(OPT_MD);
  depfile.phony = args.hasArg(OPT_MP);
  std::string target =
      command.output == "-" ? command.request.stem() + ".o" : command.output;
  depfile.path = args.getLastArgValue(OPT_MF, withSuffix(target, ".d")).str();
  for (const Arg *arg : args.filtered(OPT_MT, OPT_MQ))
    depfile.targets.push_back(arg->getOption().matches(OPT_MQ)
                                  ? escapeForMake(arg->getValue())
                                  : arg->getValue());
  if (depfile.targets.empty())
    depfile.targets.push_back(escapeForMake(target));
}

std::vector<std::string> Command::files() const {
  std::vector<std::string> paths;
  for (const std::string &path : {output, header, depfile.path})
    if (!path.empty() && path != "-")
      paths.push_back(path);
  return paths;
}

/// Two outputs in one place, or one over the input, are mistakes.
static Error checkFiles(const Command &command) {
  std::vector<std::string> files = command.files();
  for (size_t i = 0; i < files.size(); ++i) {
    if (files[i] == command.request.input ||
        sys::fs::equivalent(files[i], command.request.input))
      return fail(ExitStatus::Usage,
                  "'" + files[i] + "' is the input; it would be overwritten");
    for (size_t k = 0; k < i; ++k)
      if (files[k] == files[i])
        return fail(ExitStatus::Usage,
                    "two outputs would be written to '" + files[i] + "'");
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

static Error chooseInput(const InputArgList &args, Request &request) {
  std::vector<std::string> inputs = args.getAllArgValues(OPT_INPUT);
  if (const Arg *arg = args.getLastArg(OPT_import_keops_EQ, OPT_alias_EQ))
    return notYet("formulas written for KeOps ('" +
                  arg->getSpelling().rtrim('=') + "')");
  if (inputs.empty())
    return fail(ExitStatus::Usage,
                "no input; write keopsc FILE.kop -o FILE.o, or keopsc --help");
  if (inputs.size() > 1)
    return fail(ExitStatus::Usage,
                "one .kop file at a time: '" + inputs[0] + "' and '" +
                    inputs[1] +
                    "'; compile each to an object, or import one in the other");
  request.input = inputs[0];
  return Error::success();
}

static Error choosePrefix(const InputArgList &args, Request &request) {
  request.prefix = args.getLastArgValue(OPT_prefix_EQ).str();
  StringRef prefix = request.prefix;
  bool isWord =
      llvm::all_of(prefix, [](char c) { return isAlnum(c) || c == '_'; });
  if (!isWord || (!prefix.empty() && isDigit(prefix[0])))
    return fail(ExitStatus::Usage,
                "prefix '" + prefix +
                    "' cannot begin the name of a C function");
  return Error::success();
}

/// --cuda; PTX and cubins as files are for one architecture.
static Error chooseGpus(const InputArgList &args, Request &request) {
  bool isPTX = request.kind == OutputKind::PTX;
  bool isGpuFile = isPTX || request.kind == OutputKind::Cubin;
  StringRef implied = isPTX ? "compute_80" : isGpuFile ? "sm_90" : "none";
  Expected<std::vector<GpuArch>> archs =
      resolveCudaTargets(args.getLastArgValue(OPT_cuda_EQ, implied));
  if (!archs)
    return archs.takeError();
  request.cuda = std::move(*archs);
  if (!isGpuFile)
    return Error::success();
  if (request.cuda.size() != 1 || request.cuda[0].kind == ImageKind::Simulated)
    return fail(ExitStatus::Usage,
                Twine("a ") + (isPTX ? "PTX" : "cubin") +
                    " file is for one GPU architecture; write for example "
                    "--cuda=sm_90");
  request.cuda[0].kind = isPTX ? ImageKind::PTX : ImageKind::Cubin;
  return Error::success();
}

Error readCommand(const InputArgList &args, Command &command) {
  Request &request = command.request;
  if (Error error = chooseInput(args, request))
    return error;
  if (Error error = readSourceOptions(args, request))
    return error;
  if (Error error = choosePrefix(args, request))
    return error;
  Expected<TargetChoice> target =
      resolveTargets(args.getLastArgValue(OPT_target_triple_EQ),
                     args.getLastArgValue(OPT_cpu_EQ));
  if (!target)
    return target.takeError();
  request.target = std::move(*target);
  request.debug = args.hasArg(OPT_g);

  Expected<const KindRow *> row = chooseKind(args);
  if (!row)
    return row.takeError();
  request.kind = (*row)->kind;
  request.level = (*row)->level;
  if (Error error = chooseGpus(args, request))
    return error;
  command.output = args.getLastArgValue(OPT_o).empty()
                       ? defaultOutput(**row, request.stem())
                       : args.getLastArgValue(OPT_o).str();
  request.memberName = request.stem() + ".o";
  request.soname = sys::path::filename(command.output).str();
  request.report = args.hasArg(OPT_report);
  chooseHeader(args, command);
  chooseDepfile(args, command);
  return checkFiles(command);
}

std::string Request::stem() const {
  return input == "-" ? "stdin" : sys::path::stem(input).str();
}

} // namespace keops
