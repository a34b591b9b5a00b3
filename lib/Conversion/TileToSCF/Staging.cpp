//===- Staging.cpp - one side's rows, brought where the pairs read them ---===//
//
// A staged buffer holds component d of row r at [d * block + r], or, where rows
// are wide, the same of one panel of rows after the other: lanes read it with
// one vector load, the other side with one scalar load per row. Leaves
// whose rows lie in lanes are transposed into such buffers; leaves of the other
// side are read where they are, unless their elements have to be widened. What
// a stage computes is computed with rows in lanes, whichever side it is, and is
// always a buffer.
//
//===----------------------------------------------------------------------===//

#include "NestLowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace keops;

/// Rows wider than this are copied in a loop rather than element by element.
static constexpr int64_t copyUnroll = 8;
/// Bytes that are asked for before they are read: what memory delivers in its
/// latency, some hundred nanoseconds.
static constexpr int64_t aheadBytes = 4096;
static constexpr int64_t cacheLine = 64;

/// Asks for as many bytes as are read here, of rows that will be staged later.
/// By itself a processor looks ahead only while it reads, not while it computes
/// with a block. What lies beyond the array is not touched.
static void prefetchAhead(LaneBuilder &b, Value rows, int64_t bytes) {
  int64_t distance = llvm::alignTo(aheadBytes, bytes);
  Type byte = b.getI8Type();
  auto ask = [&](Value offset) {
    LLVM::Prefetch::create(b, b.element(rows, byte, offset), /*rw=*/0,
                           /*hint=*/3, /*cache=*/1);
  };
  int64_t lines = llvm::divideCeil(bytes, cacheLine);
  if (lines <= copyUnroll)
    for (int64_t k = 0; k < lines; ++k)
      ask(b.index(distance + k * cacheLine));
  else
    b.loop(b.index(distance), b.index(distance + bytes), cacheLine, ask);
}

/// Copies rows [begin, begin + count) of a side's leaves into their buffers.
/// Rows up to the next multiple of `padTo` repeat the last one, so that lanes
/// beyond the end compute something harmless. The last vectors are moved back
/// to where they end with the rows, or, within panels, read from a copy:
/// nothing beyond is read.
void NestLowering::transposeLeaves(Side &side, int64_t padTo) {
  SmallVector<std::pair<Leaf, Value>> leaves;
  for (Value row : side.leaves) {
    Leaf leaf = *leafOf(row);
    Value buffer = side.buffers.lookup(row);
    if (lanes == 1 || padTo % lanes || leaf.stored != leaf.compute)
      copyByElements(side, leaf, buffer, padTo);
    else
      leaves.emplace_back(leaf, buffer);
  }
  if (leaves.empty())
    return;
  // First, for the real ones among them follow.
  if (side.block > lanes)
    for (auto &[leaf, buffer] : leaves)
      repeatLast(side, leaf, buffer, padTo);
  auto compare = [&](arith::CmpIPredicate predicate, Value x, Value y) {
    return arith::CmpIOp::create(b, predicate, x, y).getResult();
  };
  // The first row that is read from a copy, and whether there is none.
  Value rest = side.hasPanels() ? b.roundDown(side.count, lanes) : b.index(0);
  Value allInPlace =
      side.hasPanels()
          ? compare(arith::CmpIPredicate::eq, side.count, rest)
          : compare(arith::CmpIPredicate::sge, side.count, b.index(lanes));
  SmallVector<Value> copies = copyRest(side, leaves, rest, allInPlace);
  for (auto [place, copy] : llvm::zip_equal(leaves, copies)) {
    Leaf &leaf = place.first;
    leaf.pointer =
        b.element(leaf.pointer, leaf.stored, b.mul(side.begin, leaf.dim));
    if (!side.hasPanels())
      leaf.pointer = arith::SelectOp::create(b, allInPlace, leaf.pointer, copy);
  }
  Value most = arith::MaxSIOp::create(b, b.add(side.count, -lanes), b.index(0));
  b.loop(b.index(0), side.count, lanes, [&](Value r) {
    Value first = side.hasPanels() ? r : b.min(r, most);
    for (auto [place, copy] : llvm::zip_equal(leaves, copies)) {
      auto &[leaf, buffer] = place;
      Value rows = b.element(leaf.pointer, leaf.stored, b.mul(first, leaf.dim));
      if (side.hasPanels())
        rows = arith::SelectOp::create(
            b, compare(arith::CmpIPredicate::slt, r, rest), rows, copy);
      prefetchAhead(b, rows, lanes * leaf.dim * elementBytes(leaf.stored));
      loadTransposed(
          b, {rows, leaf.stored, leaf.dim, lanes},
          [&, &leaf = leaf, buffer = buffer](Value d, Value vector) {
            Value offset = stagedOffset(side, leaf.dim, first, Component(d, 0));
            b.storeLanes(vector, b.element(buffer, leaf.compute, offset));
          });
    }
  });
}

