//===- GPUToNVVM.cpp - the gpu dialect's operations for NVIDIA ------------===//
//
// Upstream's patterns for the operations of the gpu dialect alone: upstream's
// pass also replaces mathematical functions by calls of libdevice, which would
// need a CUDA installation; ours are arithmetic already.
//
//===----------------------------------------------------------------------===//

#include "keops/Conversion/Passes.h"

#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;
using namespace keops;

namespace {

struct GPUToNVVMPass
    : PassWrapper<GPUToNVVMPass, OperationPass<gpu::GPUModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(GPUToNVVMPass)

  StringRef getArgument() const final { return "keops-gpu-to-nvvm"; }
  StringRef getDescription() const final {
    return "lower kernels, thread numbers and barriers to nvvm";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<LLVM::LLVMDialect, NVVM::NVVMDialect>();
  }

  void runOnOperation() final {
    MLIRContext *context = &getContext();
    LLVMTypeConverter converter(context);
    RewritePatternSet patterns(context);
    populateGpuToNVVMConversionPatterns(converter, patterns);
    ConversionTarget target(*context);
    target.addIllegalDialect<gpu::GPUDialect>();
    target.addLegalOp<gpu::GPUModuleOp>();
    target.addLegalDialect<LLVM::LLVMDialect, NVVM::NVVMDialect>();
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> keops::createGPUToNVVMPass() {
  return std::make_unique<GPUToNVVMPass>();
}
