//===- Scheduler.cpp - the order of instructions in a register tile -------===//
//
// The pairs of a register tile are chains of operations that do not need each
// other. From both ends of a block, with an eye on registers, LLVM's scheduler
// puts one chain behind the other, and a processor's queues fill with what
// waits; from the top alone it leaves them side by side. Which functions gain
// by it the schedule says (choosePairOrder).
//
//===----------------------------------------------------------------------===//

#include "Scheduler.h"

#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineScheduler.h"
#include "llvm/CodeGen/MacroFusion.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace {

struct FromTheTop : GenericScheduler {
  using GenericScheduler::GenericScheduler;

  void initPolicy(MachineBasicBlock::iterator begin,
                  MachineBasicBlock::iterator end, unsigned size) override {
    GenericScheduler::initPolicy(begin, end, size);
    RegionPolicy.OnlyTopDown = true;
    RegionPolicy.OnlyBottomUp = false;
  }
};

} // namespace

/// A comparison beside its branch is one operation of most processors.
static bool isBranch(const TargetInstrInfo &, const TargetSubtargetInfo &,
                     const MachineInstr *, const MachineInstr &second) {
  return second.isConditionalBranch();
}

static ScheduleDAGInstrs *createTileScheduler(MachineSchedContext *context) {
  if (context->MF->getFunction().hasFnAttribute(keops::interleave)) {
    ScheduleDAGMILive *graph = createSchedLive<FromTheTop>(context);
    graph->addMutation(
        createMacroFusionDAGMutation(isBranch, /*BranchOnly=*/true));
    return graph;
  }
  ScheduleDAGInstrs *usual = context->TM->createMachineScheduler(context);
  return usual ? usual : createSchedLive(context);
}

static MachineSchedRegistry tileScheduler("keops", "order of register tiles",
                                          createTileScheduler);

bool keops::useTileScheduler() {
  // There is an option of the command line for it, and nothing else.
  static const bool done = [] {
    auto &options = cl::getRegisteredOptions();
    auto scheduler = options.find("misched");
    return scheduler != options.end() &&
           !scheduler->second->addOccurrence(1, scheduler->first, "keops");
  }();
  return done;
}
