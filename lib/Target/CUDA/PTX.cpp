//===- PTX.cpp - from the gpu module to PTX -------------------------------===//

#include "keops/Target/CUDA/PTX.h"

#include "keops/Support/Failure.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
using namespace keops;

/// The contents of the gpu module as a module of its own.
static mlir::OwningOpRef<mlir::ModuleOp> extract(mlir::gpu::GPUModuleOp gpu) {
  mlir::OwningOpRef<mlir::ModuleOp> alone =
      mlir::ModuleOp::create(gpu.getLoc());
  mlir::OpBuilder builder(alone->getBodyRegion());
  for (mlir::Operation &op : gpu.getBodyRegion().front())
    if (!op.hasTrait<mlir::OpTrait::IsTerminator>())
      builder.clone(op);
  return alone;
}

/// Subnormal numbers count as 0 unless the user asked for IEEE arithmetic: the
/// fast functions of the hardware come in no other way at full speed.
static void markKernel(Function &function, const CodeGenOptions &options) {
  function.addFnAttr(Attribute::NoUnwind);
  if (options.fp != "strict")
    function.addFnAttr("denormal-fp-math-f32", "preserve-sign,preserve-sign");
}

/// neg.ftz flushes subnormal numbers and is an instruction for that; neg is a
/// modifier of whatever reads the number, and that flushes it anyway.
static void useNegationAsModifier(std::string &ptx) {
  constexpr StringLiteral flushing = "neg.ftz.f32", plain = "neg.f32";
  for (size_t at = ptx.find(flushing); at != std::string::npos;
       at = ptx.find(flushing, at))
    ptx.replace(at, flushing.size(), plain);
}

Expected<std::string> keops::emitPTX(mlir::ModuleOp module, const GpuArch &arch,
                                     const CodeGenOptions &options) {
  auto gpuModules = module.getOps<mlir::gpu::GPUModuleOp>();
  if (gpuModules.empty())
    return std::string();
  CodeGenOptions gpuOptions = options;
  gpuOptions.triple = "nvptx64-nvidia-cuda";
  gpuOptions.cpu = "sm_" + arch.version();
  auto machine = createMachine(gpuOptions);
  if (!machine)
    return machine.takeError();
  mlir::registerBuiltinDialectTranslation(*module->getContext());
  mlir::registerLLVMDialectTranslation(*module->getContext());
  mlir::registerNVVMDialectTranslation(*module->getContext());
  LLVMContext context;
  auto alone = extract(*gpuModules.begin());
  std::unique_ptr<Module> code =
      mlir::translateModuleToLLVMIR(*alone, context, "keops");
  if (!code)
    return fail(ExitStatus::Bug, "translation of GPU code to LLVM IR failed");
  code->setTargetTriple(Triple(gpuOptions.triple));
  code->setDataLayout((*machine)->createDataLayout());
  for (Function &function : *code)
    if (!function.isDeclaration())
      markKernel(function, options);
  if (Error error = optimizeModule(*code, gpuOptions))
    return error;
  SmallString<0> text;
  raw_svector_ostream os(text);
  if (Error error =
          emitModule(*code, os, CodeGenFileType::AssemblyFile, gpuOptions))
    return error;
  std::string ptx = text.str().str();
  useNegationAsModifier(ptx);
  return ptx;
}
