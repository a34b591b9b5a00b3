//===- PrimitivesToArith.cpp - primitives on lanes become arithmetic
//-------===//
//
// A primitive with a formula becomes the operations of that formula; a core one
// becomes the upstream operation its record names, or, for the few that look
// into the representation of a number, the integer operations written here.
// What the user wrote may be contracted to fused multiply-adds; formulas of
// records are evaluated exactly as written, for their error bounds to hold.
//
//===----------------------------------------------------------------------===//

#include "Avx512.h"
#include "DividerLimit.h"
#include "Signs.h"
#include "keops/Conversion/Passes.h"
#include "keops/Dialect/Keops/FormulaEmitter.h"
#include "keops/Dialect/Keops/Keops.h"
#include "keops/Formula/PrimitiveTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace keops;

namespace {

/// Collects the operations that a formula creates, to lower them in turn.
struct CreatedOps : OpBuilder::Listener {
  SmallVector<Operation *> ops;
  void notifyOperationInserted(Operation *op, OpBuilder::InsertPoint) override {
    ops.push_back(op);
  }
};

class PrimitiveLowering {
public:
  PrimitiveLowering(FunctionOpInterface function, FloatFreedom freedom)
      : function(function), b(function.getContext()), freedom(freedom) {
    auto flag = [&](StringRef name) {
      auto attr = function->getAttrOfType<BoolAttr>(name);
      return !attr || attr.getValue();
    };
    hasFma = flag("keops.fma");
    gpuHasIntrinsics = function->hasAttr("keops.gpu");
    usesGpuFormulas =
        (gpuHasIntrinsics || function->hasAttr("keops.simulated")) &&
        freedom != FloatFreedom::Strict;
    auto bits = function->getAttrOfType<IntegerAttr>("keops.vector_bits");
    isAvx512 = bits && bits.getInt() == 512;
    usesEstimates = isAvx512 && freedom != FloatFreedom::Strict &&
                    function->hasAttr("keops.pairs") &&
                    waitsForDivider(function);
  }

  LogicalResult run() {
    SmallVector<Operation *> written;
    function.walk([&](Operation *op) {
      if (isa_and_nonnull<KeopsDialect>(op->getDialect()))
        written.push_back(op);
    });
    for (Operation *op : written)
      if (failed(lower(op, true)))
        return failure();
    if (wantsFlush)
      avx512::flushSubnormals(function);
    return success();
  }

private:
  LogicalResult lower(Operation *op, bool isUsers);
  LogicalResult lowerFormula(Operation *op, const PrimitiveRecord &record,
                             StringRef formula, bool isUsers);
  StringRef gpuFormula(Operation *op, const PrimitiveRecord &record);
  StringRef estimateFor(Operation *op, const PrimitiveRecord &record);
  Value lowerIntrinsic(Operation *op, const PrimitiveRecord &record);
  Value lowerUpstream(Operation *op, StringRef upstream, bool isUsers);
  Value lowerByName(Operation *op, StringRef name);
  Value lowerComparison(Operation *op, const PrimitiveRecord &record);
  Value lowerCast(CastOp op);

  Value contract(StringRef upstream, ValueRange operands);
  Value emulateFma(Value x, Value y, Value z);
  bool isWhole512(Value x);
  Value lowerAvx512(Operation *op);
  Value powerOfTwo(Operation *op);
  Value dropBound(Operation *op);
  Value ldexp(Value x, Value n);
  Value exponentBits(Value x);
  Value exponent(Value x);
  Value significand(Value x);

  /// The integer type of the same width, and constants of it.
  VectorType integerLike(Value x) {
    auto type = cast<VectorType>(x.getType());
    return VectorType::get(type.getShape(),
                           b.getIntegerType(type.getElementTypeBitWidth()));
  }
  Value integer(VectorType type, int64_t value) {
    return arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(type,
                               b.getIntegerAttr(type.getElementType(), value)));
  }
  Value real(VectorType type, double value) {
    return arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(type,
                               b.getFloatAttr(type.getElementType(), value)));
  }

  FunctionOpInterface function;
  OpBuilder b;
  Location loc = UnknownLoc::get(b.getContext());
  FloatFreedom freedom;
  bool hasFma, isAvx512;
  /// Whether quotients and roots are refined from estimates.
  bool usesEstimates;
  /// Whether something relies on results below the normal numbers being 0.
  bool wantsFlush = false;
  /// Inside an exponential of the user's: a power below the normal numbers is 0
  /// by convention, and so may be all else in the function.
  bool mayFlush = false;
  /// Kernels of a GPU, or of a simulated one.
  bool gpuHasIntrinsics, usesGpuFormulas;
};

} // namespace

