//===- Activity.cpp - what a derivative has to look at --------------------===//

#include "Derivatives.h"

#include "keops/Dialect/Keops/Rows.h"
#include "keops/Formula/PrimitiveTable.h"
#include "keops/Formula/ReductionTable.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace keops;

/// Whether the results vary with real operand number `operand` at all.
static bool hasDerivative(Operation *op, unsigned operand) {
  if (auto reduce = dyn_cast<ReduceOp>(op)) {
    const ReductionRecord *record = lookupReduction(reduce.getKind());
    return !record->partials.empty() || !record->companion.empty();
  }
  if (isa<DifferentiableOpInterface>(op))
    return isReal(op->getResult(0));
  const PrimitiveRecord *record = lookupPrimitive(op->getName().stripDialect());
  return record && !record->partials.empty() &&
         record->partials[operand] != "0";
}

Activity keops::findActivity(Operation *end, ValueRange outputs,
                             ValueRange wrt) {
  Activity activity;
  activity.values.insert(wrt.begin(), wrt.end());
  llvm::SetVector<Operation *> reached;
  for (Operation &op :
       llvm::make_range(end->getBlock()->begin(), end->getIterator())) {
    bool varies = llvm::any_of(op.getOpOperands(), [&](OpOperand &operand) {
      return activity.values.contains(operand.get()) && isReal(operand.get()) &&
             hasDerivative(&op, operand.getOperandNumber());
    });
    if (!varies)
      continue;
    reached.insert(&op);
    for (Value result : op.getResults())
      if (isReal(result))
        activity.values.insert(result);
  }
  // Of these, what the outputs are computed from.
  llvm::DenseSet<Value> needed(outputs.begin(), outputs.end());
  for (Operation *op : llvm::reverse(reached)) {
    bool isVariable = llvm::any_of(op->getResults(), [&](Value row) {
      return llvm::is_contained(wrt, row);
    });
    if (isVariable || llvm::none_of(op->getResults(), [&](Value row) {
          return needed.contains(row);
        }))
      continue;
    activity.ops.push_back(op);
    needed.insert(op->operand_begin(), op->operand_end());
  }
  std::reverse(activity.ops.begin(), activity.ops.end());
  return activity;
}

static Type resultType(ReduceOp reduce, const ReductionRecord &record,
                       unsigned result) {
  unsigned shape = record.resultShape[result];
  if (shape >= reduce.getInputs().size())
    shape = 0; // An input left out is shaped like the first.
  auto input = cast<VectorType>(reduce.getInputs()[shape].getType());
  int64_t entries = record.isSelection ? reduce.getK() : 1;
  Type element = record.resultKind[result] == StateKind::Value
                     ? input.getElementType()
                     : IntegerType::get(reduce.getContext(), 64);
  return VectorType::get({input.getNumElements() * entries}, element);
}

/// Whether `op` is the reduction `part`, "logsumexp(f)", of what `whole`
/// reduces.
static bool isPart(ReduceOp op, StringRef part, ReduceOp whole,
                   const ReductionRecord &record) {
  auto [kind, names] = part.split('(');
  if (op.getKind() != kind || op.getAxis() != whole.getAxis() ||
      op.getK() != whole.getK())
    return false;
  SmallVector<StringRef> inputs;
  names.drop_back().split(inputs, ", ");
  // An input left out is a row of ones.
  auto isLeftOut = [](Value row) { return constantNumber(row) == 1; };
  if (inputs.size() > op.getInputs().size() ||
      !llvm::all_of(op.getInputs().drop_front(inputs.size()), isLeftOut))
    return false;
  return llvm::all_of(llvm::enumerate(inputs), [&](auto input) {
    size_t place =
        llvm::find(record.inputs, input.value()) - record.inputs.begin();
    return op.getInputs()[input.index()] == whole.getInputs()[place];
  });
}

/// Later uses of reductions that a companion computes too become its uses: the
/// caller may have given one of them.
static void absorbParts(ReduceOp whole, const ReductionRecord &record) {
  whole->getBlock()->walk([&](ReduceOp other) {
    for (auto [row, part] : llvm::zip(whole.getResults(), record.parts))
      if (isPart(other, part, whole, record))
        other.getResult(0).replaceUsesWithIf(row, [&](OpOperand &use) {
          return whole->isBeforeInBlock(use.getOwner());
        });
  });
}

void keops::addCompanions(Activity &activity) {
  for (Operation *&op : activity.ops) {
    auto reduce = dyn_cast<ReduceOp>(op);
    if (!reduce || lookupReduction(reduce.getKind())->companion.empty())
      continue;
    StringRef kind = lookupReduction(reduce.getKind())->companion;
    const ReductionRecord *record = lookupReduction(kind);
    SmallVector<Type> types;
    for (unsigned r = 0; r < record->resultKind.size(); ++r)
      types.push_back(resultType(reduce, *record, r));
    OpBuilder builder(reduce);
    auto companion =
        ReduceOp::create(builder, reduce.getLoc(), types, kind,
                         reduce.getAxis(), reduce.getInputs(), reduce.getK());
    for (auto [old, row] :
         llvm::zip(reduce.getResults(), companion.getResults())) {
      old.replaceAllUsesWith(row);
      activity.values.erase(old);
    }
    for (Value row : companion.getResults())
      if (isReal(row))
        activity.values.insert(row);
    reduce.erase();
    absorbParts(companion, *record);
    op = companion;
  }
}
