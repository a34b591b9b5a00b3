//===- LoopsToLLVM.cpp - arithmetic, lanes and branches for LLVM ----------===//
//
// Upstream's patterns for the bodies of functions, in one conversion: a walk
// over the code and over the operations it leaves costs as much for each
// dialect as for all of them. Functions are converted apart from each other.
//
//===----------------------------------------------------------------------===//

#include "keops/Conversion/Passes.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;
using namespace keops;

namespace {

/// What a conversion reads: made once for all functions.
struct Rules {
  explicit Rules(MLIRContext *context) : converter(context) {
    RewritePatternSet set(context);
    arith::populateArithToLLVMConversionPatterns(converter, set);
    cf::populateControlFlowToLLVMConversionPatterns(converter, set);
    populateMathToLLVMConversionPatterns(converter, set);
    populateVectorToLLVMConversionPatterns(converter, set);
    patterns = std::move(set);
  }

  LLVMTypeConverter converter;
  FrozenRewritePatternSet patterns;
};

struct LoopsToLLVMPass
    : PassWrapper<LoopsToLLVMPass, InterfacePass<FunctionOpInterface>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LoopsToLLVMPass)

  StringRef getArgument() const final { return "keops-loops-to-llvm"; }
  StringRef getDescription() const final {
    return "lower arith, cf, math and vector in functions to llvm";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<LLVM::LLVMDialect>();
  }
  LogicalResult initialize(MLIRContext *context) final {
    rules = std::make_shared<Rules>(context);
    return success();
  }

  void runOnOperation() final {
    ConversionTarget target(getContext());
    target.addIllegalDialect<arith::ArithDialect, cf::ControlFlowDialect,
                             math::MathDialect, vector::VectorDialect>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    // Nothing is converted again if a pattern fails: that is a bug.
    ConversionConfig config;
    config.allowPatternRollback = false;
    if (failed(applyPartialConversion(getOperation(), target, rules->patterns,
                                      config)))
      signalPassFailure();
  }

private:
  std::shared_ptr<const Rules> rules;
};

} // namespace

std::unique_ptr<Pass> keops::createLoopsToLLVMPass() {
  return std::make_unique<LoopsToLLVMPass>();
}