LogicalResult PrimitiveLowering::lower(Operation *op, bool isUsers) {
  b.setInsertionPoint(op);
  loc = op->getLoc();
  Value value;
  if (auto constant = dyn_cast<ConstantOp>(op)) {
    value =
        arith::ConstantOp::create(b, loc, cast<TypedAttr>(constant.getValue()));
  } else if (auto cast = dyn_cast<CastOp>(op)) {
    value = lowerCast(cast);
  } else if (Value whole = lowerAvx512(op)) {
    value = whole;
  } else if (Value within = dropBound(op)) {
    value = within;
  } else {
    StringRef name = op->getName().stripDialect();
    const PrimitiveRecord *record = lookupPrimitive(name);
    if (!record)
      return op->emitError("has no lowering to lanes");
    Type element = rowElement(op->getOperands().back().getType());
    bool isInt = isa<IntegerType>(element);
    StringRef formula = isInt ? record->valueInt
                              : record->value(element.getIntOrFloatBitWidth());
    StringRef upstream = isInt ? record->upstreamInt : record->upstream;
    if (gpuHasIntrinsics && !record->intrinsic.empty())
      value = lowerIntrinsic(op, *record);
    else if (StringRef estimate = estimateFor(op, *record);
             isUsers && !estimate.empty())
      return lowerFormula(op, *record, estimate, isUsers);
    else if (usesGpuFormulas && element.isF32() && !record->gpu32.empty())
      return lowerFormula(op, *record, gpuFormula(op, *record), isUsers);
    else if (!record->predicate.empty())
      value = lowerComparison(op, *record);
    else if (!upstream.empty())
      value = lowerUpstream(op, upstream, isUsers);
    else if (!formula.empty())
      return lowerFormula(op, *record, formula, isUsers);
    else
      value = lowerByName(op, name);
  }
  if (!value)
    return op->emitError("has no lowering for this element type");
  op->getResult(0).replaceAllUsesWith(value);
  op->erase();
  return success();
}

/// where(x > c, c, x) for c >= 0 is x where x is never positive: the upper
/// bound of an exponent.
Value PrimitiveLowering::dropBound(Operation *op) {
  auto select = dyn_cast<SelectOp>(op);
  auto compare =
      select ? select->getOperand(0).getDefiningOp<arith::CmpFOp>() : nullptr;
  if (!compare || compare.getPredicate() != arith::CmpFPredicate::OGT ||
      compare.getLhs() != select->getOperand(2) ||
      !isConstantWhere(compare.getRhs(),
                       [](const APFloat &c) { return !c.isNegative(); }) ||
      constantOf(select->getOperand(1)) != constantOf(compare.getRhs()) ||
      !isNeverPositive(compare.getLhs()))
    return {};
  return compare.getLhs();
}

/// The reciprocal is an instruction of its own.
StringRef PrimitiveLowering::gpuFormula(Operation *op,
                                        const PrimitiveRecord &record) {
  auto constant = op->getOperand(0).getDefiningOp<arith::ConstantOp>();
  auto values =
      constant ? dyn_cast<DenseFPElementsAttr>(constant.getValue()) : nullptr;
  bool isInverse = isa<DivOp>(op) && values && values.isSplat() &&
                   values.getSplatValue<APFloat>().isExactlyValue(1);
  return isInverse ? "approx_inv(b)" : record.gpu32;
}

/// For what the user divides, not for the formulas of other primitives, whose
/// errors are measured with exact quotients.
StringRef PrimitiveLowering::estimateFor(Operation *op,
                                         const PrimitiveRecord &record) {
  if (!usesEstimates || !isWhole512(op->getResult(0)))
    return {};
  Type element = rowElement(op->getResult(0).getType());
  return record.divider(element.getIntOrFloatBitWidth()).estimate;
}

/// A GPU's instruction, on the one lane that a thread is.
Value PrimitiveLowering::lowerIntrinsic(Operation *op,
                                        const PrimitiveRecord &record) {
  SmallVector<Value> scalars;
  for (Value operand : op->getOperands())
    scalars.push_back(vector::ExtractOp::create(b, loc, operand, 0));
  auto call = LLVM::CallIntrinsicOp::create(
      b, loc, scalars[0].getType(), b.getStringAttr(record.intrinsic), scalars);
  return vector::BroadcastOp::create(b, loc, op->getResult(0).getType(),
                                     call.getResult(0));
}