/// Where component d of a row lies in a staged field of `dim` components.
Value NestLowering::stagedOffset(const Side &side, int64_t dim, Value row,
                                 Component d) {
  Value offset = b.add(b.mul(d.value(b), side.stride), row);
  if (!side.hasPanels())
    return offset;
  Value panel = b.roundDown(row, side.panel);
  return b.add(b.mul(panel, dim - 1), offset);
}

/// Element by element: few rows, and those that are widened.
void NestLowering::copyByElements(const Side &side, const Leaf &leaf,
                                  Value buffer, int64_t padTo) {
  Value padded = b.roundDown(b.add(side.count, padTo - 1), padTo);
  Value last = b.add(side.count, -1);
  b.loop(b.index(0), padded, 1, [&](Value r) {
    Value source = b.add(side.begin, b.min(r, last));
    auto copy = [&](Component d) {
      Value value = loadElement(leaf, source, d);
      Value offset = stagedOffset(side, leaf.dim, r, d);
      b.storeScalar(value, b.element(buffer, leaf.compute, offset));
    };
    if (leaf.dim <= copyUnroll)
      for (int64_t d = 0; d < leaf.dim; ++d)
        copy(d);
    else
      b.loop(b.index(0), b.index(leaf.dim), 1,
             [&](Value d) { copy(Component(d, 0)); });
  });
}

/// The last row, in the last `padTo` rows that are read of the buffer.
void NestLowering::repeatLast(const Side &side, const Leaf &leaf, Value buffer,
                              int64_t padTo) {
  Value padded = b.roundDown(b.add(side.count, padTo - 1), padTo);
  Value last = b.add(side.begin, b.add(side.count, -1));
  b.rolledLoop(leaf.dim, ValueRange(), [&](Value d, ValueRange) {
    Value repeated = b.splat(loadElement(leaf, last, Component(d, 0)), lanes);
    for (int64_t back = padTo; back > 0; back -= lanes) {
      Value offset =
          stagedOffset(side, leaf.dim, b.add(padded, -back), Component(d, 0));
      b.storeLanes(repeated, b.element(buffer, leaf.compute, offset));
    }
    return SmallVector<Value>();
  });
}

/// Copies of the rows from `rest` on, unless all are read in place; the last is
/// repeated until they fill the lanes.
SmallVector<Value>
NestLowering::copyRest(const Side &side,
                       ArrayRef<std::pair<Leaf, Value>> leaves, Value rest,
                       Value allInPlace) {
  Value copied =
      arith::SelectOp::create(b, allInPlace, b.index(0), b.index(lanes));
  Value last = b.add(side.count, -1);
  SmallVector<Value> copies;
  for (auto &[leaf, buffer] : leaves) {
    Value copy = scratch(lanes * leaf.dim * elementBytes(leaf.stored));
    copies.push_back(copy);
    b.loop(b.index(0), copied, 1, [&, &leaf = leaf](Value r) {
      Value source = b.add(side.begin, b.min(b.add(rest, r), last));
      b.rolledLoop(leaf.dim, ValueRange(), [&](Value d, ValueRange) {
        Value value = loadElement(leaf, source, Component(d, 0));
        Value offset = b.add(b.mul(r, leaf.dim), d);
        b.storeScalar(value, b.element(copy, leaf.stored, offset));
        return SmallVector<Value>();
      });
    });
  }
  return copies;
}

llvm::SmallPtrSet<Operation *, 16>
keops::operationsFor(Region &stage, ArrayRef<Value> fields) {
  llvm::SmallPtrSet<Operation *, 16> needed;
  SmallVector<Value> pending(fields);
  while (!pending.empty()) {
    Operation *op = pending.pop_back_val().getDefiningOp();
    if (op && op->getBlock() == &stage.front() && needed.insert(op).second)
      llvm::append_range(pending, op->getOperands());
  }
  return needed;
}

/// Decides what of a side is brought into buffers, and allocates them: leaves
/// that lanes will read (as fields, or to compute other fields) and everything
/// the stage computes, of the fields that are used.
void NestLowering::prepareSide(Side &side, bool inLanes,
                               const llvm::BitVector &fieldsUsed,
                               const llvm::BitVector &alwaysUsed) {
  SmallVector<Value> fields;
  llvm::SmallPtrSet<Value, 8> always;
  for (auto [k, field] : llvm::enumerate(fieldsOf(*side.stage))) {
    if (fieldsUsed[k])
      fields.push_back(field);
    if (alwaysUsed[k])
      always.insert(field);
  }
  for (Value field : fields)
    if (!leafOf(field) && !always.contains(field))
      side.optional.insert(field);
  for (Value field : fields)
    if (!leafOf(field))
      side.computed.insert(field);
    else if (inLanes || leafOf(field)->stored != leafOf(field)->compute)
      side.leaves.insert(field);
  side.needed = operationsFor(*side.stage, fields);
  side.byComponents = !inLanes && canStageByComponents(side);
  if (side.byComponents)
    prepareComponents(side);
  else
    for (Operation *op : side.needed)
      for (Value operand : op->getOperands())
        if (auto leaf = leafOf(operand))
          if (leaf->axis != Axis::none)
            side.leaves.insert(operand);
  for (auto *rows : {&side.leaves, &side.computed})
    for (Value row : *rows)
      side.buffers[row] = scratch(rowSize(row) * side.bufferRows() *
                                  elementBytes(rowElement(row.getType())));
}

