//===- Schedule.cpp - tile sizes for each target
//---------------------------===//
//
// Every nest is copied once per CPU variant and given the schedule that the
// cost model chooses there. A nest keeps the name of its target in `target` and
// its number among the kernel's passes in `pass`.
//
//===----------------------------------------------------------------------===//

#include "keops/Transforms/Passes.h"

using namespace mlir;
using namespace keops;

namespace {

tile::ScheduleAttr toAttr(MLIRContext *context, const Schedule &s) {
  return tile::ScheduleAttr::get(context, s.lanes, s.blockRows, s.blockColumns,
                                 s.tileRows, s.tileColumns, s.unroll,
                                 s.partials, s.keep);
}

struct TileSchedulePass
    : PassWrapper<TileSchedulePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TileSchedulePass)
  TileSchedulePass(std::vector<CpuTarget> targets, ScheduleOptions options)
      : targets(std::move(targets)), options(options) {}

  StringRef getArgument() const final { return "tile-schedule"; }
  StringRef getDescription() const final {
    return "choose the tile sizes of each nest, for each target";
  }

  void runOnOperation() final {
    SmallVector<tile::NestOp> nests;
    getOperation().walk([&](tile::NestOp nest) { nests.push_back(nest); });
    llvm::DenseMap<Operation *, int64_t> passes;
    for (tile::NestOp nest : nests) {
      int64_t pass = passes[nest->getParentOp()]++;
      OpBuilder builder(nest);
      for (const CpuTarget &target : targets) {
        auto copy = cast<tile::NestOp>(builder.clone(*nest));
        schedule(copy, target);
        mark(copy, target.cpu, pass);
      }
      if (options.gpu) {
        auto copy = cast<tile::NestOp>(builder.clone(*nest));
        copy.setScheduleAttr(
            toAttr(&getContext(), chooseGpuSchedule(shapeOf(copy), options)));
        mark(copy, gpuTargetName, pass);
      }
      nest.erase();
    }
  }

private:
  void mark(tile::NestOp nest, StringRef target, int64_t pass) {
    Builder builder(&getContext());
    nest->setAttr("target", builder.getStringAttr(target));
    nest->setAttr("pass", builder.getI64IntegerAttr(pass));
  }

  void schedule(tile::NestOp nest, const CpuTarget &target) {
    NestShape shape = shapeOf(nest);
    MLIRContext *context = &getContext();
    nest.setScheduleAttr(
        toAttr(context, chooseSchedule(shape, target, options)));
    if (!options.naive && nest.getColumns() != Axis::none)
      nest.setFewScheduleAttr(
          toAttr(context, chooseFewSchedule(shape, target, options)));
  }

  std::vector<CpuTarget> targets;
  ScheduleOptions options;
};

} // namespace

std::unique_ptr<Pass>
keops::createTileSchedulePass(std::vector<CpuTarget> targets,
                              ScheduleOptions options) {
  return std::make_unique<TileSchedulePass>(std::move(targets), options);
}
