//===- VectorConstants.cpp - constants where instructions can read them ---===//
//
// A tile's loop has more constants (the coefficients of an exponential) than
// AVX2 has registers left. LLVM keeps a constant as one number, which one
// instruction copies to all lanes, before each use where no register is free.
// As a whole vector in memory it is an operand of the instruction that uses it.
// SSE constants are whole vectors anyway; AVX-512 copies within the operand.
//
//===----------------------------------------------------------------------===//

#include "VectorConstants.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

static constexpr uint64_t avx2Bytes = 32;

static bool isForAvx2(const Function &function) {
  return !function.isDeclaration() &&
         function.getFnAttribute("min-legal-vector-width").getValueAsString() ==
             "256";
}

/// A vector of floating-point numbers, all the same. Zero is made without
/// memory, and twice a number is a sum.
static bool isWorthAPlace(const Value *operand) {
  auto *constant = dyn_cast<Constant>(operand);
  auto *type = dyn_cast<FixedVectorType>(operand->getType());
  if (!constant || !type || type->getPrimitiveSizeInBits() != 8 * avx2Bytes)
    return false;
  auto *number = dyn_cast_or_null<ConstantFP>(constant->getSplatValue());
  return number && !number->isZero() && !number->isExactlyValue(2.0);
}

namespace {
class ConstantPlaces {
public:
  explicit ConstantPlaces(Module &module) : module(module) {}

  void replaceIn(Function &function) {
    DenseMap<Constant *, Value *> loads;
    IRBuilder<> b(&*function.getEntryBlock().getFirstInsertionPt());
    for (BasicBlock &block : function)
      for (Instruction &instruction : block) {
        if (isa<PHINode>(instruction))
          continue;
        for (Use &use : instruction.operands()) {
          if (!isWorthAPlace(use))
            continue;
          Value *&load = loads[cast<Constant>(use)];
          if (!load)
            load = read(b, cast<Constant>(use));
          use.set(load);
        }
      }
  }

private:
  /// LLVM may read it anew wherever no register is free.
  Value *read(IRBuilder<> &b, Constant *value) {
    LoadInst *load =
        b.CreateAlignedLoad(value->getType(), place(value), Align(avx2Bytes));
    load->setMetadata(LLVMContext::MD_invariant_load,
                      MDNode::get(module.getContext(), {}));
    return load;
  }

  GlobalVariable *place(Constant *value) {
    GlobalVariable *&variable = places[value];
    if (variable)
      return variable;
    variable = new GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                  GlobalValue::PrivateLinkage, value,
                                  "keops.constant");
    variable->setAlignment(Align(avx2Bytes));
    variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    // Else what is read there would become a constant again.
    variable->setExternallyInitialized(true);
    return variable;
  }

  Module &module;
  DenseMap<Constant *, GlobalVariable *> places;
};
} // namespace

void keops::placeVectorConstants(Module &module) {
  ConstantPlaces places(module);
  for (Function &function : module)
    if (isForAvx2(function))
      places.replaceIn(function);
}
