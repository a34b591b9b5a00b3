//===- Alternatives.cpp - two ways to a value, chosen block by block ------===//
//
// Where the pair region has a tile.alternative, a block of columns is visited
// by the fast way if its fields and those of the block of rows are small
// enough, and else by the slow one. What only the fast way reads is staged
// where it may be gone. The choice follows from the data of the two blocks
// alone, so it is the same on any number of threads.
//
//===----------------------------------------------------------------------===//

#include "AccumulateWriter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace keops;

void AccumulateWriter::findAlternatives() {
  alternatives =
      llvm::to_vector(n.nest.getPair().front().getOps<tile::AlternativeOp>());
}

/// Fields of rows and of columns that the ways to be written read.
std::pair<llvm::BitVector, llvm::BitVector> AccumulateWriter::fieldsUsed() {
  Block &pair = n.nest.getPair().front();
  SmallVector<Value> pending(pair.getTerminator()->getOperands());
  llvm::DenseSet<Value> seen;
  while (!pending.empty()) {
    Value row = pending.pop_back_val();
    Operation *op = row.getDefiningOp();
    if (!seen.insert(row).second || !op || op->getBlock() != &pair)
      continue;
    auto alternative = dyn_cast<tile::AlternativeOp>(op);
    if (alternative && alternatives.empty()) {
      pending.push_back(alternative.getSlow());
      continue;
    }
    llvm::append_range(pending, op->getOperands());
    if (alternative) {
      pending.push_back(pair.getArgument(alternative.getRow()));
      pending.push_back(pair.getArgument(alternative.getColumn()));
    }
  }
  unsigned numRows = n.fieldsOf(n.nest.getRowStage()).size();
  llvm::BitVector used[2] = {llvm::BitVector(numRows),
                             llvm::BitVector(pair.getNumArguments() - numRows)};
  for (BlockArgument argument : pair.getArguments()) {
    unsigned k = argument.getArgNumber();
    if (seen.contains(argument))
      used[k >= numRows].set(k >= numRows ? k - numRows : k);
  }
  return {used[0], used[1]};
}

/// What `body` finds; false, without it, where a condition does not hold.
Value AccumulateWriter::whereTrue(Value condition,
                                  llvm::function_ref<Value()> body) {
  auto branch = scf::IfOp::create(b, TypeRange(b.getI1Type()), condition,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  Value found = body();
  scf::YieldOp::create(b, found);
  b.setInsertionPointToStart(branch.elseBlock());
  Value no = arith::ConstantOp::create(b, b.getBoolAttr(false));
  scf::YieldOp::create(b, no);
  return branch.getResult(0);
}

/// Columns from which on the fast way is worth preparing the rows for.
static constexpr int64_t enoughColumns = 32;

/// Stages what the fast way reads of the rows, if they are to go it.
void AccumulateWriter::prepareFastRows(Value c0) {
  Value isEnough = arith::CmpIOp::create(b, arith::CmpIPredicate::sge,
                                         b.sub(c1, c0), b.index(enoughColumns));
  rowsAllow = whereTrue(isEnough, [&] {
    n.stageOptional(rows, lanes * groups);
    Value all = arith::ConstantOp::create(b, b.getBoolAttr(true));
    for (tile::AlternativeOp alternative : alternatives)
      all = arith::AndIOp::create(b, all, allowed(alternative));
    return all;
  });
}

/// Whether an alternative may go the fast way on the block of rows.
Value AccumulateWriter::allowed(tile::AlternativeOp alternative) {
  RowEvaluator evaluator = n.makeEvaluator({lanes, 1, 1}, schedule.getUnroll());
  Value when =
      evaluator.at(evaluator.component(alternative.getWhen(), 0), 0, 0);
  Value field = n.fieldsOf(n.nest.getRowStage())[alternative.getRow()];
  Value within =
      isWithin(rows, field, alternative.getBound().convertToDouble());
  return arith::AndIOp::create(b, b.extract(when, 0), within);
}

/// Whether all components of a staged field are at most `bound` in size.
Value AccumulateWriter::isWithin(const Side &side, Value field, double bound) {
  Type element = rowElement(field.getType());
  auto type = VectorType::get({lanes}, element);
  auto maskType = VectorType::get({lanes}, b.getI1Type());
  Value limit = b.constantLanes(
      DenseElementsAttr::get(type, b.getFloatAttr(element, bound)));
  Value all = b.constantLanes(DenseElementsAttr::get(maskType, true));
  RegisterTile tile{lanes, 1, 1};
  all = b.loop(
      b.index(0), side.count, lanes, all, [&](Value row, ValueRange carried) {
        RowEvaluator::Source source = n.lanesSource(side, field, row, tile);
        Value result = carried[0];
        for (int64_t d = 0; d < rowSize(field); ++d) {
          Value size = math::AbsFOp::create(b, source(d).values[0]);
          Value here =
              arith::CmpFOp::create(b, arith::CmpFPredicate::OLE, size, limit);
          result = arith::AndIOp::create(b, result, here);
        }
        return SmallVector<Value>{result};
      })[0];
  return vector::ReductionOp::create(b, vector::CombiningKind::AND, all);
}

void AccumulateWriter::eitherWay() {
  unsigned numRows = n.fieldsOf(n.nest.getRowStage()).size();
  Value fast = whereTrue(rowsAllow, [&] {
    n.stageOptional(columns, lanes);
    Value all = arith::ConstantOp::create(b, b.getBoolAttr(true));
    for (tile::AlternativeOp alternative : alternatives) {
      Value field = n.fieldsOf(
          n.nest.getColumnStage())[alternative.getColumn() - numRows];
      Value here =
          isWithin(columns, field, alternative.getBound().convertToDouble());
      all = arith::AndIOp::create(b, all, here);
    }
    return all;
  });
  auto branch = scf::IfOp::create(b, fast, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  for (bool isFast : {true, false}) {
    b.setInsertionPointToStart(isFast ? branch.thenBlock()
                                      : branch.elseBlock());
    goesFast = isFast;
    others = isFast ? schedule.getTileColumns() : slowColumns();
    rowTiles();
  }
  goesFast = false;
}

/// Columns of the slow way's register tile. Where rows are in registers, half
/// as many as of the fast way. Else it reads the rows once for two operations,
/// a subtraction and a multiply-add: that keeps pace as long as the first-level
/// cache holds a tile of rows, and is less code; else half as many as well, for
/// differences take registers.
int64_t AccumulateWriter::slowColumns() {
  constexpr int64_t cacheBytes = 32 * 1024;
  int64_t half = (schedule.getTileColumns() + 1) / 2;
  if (groups == 1)
    return half;
  int64_t bytes = 0;
  for (Value field : n.fieldsOf(n.nest.getRowStage()))
    bytes = std::max(bytes, rowSize(field) * groups * lanes *
                                elementBytes(rowElement(field.getType())));
  return bytes <= cacheBytes ? 1 : half;
}
