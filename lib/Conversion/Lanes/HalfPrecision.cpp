//===- HalfPrecision.cpp - 16-bit storage of numbers ----------------------===//

#include "HalfPrecision.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

namespace {

/// 32-bit integer arithmetic, written briefly.
struct Bits {
  LaneBuilder &b;

  Value number(int64_t v) {
    return arith::ConstantOp::create(
        b, b.getI32IntegerAttr(static_cast<int32_t>(v)));
  }
  Value real(float v) {
    return arith::ConstantOp::create(b, b.getF32FloatAttr(v));
  }
  Value land(Value x, int64_t y) {
    return arith::AndIOp::create(b, x, number(y));
  }
  Value lor(Value x, Value y) { return arith::OrIOp::create(b, x, y); }
  Value shl(Value x, int64_t y) {
    return arith::ShLIOp::create(b, x, number(y));
  }
  Value shr(Value x, int64_t y) {
    return arith::ShRUIOp::create(b, x, number(y));
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value select(Value c, Value x, Value y) {
    return arith::SelectOp::create(b, c, x, y);
  }
  Value atLeast(Value x, int64_t y) {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::uge, x, number(y));
  }
  Value toFloat(Value x) {
    return arith::BitcastOp::create(b, b.getF32Type(), x);
  }
  Value toBits(Value x) {
    return arith::BitcastOp::create(b, b.getI32Type(), x);
  }
  /// 1 where bit `position` of x is set: what ties to even add.
  Value bit(Value x, int64_t position) { return land(shr(x, position), 1); }
};

} // namespace

Value keops::loadHalf(LaneBuilder &b, Value place, Type stored) {
  Bits bits{b};
  Value raw = arith::ExtUIOp::create(b, b.getI32Type(),
                                     b.loadScalar(place, b.getI16Type()));
  if (stored.isBF16())
    return bits.toFloat(bits.shl(raw, 16));
  // The exponent is rebiased by a multiplication, which normalises subnormal
  // numbers too; infinities and NaN keep all exponent bits set.
  Value magnitude = bits.shl(bits.land(raw, 0x7FFF), 13);
  Value scaled =
      arith::MulFOp::create(b, bits.toFloat(magnitude), bits.real(0x1p112f));
  Value special = bits.lor(magnitude, bits.number(0x7F800000));
  Value isSpecial = bits.atLeast(magnitude, 0x7C00 << 13);
  Value result = bits.select(isSpecial, special, bits.toBits(scaled));
  return bits.toFloat(bits.lor(result, bits.shl(bits.land(raw, 0x8000), 16)));
}

/// Adds half of the last place that is kept, less one, plus its lowest bit, and
/// drops the rest.
static Value roundToBF16(Bits &bits, Value raw) {
  Value isNan = bits.atLeast(bits.land(raw, 0x7FFFFFFF), 0x7F800001);
  Value rounded =
      bits.add(raw, bits.add(bits.number(0x7FFF), bits.bit(raw, 16)));
  return bits.shr(
      bits.select(isNan, bits.lor(raw, bits.number(0x400000)), rounded), 16);
}

static Value roundToF16(Bits &bits, Value raw) {
  LaneBuilder &b = bits.b;
  Value magnitude = bits.land(raw, 0x7FFFFFFF);
  // From 2^16 on everything is infinite; NaN stays NaN.
  Value isNan = bits.atLeast(magnitude, 0x7F800001);
  Value special = bits.select(isNan, bits.number(0x7E00), bits.number(0x7C00));
  // Below 2^-14 the addition of 1/2 rounds at the last place of subnormals.
  Value lifted =
      arith::AddFOp::create(b, bits.toFloat(magnitude), bits.real(0.5f));
  Value subnormal =
      arith::SubIOp::create(b, bits.toBits(lifted), bits.number(0x3F000000));
  // Otherwise: rebias the exponent from 127 to 15 and round 13 bits away.
  Value rebiased = bits.add(magnitude, bits.number(-(112 << 23) + 0xFFF));
  Value normal = bits.shr(bits.add(rebiased, bits.bit(magnitude, 13)), 13);
  Value finite =
      bits.select(bits.atLeast(magnitude, 0x38800000), normal, subnormal);
  Value result =
      bits.select(bits.atLeast(magnitude, 0x47800000), special, finite);
  return bits.lor(result, bits.land(bits.shr(raw, 16), 0x8000));
}

void keops::storeHalf(LaneBuilder &b, Value value, Value place, Type stored) {
  Bits bits{b};
  Value raw = bits.toBits(value);
  Value half = stored.isBF16() ? roundToBF16(bits, raw) : roundToF16(bits, raw);
  b.storeScalar(arith::TruncIOp::create(b, b.getI16Type(), half), place);
}
