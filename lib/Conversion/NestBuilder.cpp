//===- NestBuilder.cpp - one pass over the pairs, from a plan
//--------------===//
//
// Values travel from the kernel's body into the regions on demand: asking for a
// value in a region clones its operation there, or, where the value depends on
// one side alone, makes it a field of that side's stage. Views of a row
// (broadcast, slice, concat, conversions of constants) are cheaper to repeat
// than to load, so they never become fields themselves.
//
//===----------------------------------------------------------------------===//

#include "NestBuilder.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace keops;
using namespace keops::tile;

namespace {

class NestBuilder {
public:
  NestBuilder(KernelOp kernel, IndexSets &sets, const NestPlan &plan,
              const StoreMap &stores)
      : kernel(kernel), sets(sets), plan(plan), stores(stores),
        builder(kernel.getContext()) {}

  void build();

private:
  /// A region under construction and what the kernel's values are in it.
  struct Part {
    Block *block = nullptr;
    IRMapping map;
    SmallVector<Value> yields;
  };

  Value inPart(Part &part, Value row);
  Value cloneInto(Part &part, Value row);
  Value asField(Part &part, Part &stage, Value row);
  Value uniform(Value row);
  Value inPair(Value row);
  Value inFinish(Value row);

  /// Whether `row` needs a reduction of this nest, which finish alone knows.
  bool isOwn(Value row) {
    Operation *def = row.getDefiningOp();
    if (!def)
      return false;
    auto [known, isNew] = own.try_emplace(def, false);
    if (!isNew)
      return known->second;
    auto reduce = dyn_cast<ReduceOp>(def);
    bool result = reduce ? llvm::is_contained(plan.reductions, reduce)
                         : llvm::any_of(def->getOperands(), [&](Value operand) {
                             return isOwn(operand);
                           });
    return own[def] = result;
  }
  static bool isView(Operation *op) {
    return isa<BroadcastOp, SliceOp, ConcatOp, IotaOp, ConstantOp, IndexOp>(op);
  }
  Value readStore(OpBuilder &at, Value row);
  void addFinishArguments(SmallVectorImpl<Attribute> &accumulators);
  void orderFinishFields();
  NestOp createOp(ArrayRef<Attribute> accumulators);

  KernelOp kernel;
  IndexSets &sets;
  const NestPlan &plan;
  const StoreMap &stores;
  OpBuilder builder;
  Part rowStage, columnStage, pair, finish, body;
  Location loc = UnknownLoc::get(builder.getContext());
  /// Fields of each stage, and the pair region's name for them.
  llvm::MapVector<Value, Value> rowFields, columnFields;
  /// What isOwn found.
  llvm::DenseMap<Operation *, bool> own;
};

} // namespace

/// A value that depends on parameters alone lives in the kernel's body; only
/// stores of earlier nests have to be read there first.
Value NestBuilder::uniform(Value row) {
  if (Value known = body.map.lookupOrNull(row))
    return known;
  Operation *def = row.getDefiningOp();
  if (!def)
    return row;
  builder.setInsertionPointToEnd(body.block);
  if (isa<ReduceOp>(def)) {
    Value value = readStore(builder, row);
    body.map.map(row, value);
    return value;
  }
  for (Value operand : def->getOperands())
    uniform(operand);
  builder.setInsertionPointToEnd(body.block);
  Operation *clone = builder.clone(*def, body.map);
  for (auto [from, to] :
       llvm::zip_equal(def->getResults(), clone->getResults()))
    sets.set(to, sets.of(from));
  return body.map.lookup(row);
}

Value NestBuilder::readStore(OpBuilder &at, Value row) {
  assert(stores.count(row) && "a reduction of another nest is stored");
  Value value = StoredOp::create(at, row.getLoc(), row.getType(),
                                 stores.lookup(row), sets.of(row));
  sets.set(value, sets.of(row));
  return value;
}

/// The operation that defines `row`, repeated in a part.
Value NestBuilder::cloneInto(Part &part, Value row) {
  Operation *def = row.getDefiningOp();
  if (isa<ReduceOp>(def)) {
    builder.setInsertionPointToEnd(part.block);
    Value value = readStore(builder, row);
    part.map.map(row, value);
    return value;
  }
  for (Value operand : def->getOperands())
    part.map.map(operand, inPart(part, operand));
  builder.setInsertionPointToEnd(part.block);
  builder.clone(*def, part.map);
  return part.map.lookup(row);
}

Value NestBuilder::inPart(Part &part, Value row) {
  if (Value known = part.map.lookupOrNull(row))
    return known;
  Operation *def = row.getDefiningOp();
  if (sets.of(row) == Axis::none && !(def && isView(def)) && !isOwn(row))
    return uniform(row);
  if (&part == &pair)
    return inPair(row);
  if (&part == &finish)
    return inFinish(row);
  return def ? cloneInto(part, row) : row;
}

