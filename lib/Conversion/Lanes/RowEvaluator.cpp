//===- RowEvaluator.cpp - rows become lanes, component by component -------===//

#include "RowEvaluator.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace keops;

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

Value RowEvaluator::at(const Copies &copies, int64_t group,
                       int64_t other) const {
  int64_t stride = copies.perOther ? tile.others : 1;
  return copies.values[(copies.perLaneGroup ? group : 0) * stride +
                       (copies.perOther ? other : 0)];
}

Copies RowEvaluator::map(ArrayRef<Copies> inputs,
                         llvm::function_ref<Value(ValueRange)> fn) {
  Copies result;
  for (const Copies &input : inputs) {
    result.perLaneGroup |= input.perLaneGroup;
    result.perOther |= input.perOther;
  }
  for (int64_t group = 0; group < (result.perLaneGroup ? tile.groups : 1);
       ++group)
    for (int64_t other = 0; other < (result.perOther ? tile.others : 1);
         ++other) {
      SmallVector<Value> operands;
      for (const Copies &input : inputs)
        operands.push_back(at(input, group, other));
      result.values.push_back(fn(operands));
    }
  return result;
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

SmallVector<Value> RowEvaluator::loop(int64_t from, int64_t to, ValueRange init,
                                      LaneBuilder::LoopBody body) {
  return b.loop(b.index(from), b.index(to), 1, init,
                [&](Value i, ValueRange carried) {
                  scopes.emplace_back();
                  SmallVector<Value> next = body(i, carried);
                  scopes.pop_back();
                  return next;
                });
}

Copies RowEvaluator::component(Value row, Component d) {
  Key key{row, d.dynamic, d.offset};
  for (auto &scope : llvm::reverse(scopes)) {
    auto found = scope.find(key);
    if (found != scope.end())
      return found->second;
  }
  Copies copies = produce(row, d);
  scopes.back()[key] = copies;
  return copies;
}

void RowEvaluator::evaluate(Block &block) {
  llvm::SmallSetVector<Operation *, 16> needed;
  needed.insert(block.getTerminator());
  auto need = [&](Value row) {
    Operation *op = row.getDefiningOp();
    if (op && op->getBlock() == &block)
      needed.insert(op);
  };
  for (unsigned k = 0; k < needed.size(); ++k)
    if (auto alternative = dyn_cast<tile::AlternativeOp>(needed[k])) {
      need(chosen(alternative));
    } else if (needed[k]->hasAttr(tile::seedAttr)) {
      need(needed[k]->getOperand(0));
      need(needed[k]->getOperand(1).getDefiningOp()->getOperand(0));
    } else
      llvm::for_each(needed[k]->getOperands(), need);
  for (Operation &op : block)
    for (Value row : op.getResults())
      if (rowSize(row) <= unroll && needed.contains(&op))
        for (int64_t d = 0; d < rowSize(row); ++d)
          component(row, d);
}

//===----------------------------------------------------------------------===//
// Producers
//===----------------------------------------------------------------------===//

Copies RowEvaluator::produce(Value row, Component d) {
  auto source = sources.find(row);
  if (source != sources.end())
    return source->second(d);
  Operation *op = row.getDefiningOp();
  assert(op && "a row without a source");
  if (auto constantOp = dyn_cast<ConstantOp>(op))
    return constant(constantOp, d);
  if (auto broadcast = dyn_cast<BroadcastOp>(op))
    return component(broadcast.getX(), 0);
  if (auto alternative = dyn_cast<tile::AlternativeOp>(op))
    return component(chosen(alternative), d);
  if (auto slice = dyn_cast<SliceOp>(op))
    return component(slice.getX(), d + slice.getOffset());
  if (auto concatOp = dyn_cast<ConcatOp>(op))
    return concat(concatOp, d);
  if (isa<IotaOp>(op))
    return iota(cast<VectorType>(row.getType()), d);
  if (auto sum = dyn_cast<SumOp>(op))
    return componentSum(sum);
  if (isa<VMinOp, VMaxOp, VArgMinOp, VArgMaxOp>(op))
    return componentExtreme(op);
  if (auto dot = dyn_cast<TensorDotOp>(op))
    return tensorDot(dot, d);
  if (auto index = dyn_cast<IndexOp>(op))
    return indices.at(index.getAxis());
  if (auto size = dyn_cast<SizeOp>(op))
    return extent(size);
  if (op->hasAttr(tile::seedAttr)) {
    Copies seed = component(op->getOperand(0), d);
    return componentSum(op->getOperand(1).getDefiningOp<SumOp>(), &seed);
  }
  return elementwise(op, d);
}

Copies RowEvaluator::elementwise(Operation *op, Component d) {
  SmallVector<Copies> inputs;
  for (Value operand : op->getOperands())
    inputs.push_back(component(operand, d));
  Type result = laneType(rowElement(op->getResult(0).getType()));
  return map(inputs, [&](ValueRange operands) {
    OperationState state(b.getLoc(), op->getName());
    state.addOperands(operands);
    state.addTypes(result);
    state.addAttributes(op->getAttrs());
    return b.create(state)->getResult(0);
  });
}

Value RowEvaluator::primitive(StringRef name, ValueRange operands,
                              Type result) {
  OperationState state(b.getLoc(), ("keops." + name).str());
  state.addOperands(operands);
  state.addTypes(result);
  return b.create(state)->getResult(0);
}

Copies RowEvaluator::constant(ConstantOp op, Component d) {
  auto values = cast<DenseElementsAttr>(op.getValue());
  if (!d.dynamic || values.isSplat()) {
    Attribute value = values.isSplat()
                          ? values.getSplatValue<Attribute>()
                          : values.getValues<Attribute>()[d.offset];
    VectorType type = laneType(values.getElementType());
    return {
        {b.constantLanes(DenseElementsAttr::get(type, value))}, false, false};
  }
  // A wide row of different constants: choose by position, first to last.
  Value position = b.splat(d.value(b), tile.lanes);
  Copies chosen = constant(op, 0);
  for (int64_t k = 1; k < values.getNumElements(); ++k) {
    Value here = b.constantLanes(DenseElementsAttr::get(
        cast<ShapedType>(position.getType()), b.getI64IntegerAttr(k)));
    Value isHere = primitive("eq", {position, here}, laneType(b.getI1Type()));
    Copies other = constant(op, k);
    chosen.values[0] =
        primitive("select", {isHere, other.values[0], chosen.values[0]},
                  chosen.values[0].getType());
  }
  return chosen;
}

Copies RowEvaluator::iota(VectorType type, Component d) {
  Value number = b.splat(d.value(b), tile.lanes);
  Type wanted = laneType(type.getElementType());
  if (number.getType() != wanted)
    number = CastOp::create(b, wanted, number);
  return {{number}, false, false};
}

/// The extent of an axis as a number, the same in every lane.
Copies RowEvaluator::extent(SizeOp op) {
  Value lanes = b.splat(sizes.at(op.getAxis()), tile.lanes);
  Type wanted = laneType(rowElement(op.getType()));
  if (lanes.getType() != wanted)
    lanes = CastOp::create(b, wanted, lanes);
  return {{lanes}, false, false};
}

/// Component d of rows put one after the other: known when d is; otherwise the
/// parts are chosen among by position, each asked for a component it has.
Copies RowEvaluator::concat(ConcatOp op, Component d) {
  int64_t begin = 0;
  if (!d.dynamic) {
    for (Value part : op.getRows()) {
      if (d.offset < begin + rowSize(part))
        return component(part, d.offset - begin);
      begin += rowSize(part);
    }
    llvm_unreachable("component beyond the end");
  }
  Value position = d.value(b);
  Copies chosen;
  for (Value part : op.getRows()) {
    Value local = b.sub(position, b.index(begin));
    local = arith::MaxSIOp::create(b, local, b.index(0));
    local = b.min(local, b.index(rowSize(part) - 1));
    Copies candidate = component(part, Component(local, 0));
    Value isHere = b.splat(arith::CmpIOp::create(b, arith::CmpIPredicate::sge,
                                                 position, b.index(begin)),
                           tile.lanes);
    chosen = begin == 0
                 ? candidate
                 : map({candidate, chosen}, [&](ValueRange values) {
                     return primitive("select", {isHere, values[0], values[1]},
                                      values[0].getType());
                   });
    begin += rowSize(part);
  }
  return chosen;
}

Value RowEvaluator::zero(Type element) {
  return b.constantLanes(cast<TypedAttr>(b.getZeroAttr(laneType(element))));
}

/// Smallest or largest component, or its position. A component that is not a
/// number never beats another; the first of equals stays.
Copies RowEvaluator::componentExtreme(Operation *op) {
  Value x = op->getOperand(0);
  bool isMin = isa<VMinOp, VArgMinOp>(op);
  bool wantsPosition = isa<VArgMinOp, VArgMaxOp>(op);
  StringRef beats = isMin ? "lt" : "gt";
  VectorType condition = laneType(b.getI1Type());
  Copies best = component(x, 0),
         position = iota(VectorType::get({1}, b.getI64Type()), 0);
  // From here on both have the copies of x.
  position = map({best, position}, [](ValueRange v) { return v[1]; });
  auto step = [&](Component d) {
    Copies next = component(x, d);
    Copies here = iota(VectorType::get({1}, b.getI64Type()), d);
    Copies wins = map({next, best}, [&](ValueRange v) {
      Value better = primitive(beats, v, condition);
      if (!isa<FloatType>(rowElement(v[0].getType())))
        return better;
      Value bestIsNan = primitive("ne", {v[1], v[1]}, condition);
      return primitive("or", {better, bestIsNan}, condition);
    });
    auto choose = [&](const Copies &yes, const Copies &no) {
      return map({wins, yes, no}, [&](ValueRange v) {
        return primitive("select", v, v[1].getType());
      });
    };
    best = choose(next, best);
    position = choose(here, position);
  };
  int64_t size = rowSize(x);
  if (size <= unroll) {
    for (int64_t d = 1; d < size; ++d)
      step(d);
    return wantsPosition ? position : best;
  }
  Copies shape = best;
  SmallVector<Value> init = best.values;
  llvm::append_range(init, position.values);
  SmallVector<Value> done =
      loop(1, size, init, [&](Value d, ValueRange carried) {
        size_t count = shape.values.size();
        best.values.assign(carried.begin(), carried.begin() + count);
        position.values.assign(carried.begin() + count, carried.end());
        step(Component(d, 0));
        SmallVector<Value> next = best.values;
        llvm::append_range(next, position.values);
        return next;
      });
  size_t count = shape.values.size();
  best.values.assign(done.begin(), done.begin() + count);
  position.values.assign(done.begin() + count, done.end());
  return wantsPosition ? position : best;
}
