//===- Parts.cpp - machine code on all cores ------------------------------===//
//
// The functions of a module need nothing of each other: they are compiled as
// several modules of LLVM, side by side, to assembly, which is joined and
// assembled as one file. Parts and text depend on the module alone, not on the
// number of cores.
//
//===----------------------------------------------------------------------===//

#include "Assembly.h"
#include "keops/Support/Failure.h"
#include "keops/Target/CPU/CodeGen.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/Threading.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#include <atomic>
#include <pthread.h>

using namespace llvm;
using namespace keops;

namespace {
struct Part {
  mlir::OwningOpRef<mlir::ModuleOp> source;
  std::unique_ptr<LLVMContext> context = std::make_unique<LLVMContext>();
  std::unique_ptr<Module> module;
  std::string text;
  Error error = Error::success();
};
} // namespace

/// Parts that functions are divided among, at most.
static constexpr size_t mostParts = 4;

static int64_t sizeOf(mlir::LLVM::LLVMFuncOp function) {
  int64_t size = 0;
  function.walk([&](mlir::Operation *) { ++size; });
  return size;
}

/// Moves all functions into parts, neighbours together.
static std::vector<Part> split(mlir::ModuleOp module) {
  SmallVector<std::pair<mlir::LLVM::LLVMFuncOp, int64_t>> functions;
  int64_t total = 0;
  for (auto function : module.getOps<mlir::LLVM::LLVMFuncOp>())
    if (!function.isExternal()) {
      functions.push_back({function, sizeOf(function)});
      total += functions.back().second;
    }
  std::vector<Part> parts;
  int64_t filled = total;
  for (auto [function, size] : functions) {
    bool isFull = filled + size > total / int64_t(mostParts);
    if (isFull && parts.size() < mostParts) {
      parts.emplace_back().source = mlir::ModuleOp::create(module.getLoc());
      filled = 0;
    }
    filled += size;
    mlir::ModuleOp part = *parts.back().source;
    function->moveBefore(part.getBody(), part.getBody()->end());
  }
  return parts;
}

/// Functions are called through the tables of the last part.
static void keepFunctions(Module &module) {
  SmallVector<GlobalValue *> functions;
  for (Function &function : module)
    if (!function.isDeclaration())
      functions.push_back(&function);
  appendToCompilerUsed(module, functions);
}

bool keops::canEmitInParts(mlir::ModuleOp module,
                           const CodeGenOptions &options) {
  // Line tables belong to one module; the assembler is asked for x86 and ELF
  // alone.
  Triple triple(options.triple);
  if (options.debug || !triple.isX86() || !triple.isOSBinFormatELF())
    return false;
  bool refers = false;
  for (auto function : module.getOps<mlir::LLVM::LLVMFuncOp>())
    function.walk([&](mlir::Operation *op) {
      auto call = dyn_cast<mlir::LLVM::CallOp>(op);
      refers |= isa<mlir::LLVM::AddressOfOp>(op) || (call && call.getCallee());
    });
  return !refers;
}

/// Bytes of the stack of a thread: as many as the first thread has on most
/// systems, while others get fewer where that is not limited.
static constexpr size_t stackBytes = 8 << 20;

/// Runs body(0), ..., body(count - 1) on this thread and as many others as
/// there are cores, or as can be had.
static void onAllCores(size_t count, function_ref<void(size_t)> body) {
  struct Work {
    std::atomic<size_t> next{0};
    size_t count;
    function_ref<void(size_t)> body;
    static void *run(void *work) {
      auto &w = *static_cast<Work *>(work);
      for (size_t k = w.next++; k < w.count; k = w.next++)
        w.body(k);
      return nullptr;
    }
  } work{{0}, count, body};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackBytes);
  SmallVector<pthread_t> threads;
  size_t most = hardware_concurrency(count).compute_thread_count();
  while (threads.size() + 1 < most) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, Work::run, &work))
      break;
    threads.push_back(thread);
  }
  pthread_attr_destroy(&attributes);
  Work::run(&work);
  for (pthread_t thread : threads)
    pthread_join(thread, nullptr);
}

static Error emit(Part &part, const CodeGenOptions &options) {
  if (Error error = optimizeModule(*part.module, options))
    return error;
  SmallVector<char, 0> buffer;
  raw_svector_ostream os(buffer);
  if (Error error =
          emitModule(*part.module, os, CodeGenFileType::AssemblyFile, options))
    return error;
  part.text.assign(buffer.begin(), buffer.end());
  return Error::success();
}

Expected<std::string> keops::emitInParts(mlir::ModuleOp module, StringRef name,
                                         CodeGenFileType type,
                                         const CodeGenOptions &options,
                                         ArrayRef<GpuImage> images) {
  for (auto gpu : make_early_inc_range(module.getOps<mlir::gpu::GPUModuleOp>()))
    gpu.erase();
  std::vector<Part> parts = split(module);
  parts.emplace_back();
  for (Part &part : parts) {
    bool isLast = &part == &parts.back();
    auto code =
        translateModule(isLast ? module : *part.source, *part.context, options,
                        isLast ? images : ArrayRef<GpuImage>());
    if (!code)
      return code.takeError();
    part.module = std::move(*code);
    part.module->setModuleIdentifier(name);
    part.module->setSourceFileName((name + ".kop").str());
    if (!isLast)
      keepFunctions(*part.module);
  }
  onAllCores(parts.size(),
             [&](size_t k) { parts[k].error = emit(parts[k], options); });
  std::vector<std::string> texts;
  Error errors = Error::success();
  for (Part &part : parts) {
    errors = joinErrors(std::move(errors), std::move(part.error));
    texts.push_back(std::move(part.text));
  }
  if (errors)
    return errors;
  std::string text = joinAssembly(texts);
  if (type == CodeGenFileType::AssemblyFile)
    return text;
  SmallVector<char, 0> buffer;
  raw_svector_ostream os(buffer);
  if (Error error = assemble(text, Triple(options.triple), os))
    return error;
  return std::string(buffer.begin(), buffer.end());
}
