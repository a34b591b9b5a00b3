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
#include "llvm/Support/ThreadPool.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;
using namespace keops;

namespace {
struct Part {
  mlir::OwningOpRef<mlir::ModuleOp> source;
  std::unique_ptr<LLVMContext> context = std::make_unique<LLVMContext>();
  std::unique_ptr<Module> module;
  std::string text;
  std::string problem;
};
} // namespace

/// Parts of a module, at most, where its functions are alike.
static constexpr int64_t mostParts = 4;

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
    if (filled + size > total / mostParts) {
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
  DefaultThreadPool threads(hardware_concurrency(parts.size()));
  for (Part &part : parts)
    threads.async([&] {
      if (Error error = emit(part, options))
        part.problem = toString(std::move(error));
    });
  threads.wait();
  std::vector<std::string> texts;
  for (Part &part : parts) {
    if (!part.problem.empty())
      return fail(ExitStatus::Bug, part.problem);
    texts.push_back(std::move(part.text));
  }
  std::string text = joinAssembly(texts);
  if (type == CodeGenFileType::AssemblyFile)
    return text;
  SmallVector<char, 0> buffer;
  raw_svector_ostream os(buffer);
  if (Error error = assemble(text, Triple(options.triple), os))
    return error;
  return std::string(buffer.begin(), buffer.end());
}