LogicalResult PrimitiveLowering::lowerFormula(Operation *op,
                                              const PrimitiveRecord &record,
                                              StringRef formula, bool isUsers) {
  llvm::SaveAndRestore mode(mayFlush,
                            mayFlush || (isUsers && isa<ExpOp, Exp2Op>(op) &&
                                         freedom != FloatFreedom::Strict));
  Bindings names;
  for (auto [name, operand] :
       llvm::zip_equal(record.operands, op->getOperands()))
    names[name] = operand;
  CreatedOps created;
  OpBuilder::Listener *before = b.getListener();
  b.setListener(&created);
  auto type = cast<VectorType>(op->getResult(0).getType());
  Value value = FormulaEmitter(b, loc, type).emit(formula, names);
  b.setListener(before);
  op->getResult(0).replaceAllUsesWith(value);
  op->erase();
  // What stands in for an approximation is computed as on a CPU.
  llvm::SaveAndRestore keep(usesGpuFormulas,
                            usesGpuFormulas && record.intrinsic.empty());
  for (Operation *part : created.ops)
    if (isa_and_nonnull<KeopsDialect>(part->getDialect()))
      if (failed(lower(part, false)))
        return failure();
  return success();
}

/// a b + c on a machine without the instruction (x86-64-v2), where the library
/// function would be called once per element. f32: the product is exact in f64.
/// f64: product and sum as pairs of numbers (Dekker, Knuth), rounded at the
/// end.
Value PrimitiveLowering::emulateFma(Value x, Value y, Value z) {
  auto type = cast<VectorType>(x.getType());
  auto add = [&](Value p, Value q) -> Value {
    return arith::AddFOp::create(b, loc, p, q);
  };
  auto sub = [&](Value p, Value q) -> Value {
    return arith::SubFOp::create(b, loc, p, q);
  };
  auto mul = [&](Value p, Value q) -> Value {
    return arith::MulFOp::create(b, loc, p, q);
  };
  if (type.getElementType().isF32()) {
    auto wide = VectorType::get(type.getShape(), b.getF64Type());
    auto extend = [&](Value v) -> Value {
      return arith::ExtFOp::create(b, loc, wide, v);
    };
    Value sum = add(mul(extend(x), extend(y)), extend(z));
    return arith::TruncFOp::create(b, loc, type, sum);
  }
  auto split = [&](Value v) {
    Value scaled = mul(v, real(type, 134217729.0)); // 2^27 + 1
    Value high = sub(scaled, sub(scaled, v));
    return std::pair<Value, Value>(high, sub(v, high));
  };
  auto [xh, xl] = split(x);
  auto [yh, yl] = split(y);
  Value product = mul(x, y);
  Value lost = sub(mul(xh, yh), product);
  lost = add(lost, mul(xh, yl));
  lost = add(lost, mul(xl, yh));
  lost = add(lost, mul(xl, yl));
  Value sum = add(product, z);
  Value back = sub(sum, product);
  Value rest = add(sub(product, sub(sum, back)), sub(z, back));
  return add(sum, add(rest, lost));
}

/// A product that is needed here and on rare paths, which lie in blocks of
/// their own: the back end would compute it for them and not fuse it here.
static arith::MulFOp productFor(Value value, Block *here) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  if (!product || product->hasOneUse() || product->getBlock() != here ||
      !bitEnumContainsAll(product.getFastmath(),
                          arith::FastMathFlags::contract))
    return {};
  auto isHere = [&](Operation *user) { return user->getBlock() == here; };
  return llvm::count_if(product->getUsers(), isHere) == 1 ? product : nullptr;
}

/// a b - c and a b + c, rounded once.
Value PrimitiveLowering::contract(StringRef upstream, ValueRange operands) {
  bool isSub = upstream == "arith.subf";
  if (!isSub && upstream != "arith.addf")
    return {};
  arith::MulFOp product = productFor(operands[0], b.getInsertionBlock());
  if (!product)
    return {};
  Value addend = operands[1];
  if (isSub)
    addend = arith::NegFOp::create(b, loc, addend);
  return math::FmaOp::create(b, loc, product.getLhs(), product.getRhs(),
                             addend);
}

