//===- Lanes.cpp - loads, stores and loops on lanes -----------------------===//

#include "Lanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace keops;

int64_t keops::elementBytes(Type element) {
  if (isa<LLVM::LLVMPointerType>(element))
    return 8;
  return std::max<int64_t>(element.getIntOrFloatBitWidth() / 8, 1);
}

Value LaneBuilder::index(int64_t value) {
  return arith::ConstantOp::create(*this, getI64IntegerAttr(value));
}

Value LaneBuilder::add(Value a, Value b) {
  return arith::AddIOp::create(*this, a, b);
}

Value LaneBuilder::add(Value a, int64_t b) {
  return b == 0 ? a : add(a, index(b));
}

Value LaneBuilder::sub(Value a, Value b) {
  return arith::SubIOp::create(*this, a, b);
}

Value LaneBuilder::mul(Value a, Value b) {
  return arith::MulIOp::create(*this, a, b);
}

Value LaneBuilder::mul(Value a, int64_t b) {
  return b == 1 ? a : mul(a, index(b));
}

Value LaneBuilder::min(Value a, Value b) {
  return arith::MinSIOp::create(*this, a, b);
}

Value LaneBuilder::roundDown(Value value, int64_t step) {
  if (step == 1)
    return value;
  if (llvm::isPowerOf2_64(step))
    return arith::AndIOp::create(*this, value, index(-step));
  Value rest = arith::RemSIOp::create(*this, value, index(step));
  return sub(value, rest);
}

Value LaneBuilder::element(Value base, Type type, Value offset) {
  return LLVM::GEPOp::create(*this, base.getType(), type, base,
                             ArrayRef<LLVM::GEPArg>{offset});
}

Value LaneBuilder::bytes(Value base, int64_t offset) {
  if (offset == 0)
    return base;
  return LLVM::GEPOp::create(*this, base.getType(), getI8Type(), base,
                             ArrayRef<LLVM::GEPArg>{index(offset)});
}

Value LaneBuilder::loadScalar(Value pointer, Type type, bool afresh) {
  return LLVM::LoadOp::create(*this, type, pointer, elementBytes(type), afresh);
}

void LaneBuilder::storeScalar(Value value, Value pointer) {
  LLVM::StoreOp::create(*this, value, pointer, elementBytes(value.getType()));
}

/// Conditions take a byte each in memory: vectors of bits would be packed.
Value LaneBuilder::loadLanes(Value pointer, Type element, int64_t lanes) {
  if (element.isInteger(1)) {
    Value bytes = loadLanes(pointer, getI8Type(), lanes);
    return arith::TruncIOp::create(*this, VectorType::get({lanes}, element),
                                   bytes);
  }
  return LLVM::LoadOp::create(*this, VectorType::get({lanes}, element), pointer,
                              elementBytes(element));
}

void LaneBuilder::storeLanes(Value value, Value pointer) {
  auto type = cast<VectorType>(value.getType());
  Type element = type.getElementType();
  if (element.isInteger(1))
    value = arith::ExtUIOp::create(
        *this, VectorType::get(type.getShape(), getI8Type()), value);
  LLVM::StoreOp::create(*this, value, pointer, elementBytes(element));
}

Value LaneBuilder::splat(Value scalar, int64_t lanes) {
  return vector::BroadcastOp::create(
      *this, VectorType::get({lanes}, scalar.getType()), scalar);
}

Value LaneBuilder::extract(Value vector, int64_t lane) {
  return vector::ExtractOp::create(*this, vector, lane);
}

Value LaneBuilder::laneNumbers(int64_t lanes) {
  auto numbers = llvm::to_vector(llvm::seq<int64_t>(0, lanes));
  return constantLanes(DenseElementsAttr::get(
      VectorType::get({lanes}, getI64Type()), ArrayRef<int64_t>(numbers)));
}

Value LaneBuilder::constantLanes(TypedAttr value) {
  return arith::ConstantOp::create(*this, value);
}

SmallVector<Value> LaneBuilder::loop(Value from, Value to, int64_t step,
                                     ValueRange init, LoopBody body) {
  auto loop = scf::ForOp::create(
      *this, from, to, index(step), init,
      [&](OpBuilder &, Location, Value i, ValueRange carried) {
        SmallVector<Value> next = body(i, carried);
        scf::YieldOp::create(*this, next);
      });
  return SmallVector<Value>(loop.getResults());
}

void LaneBuilder::loop(Value from, Value to, int64_t step,
                       llvm::function_ref<void(Value)> body) {
  loop(from, to, step, ValueRange(), [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

Value LaneBuilder::bitsOf(Value condition) {
  int64_t lanes = cast<VectorType>(condition.getType()).getNumElements();
  Value packed = vector::BitCastOp::create(
      *this, VectorType::get({1}, getIntegerType(lanes)), condition);
  Value bits = extract(packed, 0);
  return lanes == 64 ? bits : arith::ExtUIOp::create(*this, getI64Type(), bits);
}

void LaneBuilder::eachBit(Value bits, llvm::function_ref<void(Value)> body) {
  Type i64 = getI64Type();
  scf::WhileOp::create(
      *this, i64, bits,
      [&](OpBuilder &, Location, ValueRange left) {
        Value more = arith::CmpIOp::create(*this, arith::CmpIPredicate::ne,
                                           left[0], index(0));
        scf::ConditionOp::create(*this, more, left);
      },
      [&](OpBuilder &, Location, ValueRange left) {
        body(LLVM::CountTrailingZerosOp::create(*this, i64, left[0], true));
        Value rest = arith::AndIOp::create(
            *this, left[0], add(left[0], static_cast<int64_t>(-1)));
        scf::YieldOp::create(*this, rest);
      });
}

SmallVector<Value> LaneBuilder::rolledLoop(int64_t count, ValueRange init,
                                           LoopBody body) {
  auto forOp = scf::ForOp::create(
      *this, index(0), index(count), index(1), init,
      [&](OpBuilder &, Location, Value i, ValueRange carried) {
        SmallVector<Value> next = body(i, carried);
        scf::YieldOp::create(*this, next);
      });
  auto unroll = LLVM::LoopUnrollAttr::get(
      getContext(), /*disable=*/getBoolAttr(true), {}, {}, {}, {}, {}, {});
  forOp->setAttr("loop_annotation",
                 LLVM::LoopAnnotationAttr::get(getContext(), {}, {}, {}, unroll,
                                               {}, {}, {}, {}, {}, {}, {}, {},
                                               {}, {}, {}));
  return SmallVector<Value>(forOp.getResults());
}
