//===- NestContext.cpp - what the code of one nest can see ----------------===//

#include "NestContext.h"

#include "HalfPrecision.h"
#include "StateView.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

NestContext::NestContext(tile::NestOp nest, int64_t lanes)
    : kernel(nest->getParentOfType<KernelOp>()), nest(nest), lanes(lanes),
      schedule(*nest.getSchedule()), layout(nest, schedule.getBlockRows()),
      b(nest.getLoc(), nest.getContext()) {}

/// What of the kernel's own rows the nest uses, directly or not, in their
/// order. Others may not be there yet: stores of later nests.
static SmallVector<Value> rowsUsedBy(tile::NestOp nest, KernelOp kernel) {
  llvm::SetVector<Value> used;
  nest.walk([&](Operation *op) {
    for (Value operand : op->getOperands())
      if (operand.getParentBlock() == kernel.getBodyBlock())
        used.insert(operand);
  });
  for (unsigned k = 0; k < used.size(); ++k)
    if (Operation *op = used[k].getDefiningOp())
      used.insert(op->operand_begin(), op->operand_end());
  SmallVector<Value> ordered;
  for (BlockArgument argument : kernel.getBodyBlock()->getArguments())
    if (used.contains(argument))
      ordered.push_back(argument);
  for (Operation &op : *kernel.getBodyBlock())
    for (Value result : op.getResults())
      if (used.contains(result))
        ordered.push_back(result);
  return ordered;
}

void NestContext::enterFunction(Value rows, Value columns) {
  ni = rows;
  nj = columns;
  leafPointers.clear();
  used = rowsUsedBy(nest, kernel);
  for (Value row : used)
    (void)leafOf(row);
  computeUniforms();
}

