//===- DividerLimit.cpp - loops that wait for the divider -----------------===//
//
// Two vector instructions start in each clock, a quotient or a root keeps the
// one divider busy for ten clocks and more beside them. So a loop takes the
// longer of the two times; with estimates there is only the first, for more
// instructions.
//
//     1 / (1 + |x - y|^2) in f64, per vector: 16 clocks of the divider, or
//     8 + 13 instructions
//
//===----------------------------------------------------------------------===//

#include "DividerLimit.h"

#include "keops/Analysis/Cost.h"
#include "keops/Dialect/Keops/Keops.h"
#include "keops/Formula/PrimitiveTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <algorithm>

using namespace mlir;
using namespace keops;

namespace {

/// What the operations of one block take, in clocks.
struct Load {
  double divider = 0, instructions = 0, estimates = 0;

  double withDivider() const { return std::max(divider, instructions); }
  double withEstimates() const { return instructions + estimates; }
};

} // namespace

/// Instructions that start in a clock, and those of a quotient or root beside
/// the time of the divider.
static constexpr double perClock = 2, ofDivision = 3;

/// A product with one user that adds it up is part of a multiply-add.
static bool isFused(Operation &op) {
  return isa<MulOp>(op) && op.hasOneUse() &&
         isa<AddOp, SubOp, arith::AddFOp>(*op.user_begin());
}

static CpuTarget anyAvx512() {
  CpuTarget target;
  target.vectorBits = 512;
  target.hasFma = true;
  return target;
}

static void count(Operation &op, Load &load) {
  static const CpuTarget avx512 = anyAvx512();
  if (op.getNumResults() != 1 || !isa<VectorType>(op.getResult(0).getType()) ||
      isFused(op))
    return;
  Type element = rowElement(op.getResult(0).getType());
  const PrimitiveRecord *record =
      isa<KeopsDialect>(op.getDialect()) && !isa<ConstantOp>(op)
          ? lookupPrimitive(op.getName().stripDialect())
          : nullptr;
  const DividerUse *use =
      record && isa<FloatType>(element)
          ? &record->divider(element.getIntOrFloatBitWidth())
          : nullptr;
  if (isa<ExpOp, Exp2Op>(op)) {
    load.instructions +=
        exponentialInstructions(element, isa<Exp2Op>(op), avx512) / perClock;
  } else if (use && use->clocks) {
    load.divider += use->clocks;
    load.instructions += ofDivision / perClock;
    load.estimates += (use->cost - ofDivision) / perClock;
  } else if (record) {
    load.instructions += record->cost / perClock;
  } else if (isa<arith::AddFOp, arith::MulFOp, math::FmaOp>(op)) {
    load.instructions += 1 / perClock;
  }
}

/// Whether results below the normal numbers are 0, as in functions with
/// exponentials. There the remainders of small quotients in f32 would be lost.
static bool mayLoseRemainders(FunctionOpInterface function) {
  return function
      ->walk([](Operation *op) {
        bool isExponential = isa<ExpOp, Exp2Op>(op);
        return isExponential && rowElement(op->getResult(0).getType()).isF32()
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

bool keops::waitsForDivider(FunctionOpInterface function) {
  Load most;
  function->walk([&](Block *block) {
    Load load;
    for (Operation &op : *block)
      count(op, load);
    if (load.divider > most.divider)
      most = load;
  });
  return most.withEstimates() < most.withDivider() &&
         !mayLoseRemainders(function);
}
