//===- GpuNest.h - the GPU kernels of one nest ------------------*- C++ -*-===//
//
// A thread keeps `tileRows` rows in registers; a block stages a tile of columns
// in shared memory and all its threads run over it. include/keops/abi.h says
// which kernels there are and what they are given. Below, "slot" is a row's
// place in the workspace.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_TILETOGPU_GPUNEST_H
#define KEOPS_LIB_CONVERSION_TILETOGPU_GPUNEST_H

#include "../Lanes/NestContext.h"
#include "../Lanes/RunningStates.h"
#include "ColumnTile.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace keops {

/// Names of a nest's kernels, empty where there is none, and their needs.
struct GpuKernels {
  std::string stage, accumulate, finish;
  int64_t threads = 0, rowsPerBlock = 0, tileColumns = 0;
  bool keepsStates = false;
  int64_t stateBytes = 0, stagedBytes = 0;
};

class GpuNest : NestContext {
public:
  GpuNest(mlir::gpu::GPUModuleOp module, tile::NestOp nest, std::string prefix);

  GpuKernels run();

private:
  void findAlternative();
  using Views = llvm::SmallVector<StateView *>;

  // Kernels.
  std::string writeStage();
  std::string writeAccumulate();
  std::string writeFinish();
  std::string beginKernel(llvm::StringRef suffix);
  void endKernel();

  // Threads and rows (GpuNest.cpp).
  mlir::Value arrayPointer(int64_t number) override;
  mlir::Value storePointer(int64_t number) override;
  mlir::Value threadOf(mlir::gpu::Dimension dimension);
  mlir::Value blockOf(mlir::gpu::Dimension dimension);
  void barrier();
  /// A barrier that tells whether `condition` held for some thread.
  mlir::Value barrierAny(mlir::Value condition);
  mlir::Value exceeds(mlir::Value component, double bound);
  void when(mlir::Value condition, llvm::function_ref<void()> body);
  mlir::Value less(mlir::Value a, mlir::Value b);
  mlir::Value numRows();

  // Rows in registers (RowFields.cpp).
  bool isStagedRow(mlir::Value field) const;
  RowEvaluator rowEvaluator(llvm::ArrayRef<mlir::Value> rows,
                            bool afresh = false);
  void prepareRows();
  void loadRowFields(bool slowOnes);
  mlir::Value stagedAddress(mlir::Value field, mlir::Value slot, Component d);
  mlir::Value rowComponent(unsigned number, int64_t group, Component d);

  // Columns in shared memory (ColumnStage.cpp).
  RowEvaluator columnEvaluator(mlir::Value column);
  mlir::Value orOutside(mlir::Value outside, RowEvaluator &evaluator);
  void stageWideField(mlir::Value field, mlir::Value column,
                      RowEvaluator &evaluator);
  void stageWideLeaf(mlir::Value field, mlir::Value count);
  /// Returns whether some column this thread staged is out of bounds for
  /// tile.alternative; null where there is none.
  mlir::Value stageColumns(mlir::Value count);

  // The loops over the pairs (AccumulateKernel.cpp).
  void prepareTotals(mlir::Value split);
  void tileOfColumns(mlir::Value from, mlir::Value to);
  void pairLoops(mlir::Value count);
  void eitherWay(mlir::Value outside, mlir::Value count);
  void pairLoop(mlir::Value from, mlir::Value to, int64_t step);
  void pairs(mlir::Value column, int64_t columns);
  RowEvaluator pairEvaluator(mlir::Value column, int64_t columns,
                             llvm::ArrayRef<int64_t> rowGroups,
                             llvm::ArrayRef<int64_t> others);
  mlir::Value columnComponent(mlir::Value field, mlir::Value column,
                              int64_t columns, int64_t other, Component d);
  TileOfPairs tileOfPairs(RowEvaluator &evaluator, mlir::Value column,
                          int64_t columns);
  void takeIn(RowEvaluator &evaluator, mlir::Value column, int64_t columns);
  mlir::Value columnNumber(mlir::Type type, mlir::Value column, int64_t group,
                           int64_t other);
  void startPartials();
  void mergePartials();
  void leaveStates();
  void foldBlock();

  // States in memory, finished rows (FinishKernel.cpp).
  MemoryView stateView(const AccumulatorLayout &acc, mlir::Value split,
                       mlir::Value slot);
  void mergeSlots(mlir::Value intoSplit, mlir::Value intoSlot,
                  mlir::Value fromSplit, mlir::Value fromSlot);
  void treeMerge(llvm::function_ref<void(mlir::Value)> mergeThread,
                 mlir::Value count);
  void finishRow(mlir::Value row, const Views &views);
  void finishFromMemory(mlir::Value row, mlir::Value split, mlir::Value slot);
  void mergeSplits(mlir::Value row);
  void mergeBlocks();

  mlir::gpu::GPUModuleOp module;
  std::string prefix;
  int64_t threads, groups, rowsPerBlock;
  /// Bytes per slot before each accumulator's state components, all together.
  std::vector<llvm::SmallVector<int64_t>> stateOffsets;
  int64_t stateBytes = 0;
  bool keepsStates = false;
  /// Whether some row of a pair is looped over.
  bool isWide = false;
  /// The nest's faster way, if it has one, and what only the slower one needs:
  /// row fields by number, column fields.
  tile::AlternativeOp alternative;
  llvm::SmallDenseSet<unsigned> slowRows;
  llvm::SmallDenseSet<mlir::Value> slowColumns;
  bool goesFast = false;
  llvm::MapVector<mlir::Value, int64_t> stagedOffsets;
  int64_t stagedBytes = 0;

  // Of the kernel being written.
  mlir::gpu::GPUFuncOp function;
  mlir::Value states, staged, slots, splits;
  mlir::Value thread;
  /// Slot of each group's row, and the row to read: the last one beyond.
  llvm::SmallVector<mlir::Value> rowSlots, rowNumbers;
  /// Whether the thread's rows allow the faster way.
  mlir::Value rowsAllow;
  /// Components of each narrow row field, per group.
  std::vector<llvm::SmallVector<Copies>> rowFields;
  std::unique_ptr<ColumnTile> tileInShared;
  mlir::Value tileBegin;
  /// Totals and the tile's partial states, one view per group of rows.
  std::vector<std::unique_ptr<MemoryView>> memories;
  RunningStates totals, running;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_TILETOGPU_GPUNEST_H