Value PrimitiveLowering::lowerUpstream(Operation *op, StringRef upstream,
                                       bool isUsers) {
  ValueRange operands = op->getOperands();
  if (upstream == "math.fma" && !hasFma) {
    if (op->getName().stripDialect() == "fma")
      return emulateFma(operands[0], operands[1], operands[2]);
    Value product = arith::MulFOp::create(b, loc, operands[0], operands[1]);
    return arith::AddFOp::create(b, loc, product, operands[2]);
  }
  if (isUsers && hasFma && freedom != FloatFreedom::Strict)
    if (Value fused = contract(upstream, operands))
      return fused;
  OperationState state(loc, upstream);
  state.addOperands(operands);
  state.addTypes(op->getResultTypes());
  Operation *created = b.create(state);
  if (auto fast = dyn_cast<arith::ArithFastMathInterface>(created);
      fast && isUsers && freedom != FloatFreedom::Strict) {
    arith::FastMathFlags flags = arith::FastMathFlags::contract;
    if (freedom == FloatFreedom::Fast)
      flags = flags | arith::FastMathFlags::reassoc |
              arith::FastMathFlags::arcp | arith::FastMathFlags::nsz;
    created->setAttr(fast.getFastMathAttrName(),
                     arith::FastMathFlagsAttr::get(b.getContext(), flags));
  }
  return created->getResult(0);
}

Value PrimitiveLowering::lowerComparison(Operation *op,
                                         const PrimitiveRecord &record) {
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  if (isa<FloatType>(rowElement(lhs.getType())))
    return arith::CmpFOp::create(
        b, loc, *arith::symbolizeCmpFPredicate(record.predicate), lhs, rhs);
  return arith::CmpIOp::create(
      b, loc, *arith::symbolizeCmpIPredicate(record.predicateInt), lhs, rhs);
}

Value PrimitiveLowering::lowerCast(CastOp op) {
  Value x = op.getX();
  Type to = op.getType(), from = x.getType();
  Type toElement = rowElement(to), fromElement = rowElement(from);
  if (to == from)
    return x;
  if (toElement.isInteger(1)) {
    Value zero =
        arith::ConstantOp::create(b, loc, cast<TypedAttr>(b.getZeroAttr(from)));
    if (isa<FloatType>(fromElement))
      return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ONE, x, zero);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, x, zero);
  }
  unsigned toWidth = toElement.getIntOrFloatBitWidth();
  unsigned fromWidth = fromElement.getIntOrFloatBitWidth();
  bool toFloat = isa<FloatType>(toElement),
       fromFloat = isa<FloatType>(fromElement);
  if (fromElement.isInteger(1) && toFloat)
    return arith::SelectOp::create(b, loc, x, real(cast<VectorType>(to), 1),
                                   real(cast<VectorType>(to), 0));
  if (toFloat && fromFloat)
    return toWidth > fromWidth ? Value(arith::ExtFOp::create(b, loc, to, x))
                               : Value(arith::TruncFOp::create(b, loc, to, x));
  if (toFloat)
    return arith::SIToFPOp::create(b, loc, to, x);
  if (fromFloat)
    return arith::FPToSIOp::create(b, loc, to, x);
  if (fromElement.isInteger(1))
    return arith::ExtUIOp::create(b, loc, to, x);
  return toWidth > fromWidth ? Value(arith::ExtSIOp::create(b, loc, to, x))
                             : Value(arith::TruncIOp::create(b, loc, to, x));
}

//===----------------------------------------------------------------------===//
// The representation of a number
//===----------------------------------------------------------------------===//

Value PrimitiveLowering::lowerByName(Operation *op, StringRef name) {
  Value x = op->getOperand(0);
  if (name == "not")
    return arith::XOrIOp::create(b, loc, x,
                                 integer(cast<VectorType>(x.getType()), 1));
  if (name == "ldexp")
    return ldexp(x, op->getOperand(1));
  if (name == "exponent")
    return exponent(x);
  if (name == "significand")
    return significand(x);
  return {};
}

//===----------------------------------------------------------------------===//
// AVX-512
//===----------------------------------------------------------------------===//

/// Fills a whole register of a processor that has AVX-512.
bool PrimitiveLowering::isWhole512(Value x) {
  auto type = cast<VectorType>(x.getType());
  return isAvx512 && isa<FloatType>(type.getElementType()) &&
         type.getNumElements() * type.getElementTypeBitWidth() == 512;
}

