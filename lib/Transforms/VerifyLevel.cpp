//===- VerifyLevel.cpp - what may remain at a level boundary
//---------------===//
//
// Each lowering must leave nothing of the level above behind. The table below
// says which dialects a module may hold at each level; keops kernels frame the
// nests of the tile level, but no reduction may be left between them. What
// remains must be valid: the passes in between are not verified one by one.
//
//===----------------------------------------------------------------------===//

#include "keops/Dialect/Tile/Tile.h"
#include "keops/Transforms/Passes.h"

#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace keops;

namespace {

/// Dialects that may remain at a level, by name.
llvm::ArrayRef<llvm::StringLiteral> dialectsAt(Level level) {
  static constexpr llvm::StringLiteral formula[] = {"builtin", "keops"};
  static constexpr llvm::StringLiteral tile[] = {"builtin", "keops", "tile"};
  static constexpr llvm::StringLiteral loops[] = {"builtin", "func", "scf",
                                                  "arith",   "math", "vector",
                                                  "llvm",    "gpu",  "nvvm"};
  static constexpr llvm::StringLiteral machine[] = {"builtin", "llvm", "gpu",
                                                    "nvvm"};
  switch (level) {
  case Level::Formula:
    return formula;
  case Level::Tile:
    return tile;
  case Level::Loops:
    return loops;
  case Level::LLVM:
    return machine;
  }
  llvm_unreachable("unknown level");
}

struct VerifyLevelPass : PassWrapper<VerifyLevelPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VerifyLevelPass)
  explicit VerifyLevelPass(Level level) : level(level) {}

  StringRef getArgument() const final { return "keops-verify-level"; }
  StringRef getDescription() const final {
    return "check that nothing of the level above remains and all is valid";
  }
  void runOnOperation() final {
    auto allowed = dialectsAt(level);
    WalkResult result = getOperation().walk([&](Operation *op) {
      bool isLeftover = level == Level::Tile && isa<ReduceOp, ReturnOp>(op);
      if (!isLeftover &&
          llvm::is_contained(allowed, op->getName().getDialectNamespace()))
        return WalkResult::advance();
      op->emitOpError("remains below its level");
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted() || failed(verify(getOperation())))
      signalPassFailure();
  }

private:
  Level level;
};

} // namespace

std::unique_ptr<Pass> keops::createVerifyLevelPass(Level level) {
  return std::make_unique<VerifyLevelPass>(level);
}
