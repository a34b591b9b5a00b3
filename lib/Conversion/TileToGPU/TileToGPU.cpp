//===- TileToGPU.cpp - nests become GPU kernels ---------------------------===//
//
// Writes the kernels of every nest that is scheduled for a GPU into one module
// of the gpu dialect, and leaves what the runtime must know of them on the
// kernel (KernelTable.h). Nests scheduled for CPUs stay.
//
//===----------------------------------------------------------------------===//

#include "GpuNest.h"

#include "keops/Analysis/Schedule.h"
#include "keops/Conversion/Passes.h"
#include "keops/Dialect/Keops/KernelTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace keops;

namespace {

DictionaryAttr describe(const GpuKernels &kernels, Builder &b) {
  auto number = [&](int64_t value) { return b.getI64IntegerAttr(value); };
  return b.getDictionaryAttr(
      {b.getNamedAttr(table::stage, b.getStringAttr(kernels.stage)),
       b.getNamedAttr(table::accumulate, b.getStringAttr(kernels.accumulate)),
       b.getNamedAttr(table::finish, b.getStringAttr(kernels.finish)),
       b.getNamedAttr(table::threads, number(kernels.threads)),
       b.getNamedAttr(table::rowsPerBlock, number(kernels.rowsPerBlock)),
       b.getNamedAttr(table::tileColumns, number(kernels.tileColumns)),
       b.getNamedAttr(table::keepsStates, number(kernels.keepsStates)),
       b.getNamedAttr(table::stateBytes, number(kernels.stateBytes)),
       b.getNamedAttr(table::stagedBytes, number(kernels.stagedBytes))});
}

/// How many stores the kernel's nests write.
int64_t countStores(KernelOp kernel) {
  int64_t count = 0;
  kernel.walk([&](tile::NestOp nest) {
    for (auto place : nest.getPlaces().getAsRange<tile::PlaceAttr>())
      if (!place.getIsOutput())
        count = std::max(count, place.getNumber() + 1);
  });
  return count;
}

struct ConvertTileToGPUPass
    : PassWrapper<ConvertTileToGPUPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ConvertTileToGPUPass)

  StringRef getArgument() const final { return "convert-tile-to-gpu"; }
  StringRef getDescription() const final {
    return "write the GPU kernels of each nest";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, gpu::GPUDialect, LLVM::LLVMDialect,
                    scf::SCFDialect, vector::VectorDialect>();
  }

  void runOnOperation() final {
    ModuleOp module = getOperation();
    Builder b(&getContext());
    gpu::GPUModuleOp kernels;
    for (KernelOp kernel : module.getOps<KernelOp>()) {
      kernel->setAttr("keops.stores", b.getI64IntegerAttr(countStores(kernel)));
      SmallVector<Attribute> passes;
      for (auto nest : llvm::make_early_inc_range(
               kernel.getBodyBlock()->getOps<tile::NestOp>())) {
        if (nest->getAttrOfType<StringAttr>("target") != gpuTargetName)
          continue;
        if (!kernels)
          kernels = makeModule(module);
        std::string prefix =
            (kernel.getSymName() + "_" + Twine(passes.size()) + "_").str();
        passes.push_back(describe(GpuNest(kernels, nest, prefix).run(), b));
        nest.erase();
      }
      if (!passes.empty())
        kernel->setAttr(table::gpu, b.getArrayAttr(passes));
    }
  }

private:
  static gpu::GPUModuleOp makeModule(ModuleOp module) {
    OpBuilder builder(module.getBodyRegion());
    builder.setInsertionPointToEnd(module.getBody());
    return gpu::GPUModuleOp::create(builder, module.getLoc(), "keops_gpu");
  }
};

} // namespace

std::unique_ptr<Pass> keops::createConvertTileToGPUPass() {
  return std::make_unique<ConvertTileToGPUPass>();
}
