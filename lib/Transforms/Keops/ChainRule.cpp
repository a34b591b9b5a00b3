//===- ChainRule.cpp - the algebra that both modes share ------------------===//

#include "ChainRule.h"

#include "keops/Dialect/Keops/FormulaEmitter.h"
#include "keops/Dialect/Keops/Rows.h"
#include "keops/Formula/PrimitiveTable.h"
#include "keops/Formula/ReductionTable.h"

using namespace mlir;
using namespace keops;

/// Null for rows of zeros.
static Value orNull(Value row) { return isNumber(row, 0) ? Value() : row; }

//===----------------------------------------------------------------------===//
// Partial derivatives
//===----------------------------------------------------------------------===//

Value ChainRule::partial(Operation *op, unsigned operand) {
  const PrimitiveRecord *record = lookupPrimitive(op->getName().stripDialect());
  if (!record || record->partials.empty())
    return {};
  Bindings names;
  for (auto [name, value] :
       llvm::zip_equal(record->operands, op->getOperands()))
    names[name] = value;
  names["y"] = op->getResult(0);
  auto type = cast<VectorType>(op->getResult(0).getType());
  FormulaEmitter emitter(builder, op->getLoc(), type);
  return orNull(emitter.emit(record->partials[operand], names));
}

/// The index of the reduced row; of pairs, numbered row by row.
static Value rowIndex(OpBuilder &builder, Location loc, Axis axis) {
  auto type = VectorType::get({1}, builder.getI64Type());
  if (axis != Axis::ij)
    return IndexOp::create(builder, loc, type, axis);
  Value i = IndexOp::create(builder, loc, type, Axis::i);
  Value j = IndexOp::create(builder, loc, type, Axis::j);
  Value width = SizeOp::create(builder, loc, type, Axis::j);
  Value before = MulOp::create(builder, loc, type, i, width);
  return AddOp::create(builder, loc, type, before, j);
}

Value ChainRule::partial(ReduceOp reduce, unsigned result, unsigned input) {
  const ReductionRecord *record = lookupReduction(reduce.getKind());
  if (record->partials.empty())
    return {};
  StringRef formula = record->partials[result * record->inputs.size() + input];
  if (formula == "0")
    return {};
  Location loc = reduce.getLoc();
  auto type = cast<VectorType>(reduce.getResult(result).getType());
  int64_t size = type.getNumElements();
  Bindings names;
  auto bind = [&](StringRef name, Value row) {
    if (size % rowSize(row) == 0)
      names[name] = spread(row, size);
  };
  for (auto [name, row] : llvm::zip(record->inputs, reduce.getInputs()))
    bind(name, row);
  for (StringRef name : record->inputs.drop_front(reduce.getInputs().size()))
    names[name] = constantRow(builder, loc, type, 1);
  for (auto [name, row] : llvm::zip_equal(record->results, reduce.getResults()))
    bind(name, row);
  bind("index", rowIndex(builder, loc, reduce.getAxis()));
  bind("size", SizeOp::create(builder, loc, rowOf(reduce.getResult(result), 1),
                              reduce.getAxis()));
  return orNull(FormulaEmitter(builder, loc, type).emit(formula, names));
}

//===----------------------------------------------------------------------===//
// Products and sums
//===----------------------------------------------------------------------===//

Value ChainRule::zero(Type type, Location loc) {
  return constantRow(builder, loc, cast<VectorType>(type), 0);
}

Value ChainRule::result(Value derivative, Value of, Axis axes,
                        IndexSets &sets) {
  if (!derivative)
    derivative = zero(of.getType(), of.getLoc());
  Axis missing = without(axes, sets.of(derivative));
  if (missing == Axis::none)
    return derivative;
  return ReplicateOp::create(builder, of.getLoc(), derivative, missing);
}

/// where(mask, yes, no), one of which may be null.
Value ChainRule::choose(Value mask, Value yes, Value no) {
  if (!yes && !no)
    return {};
  Value some = yes ? yes : no;
  Location loc = mask.getLoc();
  if (!yes)
    yes = zero(some.getType(), loc);
  if (!no)
    no = zero(some.getType(), loc);
  return SelectOp::create(builder, loc, some.getType(), mask, yes, no);
}

/// where(c, a, 0) or where(c, 0, a).
static SelectOp asChoice(Value row) {
  auto select = row.getDefiningOp<SelectOp>();
  if (select && (isNumber(select.getA(), 0) || isNumber(select.getB(), 0)))
    return select;
  return {};
}

