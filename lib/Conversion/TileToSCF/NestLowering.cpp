//===- NestLowering.cpp - the functions of one nest: common ground
//---------===//

#include "NestLowering.h"

#include "HalfPrecision.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace keops;

NestLowering::NestLowering(ModuleOp module, tile::NestOp nest,
                           std::string prefix, int64_t lanes)
    : module(module), kernel(nest->getParentOfType<KernelOp>()), nest(nest),
      prefix(std::move(prefix)), lanes(lanes), schedule(*nest.getSchedule()),
      layout(nest, schedule.getBlockRows()),
      b(nest.getLoc(), module.getContext()) {}

NestFunctions NestLowering::run() {
  NestFunctions functions;
  if (nest.getColumns() != Axis::none) {
    functions.accumulate = writeAccumulate();
    if (nest.getFewSchedule())
      functions.accumulateFew = writeAccumulateFew();
    functions.merge = writeMerge();
    if (nest.getFull())
      functions.fold = writeFold();
  }
  functions.finish = writeFinish();
  functions.scratchBytes = scratchBytes;
  return functions;
}

/// A function of pointers, extents and pointers, in that order, as abi.h has
/// them; states and scratch alias nothing else.
func::FuncOp NestLowering::beginFunction(StringRef suffix, unsigned pointers,
                                         unsigned extents,
                                         unsigned morePointers) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  SmallVector<Type> types(pointers, pointer);
  types.append(extents, b.getI64Type());
  types.append(morePointers, pointer);
  b.setInsertionPointToEnd(module.getBody());
  auto function = func::FuncOp::create(b, prefix + "." + suffix.str(),
                                       b.getFunctionType(types, {}));
  function.setPrivate();
  for (unsigned i = pointers + extents; i < types.size(); ++i)
    function.setArgAttr(i, "llvm.noalias", b.getUnitAttr());
  b.setInsertionPointToStart(function.addEntryBlock());
  scratchUsed = 0;
  leafPointers.clear();
  return function;
}

void NestLowering::endFunction() {
  func::ReturnOp::create(b);
  scratchBytes = std::max(scratchBytes, scratchUsed);
}

void NestLowering::readFrame(Value frame) {
  Type pointer = frame.getType(), i64 = b.getI64Type();
  args = b.loadScalar(frame, pointer);
  stores = b.loadScalar(b.bytes(frame, 8), pointer);
  ni = b.loadScalar(b.bytes(frame, 16), i64);
  nj = b.loadScalar(b.bytes(frame, 24), i64);
  // Pointers of all leaves are read at the entry: no store inside the function
  // can be mistaken for a change of theirs.
  nest.walk([&](Operation *op) {
    for (Value operand : op->getOperands())
      (void)leafOf(operand);
  });
  for (Operation &op : *kernel.getBodyBlock())
    if (!isa<tile::NestOp>(op))
      for (Value operand : op.getOperands())
        (void)leafOf(operand);
}

Value NestLowering::extentOf(Axis axis) {
  if (axis == Axis::i)
    return ni;
  if (axis == Axis::j)
    return nj;
  return axis == Axis::none ? b.index(1)
                            : Value(arith::MulIOp::create(b, ni, nj));
}

Value NestLowering::scratch(int64_t bytes) {
  Value place = b.bytes(scratchBase, scratchUsed);
  scratchUsed += alignBuffer(bytes);
  return place;
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

std::optional<Leaf> NestLowering::leafOf(Value row) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  Leaf leaf;
  Value table;
  int64_t number;
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
    table = args;
  } else if (auto stored = row.getDefiningOp<tile::StoredOp>()) {
    number = stored.getNumber();
    Type element = rowElement(row.getType());
    leaf = {{}, element, element, rowSize(row), stored.getAxis()};
    table = stores;
  } else {
    return std::nullopt;
  }
  Value &known = leafPointers[row];
  if (!known)
    known = b.loadScalar(b.bytes(table, number * 8), pointer);
  leaf.pointer = known;
  return leaf;
}

/// Element d of a row, in the type computed with.
Value NestLowering::loadElement(const Leaf &leaf, Value row, Component d) {
  Value offset = b.mul(row, leaf.dim);
  if (d.dynamic)
    offset = b.add(offset, d.dynamic);
  Value place = b.element(leaf.pointer, leaf.stored, offset);
  if (d.offset)
    place = b.element(place, leaf.stored, b.index(d.offset));
  if (leaf.stored != leaf.compute)
    return loadHalf(b, place, leaf.stored);
  return b.loadScalar(place, leaf.stored);
}

RowEvaluator::Source NestLowering::uniformSource(const Leaf &leaf,
                                                 int64_t lanes) {
  return [this, leaf, lanes](Component d) {
    Value scalar = loadElement(leaf, b.index(0), d);
    return Copies{{b.splat(scalar, lanes)}, false, false};
  };
}

SmallVector<Value> NestLowering::fieldsOf(Region &stage) {
  return SmallVector<Value>(stage.front().getTerminator()->getOperands());
}

/// Narrow rows that depend on parameters alone are computed once, at the entry
/// of a function; wide ones where they are used, component by component.
void NestLowering::computeUniforms() {
  uniforms.clear();
  RowEvaluator evaluator = makeEvaluator({lanes, 1, 1}, schedule.getUnroll());
  auto compute = [&](Value row) {
    if (rowSize(row) > schedule.getUnroll())
      return;
    SmallVector<Value> &components = uniforms[row];
    for (int64_t d = 0; d < rowSize(row); ++d)
      components.push_back(evaluator.at(evaluator.component(row, d), 0, 0));
  };
  for (Value argument : kernel.getBodyBlock()->getArguments())
    if (leafOf(argument)->axis == Axis::none && !argument.use_empty())
      compute(argument);
  for (Operation &op : *kernel.getBodyBlock())
    if (!isa<tile::NestOp>(op))
      compute(op.getResult(0));
}

/// A component of a row that is held in registers; a position that is only
/// known when the kernel runs (inside the loop over a wider row) is compared
/// with each.
Value NestLowering::chooseComponent(ArrayRef<Value> components, Component d) {
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
RowEvaluator NestLowering::makeEvaluator(RegisterTile tile, int64_t unroll) {
  RowEvaluator evaluator(b, tile, unroll);
  for (Axis axis : {Axis::i, Axis::j, Axis::ij, Axis::none})
    evaluator.setSize(axis, extentOf(axis));
  for (Value argument : kernel.getBodyBlock()->getArguments())
    if (auto leaf = leafOf(argument); leaf->axis == Axis::none)
      evaluator.bind(argument, uniformSource(*leaf, tile.lanes));
  for (Operation &op : *kernel.getBodyBlock()) {
    if (isa<tile::NestOp>(op))
      continue;
    if (isa<tile::StoredOp>(op))
      evaluator.bind(op.getResult(0),
                     uniformSource(*leafOf(op.getResult(0)), tile.lanes));
  }
  if (tile.lanes == lanes)
    for (auto &[row, components] : uniforms)
      evaluator.bind(row, [this, components = components](Component d) {
        return Copies{{chooseComponent(components, d)}, false, false};
      });
  return evaluator;
}
