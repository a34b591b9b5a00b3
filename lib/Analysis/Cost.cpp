//===- Cost.cpp - vector instructions per pair ----------------------------===//
//
// Counts what convert-primitives-to-arith and the code generator make of a pair
// region: products that are fused into sums count once, exponentials as the
// sequences they are on the target.
//
//===----------------------------------------------------------------------===//

#include "keops/Analysis/Cost.h"

#include "keops/Formula/PrimitiveTable.h"
#include "keops/Formula/ReductionTable.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace keops;

namespace {

class CostModel {
public:
  CostModel(tile::NestOp nest, const CpuTarget &target, bool fast)
      : nest(nest), target(target), fast(fast) {}

  int64_t instructions();
  int64_t columnNumbers();

private:
  llvm::SetVector<Value> reached();
  int64_t costOf(Operation *op);
  int64_t accumulatorCost(tile::AccumulatorAttr acc, unsigned firstInput);
  /// A product with one user that adds it up is part of a multiply-add.
  bool isFused(Value row) {
    auto product = row.getDefiningOp<MulOp>();
    if (!product || !product->hasOneUse() || !target.hasFma)
      return false;
    Operation *user = *product->getUsers().begin();
    return isa<AddOp, SubOp, SumOp>(user) ||
           (isa<tile::YieldOp>(user) && feedsSum(product->use_begin()));
  }
  bool feedsSum(Operation::use_iterator use);

  tile::NestOp nest;
  const CpuTarget &target;
  bool fast;
};

} // namespace

/// Whether a yielded value is the term of a sum, or the score of a softmax.
bool CostModel::feedsSum(Operation::use_iterator use) {
  unsigned first = 0;
  for (auto acc : nest.getAccumulators().getAsRange<tile::AccumulatorAttr>()) {
    StringRef kind = acc.getKind().getValue();
    if (use->getOperandNumber() == first)
      return kind == "sum" || kind.starts_with("logsumexp") ||
             kind.starts_with("softmax");
    first += acc.getNumInputs();
  }
  return false;
}

/// Reduction, polynomial, scaling: PrimitivesExponential.td has the degrees.
int64_t keops::exponentialInstructions(Type element, bool isBaseTwo,
                                       const CpuTarget &target) {
  bool isWide = element.isF64();
  int64_t degree = (isWide ? 10 : 5) + (isBaseTwo ? 0 : 1);
  int64_t polynomial = target.hasFma ? degree : 2 * degree;
  int64_t reduction = isBaseTwo ? 0 : target.hasFma ? 3 : 5;
  bool isAvx512 = target.vectorBits == 512;
  // Elsewhere: two bounds, floor, difference; shift, addition, product.
  return polynomial + reduction + (isAvx512 ? (isBaseTwo ? 2 : 4) : 7);
}

int64_t CostModel::costOf(Operation *op) {
  Value result = op->getResult(0);
  int64_t size = rowSize(result);
  if (isa<ConstantOp, BroadcastOp, SliceOp, ConcatOp, IotaOp, IndexOp>(op) ||
      isFused(result) || op->hasAttr(tile::seedAttr))
    return 0;
  if (isa<ExpOp, Exp2Op>(op))
    return size * exponentialInstructions(rowElement(result.getType()),
                                          isa<Exp2Op>(op), target);
  if (isa<SumOp>(op)) {
    Value terms = op->getOperand(0);
    int64_t added = rowSize(terms);
    auto product = terms.getDefiningOp<MulOp>();
    bool isProduct = product && product->hasOneUse();
    return isProduct && !target.hasFma ? added - 1
           : isProduct                 ? added
                                       : added - 1;
  }
  if (isa<VMinOp, VMaxOp, VArgMinOp, VArgMaxOp>(op))
    return rowSize(op->getOperand(0));
  if (auto dot = dyn_cast<TensorDotOp>(op)) {
    int64_t terms =
        rowSize(dot.getF()) * rowSize(dot.getG()) / std::max<int64_t>(size, 1);
    return std::max(terms, size) * (target.hasFma ? 1 : 2);
  }
  const PrimitiveRecord *record = lookupPrimitive(op->getName().stripDialect());
  return record ? size * std::max(record->cost, 1) : 0;
}

int64_t CostModel::accumulatorCost(tile::AccumulatorAttr acc,
                                   unsigned firstInput) {
  Operation *yield = nest.getPair().front().getTerminator();
  const ReductionRecord *record = lookupReduction(acc.getKind());
  StringRef kind = acc.getKind().getValue();
  Value input = yield->getOperand(firstInput);
  int64_t size =
      rowSize(yield->getOperand(firstInput + acc.getNumInputs() - 1));
  if (kind.starts_with("logsumexp") || kind.starts_with("softmax")) {
    int64_t sums = kind.starts_with("softmax") ? size + 1 : size;
    return 1 + sums +
           exponentialInstructions(rowElement(input.getType()),
                                   kind.ends_with("_base2"), target);
  }
  if (record->isSelection)
    return size;
  return size * (record->changes.empty() ? 1 : 2);
}

/// What the pair region computes on one way.
llvm::SetVector<Value> CostModel::reached() {
  Block &pair = nest.getPair().front();
  llvm::SetVector<Value> seen;
  seen.insert_range(pair.getTerminator()->getOperands());
  for (size_t k = 0; k < seen.size(); ++k) {
    Operation *op = seen[k].getDefiningOp();
    if (!op || op->getBlock() != &pair)
      continue;
    if (auto alternative = dyn_cast<tile::AlternativeOp>(op))
      seen.insert(fast ? alternative.getFast() : alternative.getSlow());
    else
      seen.insert_range(op->getOperands());
  }
  return seen;
}

int64_t CostModel::instructions() {
  int64_t sum = 0;
  for (Value row : reached())
    if (Operation *op = row.getDefiningOp();
        op && op->getBlock() == &nest.getPair().front() &&
        !isa<tile::AlternativeOp>(op))
      sum += costOf(op);
  unsigned input = 0;
  for (auto acc : nest.getAccumulators().getAsRange<tile::AccumulatorAttr>()) {
    sum += accumulatorCost(acc, input);
    input += acc.getNumInputs();
  }
  return sum;
}

int64_t CostModel::columnNumbers() {
  unsigned numRows =
      nest.getRowStage().front().getTerminator()->getNumOperands();
  int64_t sum = 0;
  for (Value row : reached())
    if (auto argument = dyn_cast<BlockArgument>(row);
        argument && argument.getOwner() == &nest.getPair().front() &&
        argument.getArgNumber() >= numRows)
      sum += rowSize(row);
  return sum;
}

int64_t keops::vectorInstructions(tile::NestOp nest, const CpuTarget &target,
                                  bool fast) {
  return CostModel(nest, target, fast).instructions();
}

int64_t keops::columnNumbers(tile::NestOp nest, const CpuTarget &target,
                             bool fast) {
  return CostModel(nest, target, fast).columnNumbers();
}
