//===- Compiler.cpp - from a .kop file to bytes ---------------------------===//
//
// The order of the stages and what each failure means. A pass may report a
// limitation ("not yet supported: ...") at a place of the formula; any other
// error after the front end is a bug of the compiler.
//
//===----------------------------------------------------------------------===//

#include "keops/Compiler/Compiler.h"

#include "GpuCode.h"
#include "keops/Compiler/MLIRDiagnostics.h"
#include "keops/Compiler/Report.h"
#include "keops/Frontend/Frontend.h"
#include "keops/Pipelines/Pipelines.h"
#include "keops/Support/Failure.h"
#include "keops/Target/CPU/CodeGen.h"
#include "keops/Target/Header.h"
#include "keops/Target/Link.h"
#include "keops/Target/Manifest.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/ErrorHandling.h"

#include <cstdlib>

using namespace llvm;

namespace keops {

static Error sourceErrors() { return fail(ExitStatus::SourceErrors, ""); }

namespace {
/// The stages of one compilation, in the order they are called.
class Compilation {
public:
  Compilation(const Request &request, DiagnosticEngine &diagnostics,
              Trace &trace)
      : request(request), diagnostics(diagnostics), trace(trace),
        context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED),
        mlirDiagnostics(context, diagnostics) {}

  Expected<Artifact> run();

private:
  static mlir::DialectRegistry makeRegistry() {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    return registry;
  }

  Error readSource();
  Error makeReport(std::string &report);
  Error lower(Level level);
  Error emitMLIR(std::string &bytes);
  Error emitCode(ArrayRef<KernelSignature> kernels, std::string &bytes);
  Error emitGpu(std::string &bytes);
  Error emitLibrary(ArrayRef<KernelSignature> kernels, std::string &bytes);
  std::string manifest(ArrayRef<KernelSignature> kernels) const;

  PipelineOptions pipelineOptions() const;
  CodeGenOptions codeGenOptions() const;

  const Request &request;
  DiagnosticEngine &diagnostics;
  Trace &trace;
  mlir::MLIRContext context;
  MLIRDiagnostics mlirDiagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};
} // namespace

//===----------------------------------------------------------------------===//
// Source
//===----------------------------------------------------------------------===//