static Value addLanes(LaneBuilder &b, Value x, Value y) {
  return AddOp::create(b, x.getType(), x, y);
}

/// Brings a block of one side into its buffers; `padTo` rows are read together.
void NestLowering::stage(Side &side, int64_t padTo) {
  transposeLeaves(side, padTo);
  SmallVector<Value> fields;
  for (Value field : side.computed)
    if (!side.optional.contains(field))
      fields.push_back(field);
  stageFields(side, fields, padTo);
}

/// Afterwards, what only the fast way reads.
void NestLowering::stageOptional(Side &side, int64_t padTo) {
  stageFields(side, side.optional.getArrayRef(), padTo);
}

void NestLowering::stageFields(Side &side, ArrayRef<Value> fields,
                               int64_t padTo) {
  if (fields.empty())
    return;
  if (side.byComponents)
    return stageByComponents(side, fields, padTo);

  RegisterTile tile{lanes, 1, 1};
  llvm::SetVector<Value> &leaves = side.leaves;
  b.loop(b.index(0), side.count, lanes, [&](Value r) {
    RowEvaluator evaluator = makeEvaluator(tile, schedule.getUnroll());
    for (Value leaf : leaves)
      evaluator.bind(leaf, lanesSource(side, leaf, r, tile));
    Value number = b.splat(b.add(side.begin, r), lanes);
    evaluator.setIndex(
        side.axis, {{addLanes(b, number, b.laneNumbers(lanes))}, true, false});
    evaluator.evaluate(side.stage->front());
    for (Value field : fields) {
      Type element = rowElement(field.getType());
      Value buffer = side.buffers.lookup(field);
      auto keep = [&](Component d) {
        Value value = evaluator.at(evaluator.component(field, d), 0, 0);
        Value offset = stagedOffset(side, rowSize(field), r, d);
        b.storeLanes(value, b.element(buffer, element, offset));
      };
      if (rowSize(field) <= schedule.getUnroll())
        for (int64_t d = 0; d < rowSize(field); ++d)
          keep(d);
      else
        evaluator.loop(0, rowSize(field), ValueRange(),
                       [&](Value d, ValueRange) {
                         keep(Component(d, 0));
                         return SmallVector<Value>();
                       });
    }
  });
}

/// Lanes of a staged row: `tile.groups` vectors from row `first` on.
RowEvaluator::Source NestLowering::lanesSource(const Side &side, Value field,
                                               Value first, RegisterTile tile) {
  Value buffer = side.buffers.lookup(field);
  Type element = rowElement(field.getType());
  int64_t dim = rowSize(field);
  // Tiles begin where panels do.
  bool isPanel = side.hasPanels() && tile.groups * tile.lanes == side.panel;
  return [this, &side, buffer, element, dim, first, tile,
          isPanel](Component d) {
    Copies copies;
    copies.perLaneGroup = true;
    Value offset =
        isPanel ? b.add(b.mul(d.value(b), side.stride), b.mul(first, dim))
                : stagedOffset(side, dim, first, d);
    for (int64_t g = 0; g < tile.groups; ++g)
      copies.values.push_back(
          b.loadLanes(b.element(buffer, element, b.add(offset, g * tile.lanes)),
                      element, tile.lanes));
    return copies;
  };
}

/// Where component d of a row lies in a staged buffer.
Value NestLowering::componentOffset(const Side &side, Value field, Value row,
                                    Component d) {
  if (!side.byComponents || side.leaves.contains(field))
    return stagedOffset(side, rowSize(field), row, d);
  Value offset = b.mul(row, rowSize(field));
  if (d.dynamic)
    offset = b.add(offset, d.dynamic);
  return b.add(offset, d.offset);
}

/// One row after the other, in every lane: `tile.others` rows from `first` on,
/// counted from the beginning of the side's block.
RowEvaluator::Source NestLowering::otherSource(const Side &side, Value field,
                                               Value first, RegisterTile tile) {
  Value buffer = side.buffers.lookup(field);
  std::optional<Leaf> leaf = buffer ? std::nullopt : leafOf(field);
  Type element = rowElement(field.getType());
  Value begin = side.begin;
  return [this, buffer, leaf, element, begin, field, first, tile,
          &side](Component d) {
    Copies copies;
    copies.perOther = true;
    for (int64_t o = 0; o < tile.others; ++o) {
      Value row = b.add(first, o);
      Value scalar;
      if (leaf) {
        scalar = loadElement(*leaf, b.add(begin, row), d);
      } else {
        Value offset = componentOffset(side, field, row, d);
        scalar = b.loadScalar(b.element(buffer, element, offset), element);
      }
      copies.values.push_back(b.splat(scalar, tile.lanes));
    }
    return copies;
  };
}
