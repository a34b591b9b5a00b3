//===- KeopsRun.cpp - keops-run as a function -----------------------------===//
//
// Compiles a file in memory, binds arrays to a kernel's variables, runs it, and
// writes the results.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "keops/Compiler/CudaTargets.h"
#include "keops/Compiler/Driver.h"
#include "keops/Compiler/Installation.h"
#include "keops/Compiler/Outputs.h"
#include "keops/Compiler/Run/Binding.h"
#include "keops/Compiler/Run/Jit.h"
#include "keops/Compiler/Run/Npy.h"
#include "keops/Compiler/Session.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/Arg.h"

using namespace llvm;

namespace keops {

static constexpr ToolText text = {
    Run, "keops-run",
    "keops-run FILE.kop [KERNEL] NAME=VALUE... [-o FILE.npy] [options]\n"
    "compiles a kernel in memory and runs it on arrays\n"
    "VALUE is FILE.npy, a number, a list [[1, 2], [3, 4]], or one of\n"
    "  rand(1000, 3, seed=1) randn(...) randint(1000, high=10) zeros(...) "
    "ones(...) arange(1000)\n",
    "Exit status: as keopsc's\n"};

namespace {
/// A command line, understood as far as it can be before the kernel is known.
struct RunCommand {
  Request request;
  std::string kernel;               ///< empty: the only one
  std::vector<std::string> words;   ///< NAME=VALUE
  std::vector<std::string> outputs; ///< FILE or NAME=FILE
  keops_options options = KEOPS_OPTIONS_INIT;
  bool simulates = false; ///< the GPU is the simulated one
  int repeat = 0;         ///< 0: once, without a report
};
} // namespace

static Error usage(const Twine &message) {
  return fail(ExitStatus::Usage, message);
}

//===----------------------------------------------------------------------===//
// Command line
//===----------------------------------------------------------------------===//

template <typename Integer>
static Error readCount(const opt::InputArgList &args, unsigned option,
                       StringRef name, Integer &place) {
  const opt::Arg *arg = args.getLastArg(option);
  if (!arg)
    return Error::success();
  StringRef text = arg->getValue();
  if (text.getAsInteger(10, place) || place < 1)
    return usage("'--" + name + "=" + text + "' is no number from 1");
  return Error::success();
}

/// The GPU's code is PTX, which its driver compiles: whatever GPU it is.
static Error readDevice(const opt::InputArgList &args, RunCommand &command) {
  StringRef name = args.getLastArgValue(OPT_device_EQ, "cpu");
  Expected<unsigned> device =
      chooseValue("device", name, {"cpu", "cuda", "cuda-simulator"});
  if (!device)
    return device.takeError();
  if (*device == 0)
    return Error::success();
  command.options.device = KEOPS_CUDA;
  command.simulates = *device == 2;
  Expected<std::vector<GpuArch>> archs = resolveCudaTargets(
      command.simulates ? "simulated" : "compute_80,compute_90,compute_100");
  if (!archs)
    return archs.takeError();
  command.request.cuda = std::move(*archs);
  return Error::success();
}

/// The driver that the runtime will open, unless the user has named one.
static Error chooseSimulator(const Installation &installation) {
  Expected<std::string> simulator = installation.cudaSimulator();
  if (!simulator)
    return simulator.takeError();
  setenv("KEOPS_CUDA_DRIVER", simulator->c_str(), /*overwrite=*/0);
  return Error::success();
}

static Error readRunCommand(const opt::InputArgList &args,
                            RunCommand &command) {
  std::vector<std::string> inputs = args.getAllArgValues(OPT_INPUT);
  if (inputs.empty() || StringRef(inputs[0]).contains('='))
    return usage("no input; write keops-run FILE.kop KERNEL NAME=VALUE..., or "
                 "keops-run --help");
  command.request.input = inputs[0];
  for (StringRef word : ArrayRef(inputs).drop_front()) {
    bool isKernel = !word.contains('=');
    if (isKernel && (!command.kernel.empty() || !command.words.empty()))
      return usage("'" + word + "' is no argument; write NAME=VALUE");
    if (isKernel)
      command.kernel = word.str();
    else
      command.words.push_back(word.str());
  }
  command.outputs = args.getAllArgValues(OPT_o);
  if (Error error = readDevice(args, command))
    return error;
  if (Error error =
          readCount(args, OPT_threads_EQ, "threads", command.options.threads))
    return error;
  if (Error error = readCount(args, OPT_repeat_EQ, "repeat", command.repeat))
    return error;
  if (Error error = readSourceOptions(args, command.request))
    return error;
  Expected<TargetChoice> target = resolveTargets("", "native");
  if (!target)
    return target.takeError();
  command.request.target = std::move(*target);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Kernels and results
//===----------------------------------------------------------------------===//

static Expected<const KernelSignature *>
chooseKernel(ArrayRef<KernelSignature> kernels, StringRef name) {
  SmallVector<StringRef> names;
  for (const KernelSignature &kernel : kernels) {
    if (kernel.name == name || (name.empty() && kernels.size() == 1))
      return &kernel;
    names.push_back(kernel.name);
  }
  if (kernels.empty())
    return usage("the file has no kernel");
  if (name.empty())
    return usage("which kernel? the file has " + join(names, ", "));
  std::string hint = didYouMean(name, names);
  if (hint.empty())
    hint = "; the file has " + join(names, ", ");
  return usage("no kernel '" + name + "'" + hint);
}

/// The file of each result; empty for those that are printed.
static Expected<std::vector<std::string>>
assignOutputs(const KernelSignature &kernel, ArrayRef<std::string> outputs) {
  std::vector<std::string> files(kernel.results.size());
  SmallVector<StringRef> names;
  for (const KernelArray &result : kernel.results)
    names.push_back(result.name);
  for (StringRef output : outputs) {
    auto [name, file] = output.split('=');
    const StringRef *found = llvm::find(names, name);
    bool isNamed = output.contains('=') && found != names.end();
    size_t index = isNamed ? found - names.begin() : 0;
    if (!isNamed) {
      if (names.size() > 1)
        return usage("kernel '" + kernel.name +
                     "' has several results; write " +
                     "-o NAME=FILE with NAME one of " + join(names, ", ") +
                     (output.contains('=') ? didYouMean(name, names) : ""));
      file = output;
    }
    if (!files[index].empty())
      return usage("result '" + names[index] + "' has two files");
    files[index] = file.str();
  }
  return files;
}

static Error writeResults(const KernelSignature &kernel, const BoundCall &call,
                          ArrayRef<std::string> files) {
  Outputs outputs;
  for (size_t i = 0; i < files.size(); ++i) {
    if (files[i].empty())
      printArray(outs(), kernel.results[i].name, call.results[i]);
    else if (Error error = outputs.add(files[i], formatNpy(call.results[i])))
      return error;
  }
  return outputs.commit();
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

static Error execute(const RunCommand &command, const Artifact &artifact,
                     PhaseTimes &times) {
  Expected<const KernelSignature *> kernel =
      chooseKernel(artifact.kernels, command.kernel);
  if (!kernel)
    return kernel.takeError();
  Expected<std::vector<std::string>> files =
      assignOutputs(**kernel, command.outputs);
  if (!files)
    return files.takeError();
  times.start("read arrays");
  Expected<BoundCall> call = bindArguments(**kernel, command.words);
  if (!call)
    return call.takeError();
  times.start("load");
  Expected<LoadedKernel> loaded = LoadedKernel::load(artifact.bytes, **kernel);
  if (!loaded)
    return loaded.takeError();
  times.start("run");
  std::vector<void *> arrays;
  for (auto *list : {&call->args, &call->results})
    for (Array &array : *list)
      arrays.push_back(array.bytes.data());
  RunReport report;
  if (Error error = runRepeatedly(*loaded, *call, arrays, command.options,
                                  std::max(1, command.repeat), report))
    return error;
  times.start("write");
  if (Error error = writeResults(**kernel, *call, *files))
    return error;
  times.stop();
  if (command.repeat)
    printReport(is_contained(*files, "-") ? errs() : outs(), (*kernel)->name,
                *call, report);
  return Error::success();
}

static Expected<int> run(const opt::InputArgList &args,
                         const Session &session) {
  RunCommand command;
  if (Error error = readRunCommand(args, command))
    return error;
  Installation installation(session.commandLine[0]);
  if (command.simulates)
    if (Error error = chooseSimulator(installation))
      return error;
  command.request.standardLibrary = installation.standardLibrary();
  return compileSupervised(session, command.request,
                           [&](const Artifact &artifact, Trace &trace) {
                             return execute(command, artifact, trace.times);
                           });
}

int runKeopsRun(int argc, const char *const *argv) {
  return runTool(text, ArrayRef(argv, argc), run);
}

} // namespace keops