/// `row`, computed once in a stage and handed to the pair region.
Value NestBuilder::asField(Part &part, Part &stage, Value row) {
  auto &fields = &stage == &rowStage ? rowFields : columnFields;
  auto found = fields.find(row);
  if (found != fields.end())
    return found->second;
  stage.yields.push_back(inPart(stage, row));
  // Row fields come first among the arguments of the pair region.
  unsigned place = &stage == &rowStage ? rowFields.size()
                                       : rowFields.size() + columnFields.size();
  Value field = pair.block->insertArgument(place, row.getType(), row.getLoc());
  fields.insert({row, field});
  pair.map.map(row, field);
  return field;
}

Value NestBuilder::inPair(Value row) {
  Axis axes = sets.of(row);
  Operation *def = row.getDefiningOp();
  bool isRows = plan.rows != Axis::none && axes == plan.rows;
  bool isColumns = axes == plan.columns;
  if (def && (isView(def) || (!isRows && !isColumns)))
    return cloneInto(pair, row);
  return asField(pair, isColumns ? columnStage : rowStage, row);
}

Value NestBuilder::inFinish(Value row) {
  Operation *def = row.getDefiningOp();
  if (def && (isView(def) || !rowFields.count(row)))
    return cloneInto(finish, row);
  asField(finish, rowStage, row);
  // The argument itself is added once all fields are known.
  Value field = finish.block->addArgument(row.getType(), row.getLoc());
  finish.map.map(row, field);
  finish.yields.push_back(row);
  return field;
}

/// The results of the accumulators are the first arguments of finish.
void NestBuilder::addFinishArguments(SmallVectorImpl<Attribute> &accumulators) {
  for (ReduceOp reduce : plan.reductions) {
    SmallVector<Type> types(reduce->getResultTypes());
    for (Value result : reduce.getResults())
      finish.map.map(result, finish.block->addArgument(result.getType(), loc));
    accumulators.push_back(
        AccumulatorAttr::get(builder.getContext(), reduce.getKindAttr(),
                             reduce.getInputs().size(), reduce.getK(), types));
  }
}

/// Finish must take every row field in the order of the row stage; it was built
/// with those it uses, in the order of their use.
void NestBuilder::orderFinishFields() {
  unsigned first = finish.block->getNumArguments() - finish.yields.size();
  llvm::DenseMap<Value, Value> used;
  for (auto [i, row] : llvm::enumerate(finish.yields))
    used[row] = finish.block->getArgument(first + i);
  for (auto &[row, field] : rowFields) {
    Value argument = finish.block->addArgument(row.getType(), row.getLoc());
    if (Value old = used.lookup(row))
      old.replaceAllUsesWith(argument);
  }
  finish.block->eraseArguments(first, finish.yields.size());
}

NestOp NestBuilder::createOp(ArrayRef<Attribute> accumulators) {
  SmallVector<Attribute> places;
  for (auto &[row, number] : plan.outputs)
    places.push_back(PlaceAttr::get(builder.getContext(), true, number));
  for (auto &[row, number] : plan.stored)
    places.push_back(PlaceAttr::get(builder.getContext(), false, number));
  builder.setInsertionPointToEnd(body.block);
  return NestOp::create(builder, loc, plan.rows, plan.columns, plan.full,
                        builder.getArrayAttr(accumulators),
                        builder.getArrayAttr(places), ScheduleAttr(),
                        ScheduleAttr());
}

void NestBuilder::build() {
  body.block = kernel.getBodyBlock();
  loc = plan.reductions.empty() ? kernel.getLoc()
                                : plan.reductions.front()->getLoc();
  Region scratch[4];
  Part *parts[4] = {&rowStage, &columnStage, &pair, &finish};
  for (auto [part, region] : llvm::zip_equal(parts, scratch)) {
    region.push_back(new Block());
    part->block = &region.front();
  }

  SmallVector<Attribute> accumulators;
  addFinishArguments(accumulators);
  for (ReduceOp reduce : plan.reductions)
    for (Value input : reduce.getInputs())
      pair.yields.push_back(inPart(pair, input));
  SmallVector<Value> finished;
  for (auto &rows : {plan.outputs, plan.stored})
    for (auto &[row, number] : rows)
      finished.push_back(inPart(finish, row));
  // Yielded before the fields are ordered: a result may be a field itself.
  builder.setInsertionPointToEnd(finish.block);
  YieldOp::create(builder, loc, finished);
  orderFinishFields();

  NestOp nest = createOp(accumulators);
  for (auto [part, source, region] :
       llvm::zip_equal(parts, scratch, nest->getRegions())) {
    builder.setInsertionPointToEnd(part->block);
    if (part != &finish)
      YieldOp::create(builder, loc, part->yields);
    region.takeBody(source);
  }
}

void keops::buildNest(KernelOp kernel, IndexSets &sets, const NestPlan &plan,
                      const StoreMap &stores) {
  NestBuilder(kernel, sets, plan, stores).build();
}
