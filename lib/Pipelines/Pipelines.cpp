//===- Pipelines.cpp - the order of passes
//---------------------------------===//
//
// The compiler on one page.
//
//===----------------------------------------------------------------------===//

#include "keops/Pipelines/Pipelines.h"

#include "keops/Conversion/Passes.h"
#include "keops/Dialect/Tile/Tile.h"
#include "keops/Transforms/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace keops;

static Accumulation accumulation(StringRef name) {
  return llvm::StringSwitch<Accumulation>(name)
      .Case("plain", Accumulation::Plain)
      .Case("kahan", Accumulation::Kahan)
      .Case("f64", Accumulation::F64)
      .Default(Accumulation::Block);
}

static FloatFreedom floatFreedom(StringRef name) {
  return llvm::StringSwitch<FloatFreedom>(name)
      .Case("strict", FloatFreedom::Strict)
      .Case("fast", FloatFreedom::Fast)
      .Default(FloatFreedom::Contract);
}

/// What to compute, put in order.
static void addFormulaPasses(PassManager &pm, const PipelineOptions &options) {
  bool reassociates = floatFreedom(options.fp) != FloatFreedom::Strict;
  pm.addPass(createDifferentiatePass(reassociates));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createFuseReductionsPass());
  if (reassociates) {
    pm.addPass(createSimplifyPass());
    pm.addPass(createFactorizePass());
    pm.addPass(createSimplifyPass());
    pm.addPass(createHoistInvariantsPass());
    pm.addPass(createCanonicalizerPass());
    pm.addPass(createBaseTwoPass(accumulation(options.accumulate) !=
                                 Accumulation::Kahan));
    // The factor log2(e) meets factors of its own kind.
    pm.addPass(createHoistInvariantsPass());
    pm.addPass(createQuadraticFormsPass());
    pm.addPass(createCanonicalizerPass());
    pm.addPass(createCSEPass());
  }
  pm.addPass(createSetAccumulationPass(accumulation(options.accumulate)));
  pm.addPass(createVerifyLevelPass(Level::Formula));
}

/// How: passes over the pairs, tile sizes for each target.
static void addTilePasses(PassManager &pm, const PipelineOptions &options,
                          const std::vector<CpuTarget> &targets) {
  ScheduleOptions schedule;
  schedule.gpu = options.gpu;
  llvm::cantFail(parseSchedule(options.schedule, schedule));
  schedule.partials = accumulation(options.accumulate) != Accumulation::Plain;
  pm.addPass(createConvertKeopsToTilePass());
  pm.addPass(createCSEPass());
  pm.addPass(createTileSchedulePass(targets, schedule));
  if (!schedule.naive && floatFreedom(options.fp) != FloatFreedom::Strict) {
    pm.addPass(createTileScalePointsPass());
    pm.addPass(createTileExpandDistancesPass());
  }
  pm.addPass(createVerifyLevelPass(Level::Tile));
}

/// For each function, of the host or of a GPU.
static void addFunctionPass(PassManager &pm,
                            llvm::function_ref<std::unique_ptr<Pass>()> make) {
  pm.addNestedPass<func::FuncOp>(make());
  pm.nest<gpu::GPUModuleOp>().addNestedPass<gpu::GPUFuncOp>(make());
}

/// Loops over lanes. What does not change in a loop leaves it while it is still
/// one operation; then primitives become arithmetic.
static void addLoopPasses(PassManager &pm, const PipelineOptions &options,
                          const std::vector<CpuTarget> &targets) {
  if (options.gpu)
    pm.addPass(createConvertTileToGPUPass());
  if (options.simulateGpu)
    pm.addPass(createSimulateGPUPass());
  pm.addPass(createConvertTileToSCFPass(targets));
  FloatFreedom freedom = floatFreedom(options.fp);
  addFunctionPass(pm, [] { return createCSEPass(); });
  addFunctionPass(pm, [] { return createLoopInvariantCodeMotionPass(); });
  addFunctionPass(pm,
                  [&] { return createConvertPrimitivesToArithPass(freedom); });
  addFunctionPass(pm, [] { return createCSEPass(); });
  pm.addPass(createVerifyLevelPass(Level::Loops));
}