Value NestContext::extentOf(Axis axis) {
  if (axis == Axis::i)
    return ni;
  if (axis == Axis::j)
    return nj;
  return axis == Axis::none ? b.index(1)
                            : Value(arith::MulIOp::create(b, ni, nj));
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

std::optional<Leaf> NestContext::leafOf(Value row) {
  Leaf leaf;
  int64_t number;
  bool isStored = false;
  if (auto argument = dyn_cast<BlockArgument>(row)) {
    if (argument.getOwner() != kernel.getBodyBlock())
      return std::nullopt;
    number = argument.getArgNumber();
    ArgumentAttr info = kernel.getArgument(number);
    leaf = {{},
            info.getElementType(),
            rowElement(row.getType()),
            info.getSize(),
            info.getRole()};
  } else if (auto stored = row.getDefiningOp<tile::StoredOp>()) {
    isStored = true;
    number = stored.getNumber();
    Type element = rowElement(row.getType());
    leaf = {{}, element, element, rowSize(row), stored.getAxis()};
  } else {
    return std::nullopt;
  }
  Value &known = leafPointers[row];
  if (!known)
    known = isStored ? storePointer(number) : arrayPointer(number);
  leaf.pointer = known;
  return leaf;
}

/// Element d of a row, in the type computed with.
Value NestContext::loadElement(const Leaf &leaf, Value row, Component d,
                               bool afresh) {
  Value offset = b.mul(row, leaf.dim);
  if (d.dynamic)
    offset = b.add(offset, d.dynamic);
  Value place = b.element(leaf.pointer, leaf.stored, offset);
  if (d.offset)
    place = b.element(place, leaf.stored, b.index(d.offset));
  if (leaf.stored != leaf.compute)
    return loadHalf(b, place, leaf.stored);
  return b.loadScalar(place, leaf.stored, afresh);
}

RowEvaluator::Source NestContext::uniformSource(const Leaf &leaf,
                                                int64_t lanes) {
  return [this, leaf, lanes](Component d) {
    Value scalar = loadElement(leaf, b.index(0), d);
    return Copies{{b.splat(scalar, lanes)}, false, false};
  };
}

SmallVector<Value> NestContext::fieldsOf(Region &stage) {
  return SmallVector<Value>(stage.front().getTerminator()->getOperands());
}

/// The mean of four rows, each component that is not finite left out.
Copies NestContext::centreOf(tile::CentreOp op, Component d, int64_t lanes) {
  Leaf leaf = *leafOf(op.getRows());
  Value count = extentOf(leaf.axis);
  Value zero = arith::ConstantOp::create(
      b, cast<TypedAttr>(b.getZeroAttr(leaf.compute)));
  auto isFinite = [&](Value x) -> Value {
    Value rest = arith::SubFOp::create(b, x, x); // NaN where it is not
    return arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, rest, zero);
  };
  Value any =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, count, b.index(0));
  auto branch = scf::IfOp::create(b, leaf.compute, any, /*withElse=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value sum = zero;
    for (int64_t quarter = 0; quarter < 4; ++quarter) {
      // Rows 0, n/4, n/2, 3n/4.
      Value row = arith::DivUIOp::create(b, b.mul(count, quarter), b.index(4));
      sum = arith::AddFOp::create(b, sum, loadElement(leaf, row, d));
    }
    Value quarter =
        arith::ConstantOp::create(b, b.getFloatAttr(leaf.compute, 0.25));
    Value mean = arith::MulFOp::create(b, sum, quarter);
    mean = arith::SelectOp::create(b, isFinite(mean), mean, zero);
    scf::YieldOp::create(b, mean);
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, zero);
  }
  return {{b.splat(branch.getResult(0), lanes)}, false, false};
}

/// Narrow rows that depend on parameters alone are computed once, at the entry
/// of a function; wide ones where they are used, component by component.
void NestContext::computeUniforms() {
  uniforms.clear();
  RowEvaluator evaluator = makeEvaluator({lanes, 1, 1}, schedule.getUnroll());
  auto compute = [&](Value row) {
    if (rowSize(row) > schedule.getUnroll())
      return;
    SmallVector<Value> &components = uniforms[row];
    for (int64_t d = 0; d < rowSize(row); ++d)
      components.push_back(evaluator.at(evaluator.component(row, d), 0, 0));
  };
  for (Value row : used) {
    auto leaf = leafOf(row);
    if (!leaf || leaf->axis == Axis::none)
      compute(row);
  }
}

/// A component of a row that is held in registers; a position that is only
/// known when the kernel runs (inside the loop over a wider row) is compared
/// with each.
Value NestContext::chooseComponent(ArrayRef<Value> components, Component d) {
  if (!d.dynamic)
    return components[d.offset];
  Value position = d.value(b), chosen = components[0];
  for (auto [k, component] : llvm::enumerate(components.drop_front())) {
    Value isHere = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, position,
                                         b.index(k + 1));
    chosen = arith::SelectOp::create(b, isHere, component, chosen);
  }
  return chosen;
}

/// An evaluator that knows parameters, extents and what the kernel computes
/// from parameters alone; the narrow ones of these are computed right here.
RowEvaluator NestContext::makeEvaluator(RegisterTile tile, int64_t unroll) {
  RowEvaluator evaluator(b, tile, unroll);
  for (Axis axis : {Axis::i, Axis::j, Axis::ij, Axis::none})
    evaluator.setSize(axis, extentOf(axis));
  for (Value row : used)
    if (auto leaf = leafOf(row); leaf && leaf->axis == Axis::none)
      evaluator.bind(row, uniformSource(*leaf, tile.lanes));
  for (Value row : used)
    if (auto centre = row.getDefiningOp<tile::CentreOp>())
      evaluator.bind(row, [this, centre, tile](Component d) {
        return centreOf(centre, d, tile.lanes);
      });
  if (tile.lanes == lanes)
    for (auto &[row, components] : uniforms)
      evaluator.bind(row, [this, components = components](Component d) {
        return Copies{{chooseComponent(components, d)}, false, false};
      });
  return evaluator;
}

std::pair<Value, Type> NestContext::targetOf(const tile::PlaceAttr &place,
                                             Value finished) {
  int64_t number = place.getNumber();
  if (!place.getIsOutput())
    return {storePointer(number), rowElement(finished.getType())};
  return {arrayPointer(kernel.getArgs().size() + number),
          kernel.getResultInfo(number).getElementType()};
}

Value NestContext::finishComponent(StateView &view,
                                   const AccumulatorLayout &acc,
                                   unsigned result, Component d,
                                   int64_t lanes) {
  Value reduced = extentOf(nest.getFull() ? Axis::ij : nest.getColumns());
  Value size = b.splat(reduced, lanes);
  auto type = VectorType::get({lanes}, rowElement(acc.results[result]));
  if (type != size.getType())
    size = CastOp::create(b, type, size);
  return ReductionSteps(b, acc, lanes).finish(view, result, d, size);
}
