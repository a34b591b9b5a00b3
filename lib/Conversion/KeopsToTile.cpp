//===- KeopsToTile.cpp - kernels become passes over the pairs
//--------------===//
//
// Groups the reductions of a kernel into nests. Reductions over the same axis
// that leave the same index set, and do not need one another, share one nest:
// one sweep over the pairs. Inside a nest, what depends on the rows alone moves
// to the row stage, on the columns alone to the column stage; what follows the
// reductions becomes the finish region, or, where it joins several nests, a
// last nest without columns that reads what they stored.
//
//===----------------------------------------------------------------------===//

#include "NestBuilder.h"
#include "keops/Analysis/ReductionLevels.h"
#include "keops/Conversion/Passes.h"
#include "keops/Formula/ReductionTable.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace keops;

namespace {

/// Which nest a reduction runs in: after `level` others, over `columns`,
/// leaving `rows`.
struct NestKey {
  unsigned level;
  Axis columns;
  Axis rows;
  bool operator==(const NestKey &other) const {
    return level == other.level && columns == other.columns &&
           rows == other.rows;
  }
};

class KernelConverter {
public:
  explicit KernelConverter(KernelOp kernel) : kernel(kernel), sets(kernel) {}

  LogicalResult run() {
    addDefaultInputs();
    groupReductions();
    placeResults();
    for (NestPlan &plan : plans)
      buildNest(kernel, sets, plan, stores);
    eraseBody();
    return success();
  }

private:
  /// An input left out is a row of constants shaped like the first input.
  void addDefaultInputs() {
    kernel.walk([&](ReduceOp reduce) {
      const ReductionRecord *record = lookupReduction(reduce.getKind());
      OpBuilder builder(reduce);
      while (reduce.getInputs().size() < record->inputs.size()) {
        auto type = cast<VectorType>(reduce.getInputs()[0].getType());
        auto one =
            ConstantOp::create(builder, reduce.getLoc(), type,
                               cast<ElementsAttr>(builder.getOneAttr(type)));
        sets.set(one, Axis::none);
        reduce.getInputsMutable().append(one.getResult());
      }
    });
  }

  void groupReductions() {
    SmallVector<std::pair<NestKey, SmallVector<ReduceOp>>> groups;
    kernel.walk([&](ReduceOp reduce) {
      Axis left = sets.of(reduce.getResult(0));
      NestKey key{levels.of(reduce), reduce.getAxis(), left};
      auto *group =
          llvm::find_if(groups, [&](auto &g) { return g.first == key; });
      if (group == groups.end()) {
        groups.push_back({key, {}});
        group = &groups.back();
      }
      group->second.push_back(reduce);
    });
    llvm::stable_sort(
        groups, [](auto &a, auto &b) { return a.first.level < b.first.level; });
    for (auto &[key, reductions] : groups) {
      NestPlan plan;
      plan.full = key.columns == Axis::ij;
      plan.columns = plan.full ? Axis::j : key.columns;
      plan.rows = plan.full ? Axis::i : key.rows;
      plan.reductions = std::move(reductions);
      for (ReduceOp reduce : plan.reductions)
        planOf[reduce] = plans.size();
      plans.push_back(std::move(plan));
    }
  }

  /// The reductions that a value needs, nearest first.
  llvm::SetVector<Operation *> collectReductions(Value row) {
    llvm::SetVector<Operation *> found;
    llvm::SetVector<Value> visited;
    visited.insert(row);
    for (size_t at = 0; at < visited.size(); ++at) {
      Operation *def = visited[at].getDefiningOp();
      if (def && isa<ReduceOp>(def))
        found.insert(def);
      else if (def)
        visited.insert_range(def->getOperands());
    }
    return found;
  }

  /// The plan that finishes a result: the last one it needs if that keeps the
  /// same rows, otherwise a map over its rows at the end.
  unsigned planForResult(Axis rows,
                         const llvm::SetVector<Operation *> &needed) {
    unsigned last = 0;
    for (Operation *reduce : needed)
      last = std::max(last, planOf.lookup(reduce));
    auto keeps = [&](const NestPlan &plan) {
      return (plan.full ? Axis::none : plan.rows) == rows;
    };
    if (!needed.empty() && keeps(plans[last]))
      return last;
    for (unsigned p = last; p < plans.size(); ++p)
      if (plans[p].columns == Axis::none && plans[p].rows == rows)
        return p;
    NestPlan map;
    map.rows = rows;
    map.columns = Axis::none;
    plans.push_back(map);
    return plans.size() - 1;
  }

  void placeResults() {
    auto returned = cast<ReturnOp>(kernel.getBodyBlock()->getTerminator());
    for (auto [number, row] : llvm::enumerate(returned.getOperands())) {
      llvm::SetVector<Operation *> needed = collectReductions(row);
      Axis rows = kernel.getResultInfo(number).getRole();
      unsigned target = planForResult(rows, needed);
      plans[target].outputs.push_back({row, static_cast<int64_t>(number)});
      for (Operation *reduce : needed)
        if (planOf.lookup(reduce) != target)
          store(cast<ReduceOp>(reduce));
    }
    // Reductions that feed other reductions are stored for the later nest.
    kernel.walk([&](ReduceOp reduce) {
      for (Value input : reduce.getInputs())
        for (Operation *earlier : collectReductions(input))
          store(cast<ReduceOp>(earlier));
    });
  }

  void store(ReduceOp reduce) {
    for (Value result : reduce.getResults())
      if (!stores.count(result)) {
        stores[result] = nextStore;
        plans[planOf.lookup(reduce)].stored.push_back({result, nextStore++});
      }
  }

  /// What is left after the nests were built: only what they capture stays.
  void eraseBody() {
    Block *body = kernel.getBodyBlock();
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*body)))
      if (!isa<tile::NestOp>(op) && op.use_empty())
        op.erase();
  }

  KernelOp kernel;
  IndexSets sets;
  ReductionLevels levels;
  llvm::DenseMap<Operation *, unsigned> planOf;
  std::vector<NestPlan> plans;
  StoreMap stores;
  int64_t nextStore = 0;
};

struct ConvertKeopsToTilePass
    : PassWrapper<ConvertKeopsToTilePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ConvertKeopsToTilePass)
  StringRef getArgument() const final { return "convert-keops-to-tile"; }
  StringRef getDescription() const final {
    return "group the reductions of each kernel into passes over the pairs";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<tile::TileDialect>();
  }
  void runOnOperation() final {
    for (KernelOp kernel : getOperation().getOps<KernelOp>())
      if (failed(KernelConverter(kernel).run()))
        return signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> keops::createConvertKeopsToTilePass() {
  return std::make_unique<ConvertKeopsToTilePass>();
}