/// Below: upstream's patterns only.
static void addLLVMPasses(PassManager &pm, const PipelineOptions &options) {
  addFunctionPass(pm, [] { return createSCFToControlFlowPass(); });
  addFunctionPass(pm, [] { return createLoopsToLLVMPass(); });
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addNestedPass<gpu::GPUModuleOp>(createGPUToNVVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createVerifyLevelPass(Level::LLVM));
  // Line tables; variables of the formula have no place in memory to show.
  if (options.debug)
    pm.addPass(LLVM::createDIScopeForLLVMFuncOpPass());
}

llvm::Error keops::buildPipeline(PassManager &pm, Level level,
                                 const PipelineOptions &options) {
  std::vector<CpuTarget> targets;
  for (const std::string &cpu : options.cpus) {
    auto target = describeCpu(cpu, options.triple);
    if (!target)
      return target.takeError();
    targets.push_back(std::move(*target));
  }
  addFormulaPasses(pm, options);
  if (level >= Level::Tile)
    addTilePasses(pm, options, targets);
  if (level >= Level::Loops)
    addLoopPasses(pm, options, targets);
  if (level >= Level::LLVM)
    addLLVMPasses(pm, options);
  return llvm::Error::success();
}

LogicalResult keops::lowerTo(ModuleOp module, Level level,
                             const PipelineOptions &options) {
  PassManager pm(module.getContext());
  // Levels are verified where they end: after each pass that would take longer
  // than the passes.
  pm.enableVerifier(false);
  if (llvm::Error error = buildPipeline(pm, level, options))
    return module.emitError(llvm::toString(std::move(error)));
  return pm.run(module);
}

/// The targets that passes run alone get: the defaults of keopsc.
static std::vector<CpuTarget> defaultTargets() {
  std::vector<CpuTarget> targets;
  for (StringRef cpu : {"x86-64-v4", "x86-64-v3", "x86-64-v2"})
    targets.push_back(llvm::cantFail(describeCpu(cpu, "x86_64-linux-gnu")));
  return targets;
}

void keops::registerPasses() {
  registerPass([] { return createConvertKeopsToTilePass(); });
  registerPass([] { return createDifferentiatePass(true); });
  registerPass([] { return createSimplifyPass(); });
  registerPass([] { return createFactorizePass(); });
  registerPass([] { return createHoistInvariantsPass(); });
  registerPass([] { return createQuadraticFormsPass(); });
  registerPass([] { return createFuseReductionsPass(); });
  registerPass([] { return createBaseTwoPass(true); });
  registerPass([] { return createSetAccumulationPass(Accumulation::Kahan); });
  registerPass([] { return createTileSchedulePass(defaultTargets(), {}); });
  registerPass([] { return createTileScalePointsPass(); });
  registerPass([] { return createTileExpandDistancesPass(); });
  registerPass([] { return createConvertTileToSCFPass(defaultTargets()); });
  registerPass([] { return createConvertTileToGPUPass(); });
  registerPass([] { return createSimulateGPUPass(); });
  registerPass([] { return createLoopsToLLVMPass(); });
  registerPass([] { return createGPUToNVVMPass(); });
  registerPass([] {
    return createConvertPrimitivesToArithPass(FloatFreedom::Contract);
  });
  registerPass([] { return createVerifyLevelPass(Level::Tile); });
  registerTransformsPasses();
}

void keops::registerDialects(DialectRegistry &registry) {
  registry.insert<KeopsDialect, tile::TileDialect, arith::ArithDialect,
                  cf::ControlFlowDialect, func::FuncDialect, gpu::GPUDialect,
                  LLVM::LLVMDialect, math::MathDialect, NVVM::NVVMDialect,
                  scf::SCFDialect, vector::VectorDialect>();
}