Value ChainRule::times(Value factor, Value row) {
  if (!factor || !row || isNumber(factor, 0) || isNumber(row, 0))
    return {};
  if (isNumber(factor, 1))
    return row;
  if (SelectOp choice = asChoice(row))
    return choose(choice.getC(), times(factor, choice.getA()),
                  times(factor, choice.getB()));
  if (SelectOp choice = asChoice(factor))
    return choose(choice.getC(), times(choice.getA(), row),
                  times(choice.getB(), row));
  if (isNumber(row, 1))
    return factor;
  if (isNumber(factor, -1))
    return NegOp::create(builder, row.getLoc(), row.getType(), row);
  return MulOp::create(builder, row.getLoc(), row.getType(), factor, row);
}

/// Whether two conditions are one, repeated or not.
static bool isSameMask(Value a, Value b) {
  auto first = a.getDefiningOp<BroadcastOp>();
  auto second = b.getDefiningOp<BroadcastOp>();
  return a == b || (first && second && first.getX() == second.getX());
}

Value ChainRule::plus(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  SelectOp left = asChoice(a), right = asChoice(b);
  if (left && right && isSameMask(left.getC(), right.getC()))
    return choose(left.getC(), plus(orNull(left.getA()), orNull(right.getA())),
                  plus(orNull(left.getB()), orNull(right.getB())));
  Value sum = AddOp::create(builder, b.getLoc(), b.getType(), a, b);
  bool bothGuarded =
      left && right && isNumber(left.getB(), 0) && isNumber(right.getB(), 0);
  if (!bothGuarded)
    return sum;
  Value either = OrOp::create(builder, b.getLoc(), left.getC().getType(),
                              left.getC(), right.getC());
  return choose(either, sum, {});
}

Value ChainRule::sumOver(Axis axis, Value row) {
  if (!row || axis == Axis::none)
    return row;
  auto reduce =
      ReduceOp::create(builder, row.getLoc(), row.getType(), "sum", axis, row);
  return reduce.getResult(0);
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// A mask, seen through the transpose of an operation: true wherever the
/// cotangent it guards contributes.
Value ChainRule::adjointOfMask(DifferentiableOpInterface op, unsigned operand,
                               Value mask) {
  if (isa<CastOp>(op))
    return mask;
  if (isa<SumOp, ConcatOp>(op)) // Transposed: broadcast, slice.
    return op.adjoint(builder, operand, mask);
  if (!isa<BroadcastOp>(op)) // Transposed: a sum.
    return {};
  if (auto broadcast = mask.getDefiningOp<BroadcastOp>())
    return broadcast.getX();
  Location loc = op.getLoc();
  VectorType wide =
      VectorType::get({rowSize(mask)}, rowElement(op->getResult(0).getType()));
  Value numbers = CastOp::create(builder, loc, wide, mask);
  Value count = componentSum(builder, loc, numbers);
  Value none = zero(count.getType(), loc);
  return GtOp::create(builder, loc, rowOf(mask, 1), count, none);
}

Value ChainRule::adjoint(DifferentiableOpInterface op, unsigned operand,
                         Value cotangent) {
  SelectOp choice = asChoice(cotangent);
  bool onTrue = choice && isNumber(choice.getB(), 0);
  Value mask =
      choice && onTrue ? adjointOfMask(op, operand, choice.getC()) : Value();
  if (!mask)
    return op.adjoint(builder, operand, cotangent);
  // A sum still needs the mask on its components.
  Value inner = isa<BroadcastOp>(op) && !isa_and_nonnull<BroadcastOp>(
                                            choice.getC().getDefiningOp())
                    ? cotangent
                    : choice.getA();
  return choose(mask, op.adjoint(builder, operand, inner), {});
}

Value ChainRule::spread(Value input, int64_t size) {
  Location loc = input.getLoc();
  int64_t copies = size / rowSize(input);
  if (copies == 1 || rowSize(input) == 1)
    return broadcastTo(builder, loc, input, size);
  SmallVector<Value> rows(copies, input);
  return ConcatOp::create(builder, loc, rowOf(input, size), rows);
}

Value ChainRule::gather(Value cotangent, int64_t size) {
  if (!cotangent || rowSize(cotangent) == size)
    return cotangent;
  Location loc = cotangent.getLoc();
  if (size == 1)
    return componentSum(builder, loc, cotangent);
  Value total;
  for (int64_t at = 0; at < rowSize(cotangent); at += size)
    total = plus(total, slice(builder, loc, cotangent, at, size));
  return total;
}