Error Compilation::readSource() {
  trace.times.start("read and check");
  trace.dependencies.push_back({request.input, false});
  SourceManager &sources = diagnostics.sourceManager();
  Expected<FileId> file = sources.addFile(request.input);
  if (!file)
    return fail(ExitStatus::File, "cannot read '" + request.input +
                                      "': " + toString(file.takeError()));

  CheckOptions options;
  options.defines = request.constants;
  options.includeDirs = request.importPaths;
  options.stdDir = request.standardLibrary;
  options.dtype = *parseElementType(request.dtype);
  options.prefix = request.prefix;
  std::vector<std::string> imported;
  module = importFile(*file, options, diagnostics, context, &imported);
  for (std::string &path : imported) {
    bool isSystem = !request.standardLibrary.empty() &&
                    StringRef(path).starts_with(request.standardLibrary);
    trace.dependencies.push_back({std::move(path), isSystem});
  }
  if (!module || diagnostics.hasErrors())
    return sourceErrors();
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

PipelineOptions Compilation::pipelineOptions() const {
  PipelineOptions options;
  options.cpus = request.target.cpus;
  options.triple = request.target.triple;
  options.fp = request.fp;
  options.accumulate = request.accumulate;
  options.prefix = request.prefix;
  options.debug = request.debug;
  options.schedule = request.schedule;
  options.gpu = !request.cuda.empty();
  options.simulateGpu = llvm::any_of(request.cuda, [](const GpuArch &arch) {
    return arch.kind == ImageKind::Simulated;
  });
  return options;
}

CodeGenOptions Compilation::codeGenOptions() const {
  CodeGenOptions options;
  options.triple = request.target.triple;
  options.optLevel = request.optLevel;
  options.fp = request.fp;
  options.prefix = request.prefix;
  options.debug = request.debug;
  return options;
}

Error Compilation::lower(Level level) {
  trace.times.start("lower");
  if (request.debugBug == DebugBug::Crash)
    std::abort();
  if (request.debugBug == DebugBug::Fatal)
    report_fatal_error("asked for by --debug-bug");
  bool failed = mlir::failed(lowerTo(*module, level, pipelineOptions()));
  if (request.debugBug == DebugBug::Error) {
    mlir::emitError(module->getLoc(), "asked for by --debug-bug");
    failed = true;
  }
  if (!failed)
    return Error::success();
  if (mlirDiagnostics.reportLimitations())
    return sourceErrors();
  raw_string_ostream os(trace.failedModule);
  module->print(os, mlir::OpPrintingFlags().useLocalScope().enableDebugInfo());
  return fail(ExitStatus::Bug, "a pass failed: " + mlirDiagnostics.text());
}

/// Lowers a copy to where schedules are visible.
Error Compilation::makeReport(std::string &report) {
  trace.times.start("report");
  auto lowerCopy = [&](Level level) {
    mlir::OwningOpRef<mlir::ModuleOp> copy(module->clone());
    if (mlir::failed(lowerTo(*copy, level, pipelineOptions())))
      copy = nullptr;
    return copy;
  };
  auto tiles = lowerCopy(Level::Tile);
  mlir::OwningOpRef<mlir::ModuleOp> code;
  if (tiles && !request.cuda.empty())
    code = lowerCopy(Level::LLVM);
  if (!tiles || (!code && !request.cuda.empty()))
    return mlirDiagnostics.reportLimitations()
               ? sourceErrors()
               : fail(ExitStatus::Bug,
                      "a pass failed: " + mlirDiagnostics.text());
  std::vector<GpuCode> gpuCode;
  if (code) {
    auto inspected = inspectGpuCode(*code, request.cuda, codeGenOptions());
    if (!inspected)
      return inspected.takeError();
    gpuCode = std::move(*inspected);
  }
  report = reportKernels(*tiles, request.target.triple, gpuCode);
  return Error::success();
}

Error Compilation::emitMLIR(std::string &bytes) {
  constexpr Level levels[] = {Level::Formula, Level::Tile, Level::Loops,
                              Level::LLVM};
  if (Error error = lower(levels[static_cast<int>(request.level)]))
    return error;
  raw_string_ostream os(bytes);
  mlir::OpPrintingFlags flags;
  if (request.debug)
    flags.enableDebugInfo(/*enable=*/true, /*prettyForm=*/false);
  module->print(os, flags);
  os << '\n';
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

Error Compilation::emitCode(ArrayRef<KernelSignature> kernels,
                            std::string &bytes) {
  if (Error error = lower(Level::LLVM))
    return error;
  CodeGenOptions options = codeGenOptions();
  trace.times.start("GPU code");
  auto images = makeGpuImages(*module, request.cuda, options, diagnostics);
  if (!images)
    return images.takeError();
  if (diagnostics.hasErrors())
    return sourceErrors();
  CodeGenFileType type = request.kind == OutputKind::Assembly
                             ? CodeGenFileType::AssemblyFile
                             : CodeGenFileType::ObjectFile;
  if (request.kind != OutputKind::LLVMIR && canEmitInParts(*module, options)) {
    trace.times.start("machine code");
    auto code = emitInParts(*module, request.stem(), type, options, *images);
    if (code)
      bytes = std::move(*code);
    return code.takeError();
  }
  trace.times.start("translate");
  LLVMContext llvmContext;
  auto code = translateModule(*module, llvmContext, options, *images);
  if (!code)
    return code.takeError();
  // The name in the object is the file's, wherever the file is.
  (*code)->setModuleIdentifier(request.stem());
  (*code)->setSourceFileName(request.stem() + ".kop");

  trace.times.start("optimise");
  if (Error error = optimizeModule(**code, options))
    return error;

  trace.times.start("emit");
  SmallVector<char, 0> buffer;
  raw_svector_ostream os(buffer);
  if (request.kind == OutputKind::LLVMIR) {
    (*code)->print(os, /*AAW=*/nullptr);
  } else {
    if (Error error = emitModule(**code, os, type, options))
      return error;
  }
  bytes.assign(buffer.begin(), buffer.end());
  return Error::success();
}

Error Compilation::emitGpu(std::string &bytes) {
  if (Error error = lower(Level::LLVM))
    return error;
  trace.times.start("GPU code");
  Expected<std::string> text =
      makeGpuText(*module, request.cuda.front(), codeGenOptions());
  if (!text)
    return text.takeError();
  bytes = std::move(*text);
  return Error::success();
}

Error Compilation::emitLibrary(ArrayRef<KernelSignature> kernels,
                               std::string &bytes) {
  if (Error error =
          checkArchitecture(request.runtimeArchive, request.target.triple))
    return error;
  std::string object;
  if (Error error = emitCode(kernels, object))
    return error;
  trace.times.start("link");
  if (request.kind == OutputKind::Archive) {
    Expected<std::string> archive =
        makeArchive(object, request.memberName, request.runtimeArchive);
    if (!archive)
      return archive.takeError();
    bytes = std::move(*archive);
    return Error::success();
  }
  SharedLibraryRequest library;
  library.runtimePath = request.runtimeArchive;
  library.runtimeNeeds = request.runtimeNeeds;
  library.triple = request.target.triple;
  library.soname = request.soname;
  for (const KernelSignature &kernel : kernels) {
    library.exports.push_back(kernel.symbol);
    library.exports.push_back(kernel.workspaceSymbol());
  }
  Expected<std::string> shared = makeSharedLibrary(object, library);
  if (!shared)
    return shared.takeError();
  bytes = std::move(*shared);
  return Error::success();
}

std::string Compilation::manifest(ArrayRef<KernelSignature> kernels) const {
  ManifestInfo info;
  info.source = request.stem() + ".kop";
  info.triple = request.target.triple;
  info.cpus = request.target.cpus;
  info.version = KEOPS_VERSION;
  return emitManifest(kernels, info);
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

Expected<Artifact> Compilation::run() {
  if (Error error = readSource())
    return error;
  Artifact artifact;
  artifact.kernels = readSignatures(*module, request.prefix);
  if (request.report)
    if (Error error = makeReport(artifact.report))
      return error;

  Error error = Error::success();
  switch (request.kind) {
  case OutputKind::Header:
    artifact.bytes = emitHeader(artifact.kernels, request.stem());
    break;
  case OutputKind::Manifest:
    artifact.bytes = manifest(artifact.kernels);
    break;
  case OutputKind::PTX:
  case OutputKind::Cubin:
    error = emitGpu(artifact.bytes);
    break;
  case OutputKind::MLIR:
    error = emitMLIR(artifact.bytes);
    break;
  case OutputKind::Archive:
  case OutputKind::Shared:
    error = emitLibrary(artifact.kernels, artifact.bytes);
    break;
  case OutputKind::Object:
  case OutputKind::Assembly:
  case OutputKind::LLVMIR:
    error = emitCode(artifact.kernels, artifact.bytes);
    break;
  }
  if (error)
    return error;
  return artifact;
}

Expected<Artifact> compile(const Request &request,
                           DiagnosticEngine &diagnostics, Trace &trace) {
  trace.times.start("start");
  Compilation compilation(request, diagnostics, trace);
  Expected<Artifact> artifact = compilation.run();
  trace.times.stop();
  return artifact;
}

} // namespace keops
