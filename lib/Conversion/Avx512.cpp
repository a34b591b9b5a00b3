//===- Avx512.cpp - single instructions on whole registers ----------------===//

#include "Avx512.h"

#include "keops/Dialect/Keops/Keops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace keops;

/// The rounding mode in force.
static constexpr int currentRounding = 4;

static Value number(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
}

/// An intrinsic of AVX-512 by its name without the suffix for the element type.
static Value call(OpBuilder &b, StringRef name, ValueRange operands) {
  auto type = cast<VectorType>(operands[0].getType());
  std::string full = ("llvm.x86.avx512." + name +
                      (type.getElementType().isF64() ? ".pd.512" : ".ps.512"))
                         .str();
  return LLVM::CallIntrinsicOp::create(b, operands[0].getLoc(), type,
                                       b.getStringAttr(full), operands)
      .getResult(0);
}

/// A mask of lanes as an integer; null: all of them.
static Value maskOf(OpBuilder &b, Value like, Value mask) {
  Location loc = like.getLoc();
  IntegerType bits =
      b.getIntegerType(cast<VectorType>(like.getType()).getNumElements());
  if (!mask)
    return arith::ConstantOp::create(b, loc, b.getIntegerAttr(bits, -1));
  auto one = VectorType::get({1}, bits);
  return vector::ExtractOp::create(
      b, loc, vector::BitCastOp::create(b, loc, one, mask), 0);
}

static Value zeros(OpBuilder &b, Value like) {
  return arith::ConstantOp::create(
      b, like.getLoc(), cast<TypedAttr>(b.getZeroAttr(like.getType())));
}

/// Of the intrinsics that round: lanes outside the mask are 0.
static Value callMasked(OpBuilder &b, StringRef name, Value x, Value other,
                        Value mask) {
  Value bits = maskOf(b, x, mask);
  Value rounding = number(b, x.getLoc(), currentRounding);
  return call(b, name, {x, other, zeros(b, x), bits, rounding});
}

Value avx512::scalef(OpBuilder &b, Value x, Value n, Value mask) {
  return callMasked(b, "mask.scalef", x, n, mask);
}

Value avx512::fraction(OpBuilder &b, Value x) {
  // Rounding down, without a trap for inexact results.
  constexpr int down = 9;
  return callMasked(b, "mask.reduce", x, number(b, x.getLoc(), down), {});
}

//===----------------------------------------------------------------------===//
// Estimates
//===----------------------------------------------------------------------===//

/// vfixupimm: `x` with some lanes changed as its table says of the class of
/// `by` there. A table has four bits for each of eight classes: quiet NaN,
/// signalling NaN, zero, one, -infinity, infinity, negative, positive.
static Value fixUp(OpBuilder &b, Value x, Value by, int64_t table) {
  Location loc = x.getLoc();
  auto type = cast<VectorType>(x.getType());
  Type integer = b.getIntegerType(type.getElementTypeBitWidth());
  Value tables = arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::get(type.clone(integer),
                             b.getIntegerAttr(integer, table)));
  return call(b, "mask.fixupimm",
              {x, by, tables, number(b, loc, 0), maskOf(b, x, {}),
               number(b, loc, currentRounding)});
}

/// What the table of vfixupimm says of a class: keep the number, take that of
/// the class, 0.
enum Fix : int64_t { Keep = 0, Take = 1, Zero = 8 };

static int64_t fixZeroAndInfinity(Fix what) {
  return what << (4 * 2) | what << (4 * 5);
}

Value avx512::lowerEstimate(OpBuilder &b, Operation *op) {
  auto unmasked = [&](StringRef name) {
    Value x = op->getOperand(0);
    return call(b, name, {x, zeros(b, x), maskOf(b, x, {})});
  };
  if (isa<EstimateInvOp>(op))
    return unmasked("rcp14");
  if (isa<EstimateRsqrtOp>(op))
    return unmasked("rsqrt14");
  if (isa<UnlessNanOp>(op)) // the second, but the first unless that is NaN
    return fixUp(b, op->getOperand(1), op->getOperand(0), 0x11111100);
  if (isa<KeepEndsOp>(op))
    return fixUp(b, op->getOperand(0), op->getOperand(1),
                 fixZeroAndInfinity(Take));
  if (isa<ZeroEndsOp>(op))
    return fixUp(b, op->getOperand(0), op->getOperand(1),
                 fixZeroAndInfinity(Zero));
  return {};
}

//===----------------------------------------------------------------------===//
// The mode of a function
//===----------------------------------------------------------------------===//

void avx512::flushSubnormals(FunctionOpInterface function) {
  MLIRContext *context = function.getContext();
  OpBuilder b(context);
  Location loc = UnknownLoc::get(context);
  Type i32 = b.getI32Type(), pointer = LLVM::LLVMPointerType::get(context);
  b.setInsertionPointToStart(&function.getFunctionBody().front());
  auto call = [&](StringRef name, Value place) {
    LLVM::CallIntrinsicOp::create(b, loc, b.getStringAttr(name), place);
  };
  Value one = number(b, loc, 1);
  Value before = LLVM::AllocaOp::create(b, loc, pointer, i32, one);
  Value during = LLVM::AllocaOp::create(b, loc, pointer, i32, one);
  call("llvm.x86.sse.stmxcsr", before);
  Value mode = LLVM::LoadOp::create(b, loc, i32, before);
  mode = arith::OrIOp::create(b, loc, mode, number(b, loc, 1 << 15)); // FTZ
  LLVM::StoreOp::create(b, loc, mode, during);
  call("llvm.x86.sse.ldmxcsr", during);
  function.walk([&](func::ReturnOp end) {
    b.setInsertionPoint(end);
    call("llvm.x86.sse.ldmxcsr", before);
  });
}