/// What one instruction does on whole registers.
Value PrimitiveLowering::lowerAvx512(Operation *op) {
  if (op->getNumOperands() == 0 ||
      !isa<FloatType>(rowElement(op->getOperand(0).getType())) ||
      !isWhole512(op->getOperand(0)))
    return {};
  if (isa<Exp2FractionOp, Exp2ScaleOp>(op))
    return mayFlush ? powerOfTwo(op) : Value();
  return avx512::lowerEstimate(b, op);
}

/// The two halves of a power of two. They overflow as they should, and results
/// below the normal numbers are 0 in the mode that flushSubnormals() sets: to
/// multiply by them would take a hundred cycles.
Value PrimitiveLowering::powerOfTwo(Operation *op) {
  if (isa<Exp2FractionOp>(op))
    return avx512::fraction(b, op->getOperand(0));
  wantsFlush = true;
  return avx512::scalef(b, op->getOperand(0), op->getOperand(1), {});
}

/// Elsewhere 2^n is put together from its bits: adding 1.5 * 2^23 leaves the
/// integer n + 127 in the low bits, which a shift moves into the place of the
/// exponent; 2^-127 counts as 0.
Value PrimitiveLowering::ldexp(Value x, Value n) {
  auto type = cast<VectorType>(x.getType());
  bool isDouble = type.getElementType().isF64();
  if (isWhole512(x) && mayFlush) {
    wantsFlush = true;
    return avx512::scalef(b, x, n, {});
  }
  if (isWhole512(x)) {
    // True for NaN.
    Value isNormal = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UGT, n,
                                           real(type, isDouble ? -1023 : -127));
    return avx512::scalef(b, x, n, isNormal);
  }
  double magic = isDouble ? 0x1.8p52 + 1023 : 0x1.8p23 + 127;
  Value shifted = arith::AddFOp::create(b, loc, n, real(type, magic));
  VectorType integers = integerLike(x);
  Value raw = arith::BitcastOp::create(b, loc, integers, shifted);
  Value placed =
      arith::ShLIOp::create(b, loc, raw, integer(integers, isDouble ? 52 : 23));
  Value power = arith::BitcastOp::create(b, loc, type, placed);
  return arith::MulFOp::create(b, loc, x, power);
}

/// floor(log2(x / 0.75)), as integers.
Value PrimitiveLowering::exponentBits(Value x) {
  VectorType integers = integerLike(x);
  bool isDouble = integers.getElementTypeBitWidth() == 64;
  Value raw = arith::BitcastOp::create(b, loc, integers, x);
  int64_t threeQuarters = isDouble ? 0x3FE8000000000000 : 0x3F400000;
  Value above =
      arith::SubIOp::create(b, loc, raw, integer(integers, threeQuarters));
  return arith::ShRSIOp::create(b, loc, above,
                                integer(integers, isDouble ? 52 : 23));
}

Value PrimitiveLowering::exponent(Value x) {
  return arith::SIToFPOp::create(b, loc, x.getType(), exponentBits(x));
}

Value PrimitiveLowering::significand(Value x) {
  VectorType integers = integerLike(x);
  bool isDouble = integers.getElementTypeBitWidth() == 64;
  Value raw = arith::BitcastOp::create(b, loc, integers, x);
  Value moved = arith::ShLIOp::create(b, loc, exponentBits(x),
                                      integer(integers, isDouble ? 52 : 23));
  return arith::BitcastOp::create(b, loc, x.getType(),
                                  arith::SubIOp::create(b, loc, raw, moved));
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {

struct ConvertPrimitivesToArithPass
    : PassWrapper<ConvertPrimitivesToArithPass,
                  InterfacePass<FunctionOpInterface>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ConvertPrimitivesToArithPass)
  explicit ConvertPrimitivesToArithPass(FloatFreedom freedom)
      : freedom(freedom) {}

  StringRef getArgument() const final { return "convert-primitives-to-arith"; }
  StringRef getDescription() const final {
    return "lower element-wise primitives on lanes by their records";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect,
                    vector::VectorDialect>();
  }
  void runOnOperation() final {
    if (failed(PrimitiveLowering(getOperation(), freedom).run()))
      signalPassFailure();
  }

private:
  FloatFreedom freedom;
};

} // namespace

std::unique_ptr<Pass>
keops::createConvertPrimitivesToArithPass(FloatFreedom freedom) {
  return std::make_unique<ConvertPrimitivesToArithPass>(freedom);
}
