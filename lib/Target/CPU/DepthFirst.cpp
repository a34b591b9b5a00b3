//===- DepthFirst.cpp - a value soon after what it is made of -------------===//
//
// A formula is written down for a whole register tile, operation by operation:
// all differences, then all their squares. LLVM's scheduler keeps much of the
// order it is given, and so more of a tile's intermediate values than there are
// registers. In depth-first order a pair is finished before the next begins.
//
// Between two instructions that write to memory, others may stand in any order
// that their operands allow.
//
//===----------------------------------------------------------------------===//

#include "DepthFirst.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace {

/// Instructions that stand before `end`, none of which writes to memory.
class Segment {
public:
  Segment(ArrayRef<Instruction *> instructions, Instruction *end)
      : left(instructions.begin(), instructions.end()),
        instructions(instructions), end(end) {}

  void order() {
    SmallVector<Instruction *> roots;
    for (Instruction *one : instructions)
      if (isUsedOutside(*one))
        roots.push_back(one);
    for (Instruction *root : roots)
      place(root);
  }

private:
  bool isUsedOutside(const Instruction &one) const {
    return one.use_empty() || llvm::any_of(one.users(), [&](const User *user) {
             return !left.contains(cast<Instruction>(user));
           });
  }

  void place(Instruction *one) {
    if (!left.erase(one))
      return;
    for (Value *operand : one->operands())
      if (auto *before = dyn_cast<Instruction>(operand))
        place(before);
    one->moveBefore(end->getIterator());
  }

  SmallPtrSet<const Instruction *, 32> left;
  ArrayRef<Instruction *> instructions;
  Instruction *end;
};

} // namespace

static void orderBlock(BasicBlock &block) {
  SmallVector<Instruction *> segment;
  for (Instruction &one :
       llvm::make_early_inc_range(block.instructionsWithoutDebug())) {
    if (isa<PHINode>(one))
      continue;
    if (!one.mayHaveSideEffects() && !one.isTerminator()) {
      segment.push_back(&one);
      continue;
    }
    Segment(segment, &one).order();
    segment.clear();
  }
}

void keops::orderDepthFirst(Module &module) {
  for (Function &function : module)
    if (function.hasFnAttribute(depthFirst))
      for (BasicBlock &block : function)
        orderBlock(block);
}
