//===- CodeGen.cpp - from the LLVM dialect to machine code
//-----------------===//
//
// Each function carries its own target CPU, so all CPU variants fit into one
// module of LLVM, and into one object file without a linker.
//
//===----------------------------------------------------------------------===//

#include "keops/Target/CPU/CodeGen.h"

#include "DepthFirst.h"
#include "EntryPoints.h"
#include "Scheduler.h"
#include "VectorConstants.h"
#include "keops/Dialect/Keops/KernelTable.h"
#include "keops/Support/Failure.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Scalar/Scalarizer.h"

#include <mutex>

using namespace llvm;
using namespace keops;

static void initializeX86() {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  LLVMInitializeX86AsmParser();
}

static void initializeNVPTX() {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
}

static void initializeAll() {
  InitializeAllTargetInfos();
  InitializeAllTargets();
  InitializeAllTargetMCs();
  InitializeAllAsmPrinters();
}

/// Once per process, since machines are made on several threads.
static void initializeTargets(const Triple &triple) {
  static std::once_flag x86, nvptx, all;
  if (triple.isX86())
    std::call_once(x86, initializeX86);
  else if (triple.isNVPTX())
    std::call_once(nvptx, initializeNVPTX);
  else
    std::call_once(all, initializeAll);
}

Expected<std::unique_ptr<TargetMachine>>
keops::createMachine(const CodeGenOptions &options) {
  Triple triple(options.triple);
  initializeTargets(triple);
  if (!useTileScheduler())
    return fail(ExitStatus::Bug, "LLVM has no option 'misched'");
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return fail(ExitStatus::Usage, "unknown target '" + options.triple + "'");
  constexpr CodeGenOptLevel levels[] = {
      CodeGenOptLevel::None, CodeGenOptLevel::Less, CodeGenOptLevel::Default,
      CodeGenOptLevel::Aggressive};
  TargetOptions targetOptions;
  targetOptions.AllowFPOpFusion = FPOpFusion::Standard;
  std::string cpu = options.cpu;
  if (cpu.empty())
    cpu = triple.isX86() ? "x86-64" : "generic";
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      triple, cpu, "", targetOptions, options.pic ? Reloc::PIC_ : Reloc::Static,
      std::nullopt, levels[std::clamp(options.optLevel, 0, 3)]));
  return machine;
}

/// What a function must be compiled for, from the attributes lowering left.
static void markFunction(Function &function, mlir::LLVM::LLVMFuncOp op) {
  function.setLinkage(GlobalValue::InternalLinkage);
  function.addFnAttr(Attribute::NoUnwind);
  auto cpu = op->getAttrOfType<mlir::StringAttr>("keops.cpu");
  if (!cpu)
    return;
  function.addFnAttr("target-cpu", cpu.getValue());
  function.addFnAttr(
      "target-features",
      op->getAttrOfType<mlir::StringAttr>("keops.features").getValue());
  int64_t width =
      op->getAttrOfType<mlir::IntegerAttr>("keops.vector_bits").getInt();
  // Spilled vectors would be aligned to the 16 bytes of the calling convention,
  // and every second one, or each with AVX-512, lie across two cache lines.
  if (width > 128)
    function.addFnAttr("stackrealign");
  // LLVM would split 512-bit vectors on CPUs where mixed code prefers 256.
  std::string bits = std::to_string(width);
  function.addFnAttr("min-legal-vector-width", bits);
  function.addFnAttr("prefer-vector-width", bits);
  if (op->hasAttr("keops.interleave"))
    function.addFnAttr(keops::interleave);
  if (op->hasAttr("keops.depth_first"))
    function.addFnAttr(keops::depthFirst);
}

Expected<std::unique_ptr<Module>>
keops::translateModule(mlir::ModuleOp module, LLVMContext &context,
                       const CodeGenOptions &options,
                       ArrayRef<GpuImage> images) {
  auto machine = createMachine(options);
  if (!machine)
    return machine.takeError();
  for (auto gpu :
       llvm::make_early_inc_range(module.getOps<mlir::gpu::GPUModuleOp>()))
    gpu.erase();
  mlir::registerBuiltinDialectTranslation(*module->getContext());
  mlir::registerLLVMDialectTranslation(*module->getContext());
  std::unique_ptr<Module> code =
      mlir::translateModuleToLLVMIR(module, context, "keops");
  if (!code)
    return fail(ExitStatus::Bug, "translation to LLVM IR failed");
  code->setTargetTriple(Triple(options.triple));
  code->setDataLayout((*machine)->createDataLayout());
  module.walk([&](mlir::LLVM::LLVMFuncOp op) {
    if (Function *function = code->getFunction(op.getName()))
      if (!function->isDeclaration())
        markFunction(*function, op);
  });
  GlobalVariable *gpu = nullptr;
  if (!images.empty())
    gpu = addImages(*code, images,
                    module->getAttrOfType<mlir::ArrayAttr>(table::simulated));
  if (auto kernels = module->getAttrOfType<mlir::ArrayAttr>(table::kernels))
    for (auto kernel : kernels.getAsRange<mlir::DictionaryAttr>())
      addEntryPoints(*code, kernel, options.prefix, gpu);
  return code;
}

/// What the loops of a nest still need: they come vectorised, unrolled and
/// without calls. LLVM's own pipeline gives the same inner loops, in more than
/// twice the time; gvn in place of the second early-cse, in a third more.
static constexpr StringLiteral cpuPasses =
    "function(sroa,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,loop-mssa(loop-rotate,licm),"
    "early-cse<memssa>,loop(loop-idiom,indvars,loop-deletion),"
    "instcombine<no-verify-fixpoint>,simplifycfg,dse,adce),globaldce";

Error keops::optimizeModule(Module &module, const CodeGenOptions &options) {
  auto machine = createMachine(options);
  if (!machine)
    return machine.takeError();
  // Loops are vectorised already, and their tails would be vectorised in vain.
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  tuning.LoopInterleaving = false;
  // A register tile is unrolled already; unrolling the copies of a stage would
  // double the code and the time to compile it.
  tuning.LoopUnrolling = false;
  PassBuilder builder(machine->get(), tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager sccs;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  const OptimizationLevel levels[] = {
      OptimizationLevel::O0, OptimizationLevel::O1, OptimizationLevel::O2,
      OptimizationLevel::O3};
  int level = std::clamp(options.optLevel, 0, 3);
  ModulePassManager passes;
  bool isGpu = Triple(options.triple).isNVPTX();
  if (level > 0 && !isGpu) {
    cantFail(builder.parsePassPipeline(passes, cpuPasses));
    passes.run(module, modules);
    orderDepthFirst(module);
    placeVectorConstants(module);
    return Error::success();
  }
  // A GPU thread is one lane: its vectors of one element hide scalars.
  if (isGpu)
    passes.addPass(createModuleToFunctionPassAdaptor(ScalarizerPass()));
  passes.addPass(level == 0
                     ? builder.buildO0DefaultPipeline(levels[0])
                     : builder.buildPerModuleDefaultPipeline(levels[level]));
  passes.run(module, modules);
  return Error::success();
}

Error keops::emitModule(Module &module, raw_pwrite_stream &out,
                        CodeGenFileType type, const CodeGenOptions &options) {
  auto machine = createMachine(options);
  if (!machine)
    return machine.takeError();
  legacy::PassManager passes;
  // Translation verified the module.
  if ((*machine)->addPassesToEmitFile(passes, out, nullptr, type,
                                      /*DisableVerify=*/true))
    return fail(ExitStatus::Bug, "the target cannot write this kind of file");
  passes.run(module);
  return Error::success();
}
