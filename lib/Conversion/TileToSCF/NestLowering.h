//===- NestLowering.h - the functions of one nest ---------------*- C++ -*-===//
//
// What the functions of a nest share beside NestContext.h: reading the call's
// frame, staging of one side, scratch memory. AccumulateFunctions.cpp and
// StateFunctions.cpp write the functions that include/keops/abi.h describes.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_TILETOSCF_NESTLOWERING_H
#define KEOPS_LIB_CONVERSION_TILETOSCF_NESTLOWERING_H

#include "../Lanes/NestContext.h"
#include "../Lanes/StateView.h"
#include "../Lanes/Transpose.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"

namespace keops {

/// Names of a nest's functions for one variant; empty where there is none.
struct NestFunctions {
  std::string accumulate, accumulateFew, merge, fold, finish;
  int64_t scratchBytes = 0;
};

/// One side of the pairs (rows or columns) as the pair region sees it.
struct Side {
  Side() = default;
  Side(Axis axis, mlir::Region &stage, int64_t block)
      : axis(axis), stage(&stage), block(block), panel(block),
        stride(paddedStride(block)) {}

  /// Wide rows lie in panels, as many of them as a register tile reads, so that
  /// it walks through memory once, from one end to the other.
  void usePanels(int64_t rows) { panel = stride = std::min(rows, block); }
  bool hasPanels() const { return panel < block; }
  int64_t bufferRows() const { return std::max(stride, block); }

  /// Blocks are powers of two: components that far apart would share few sets
  /// of a cache. So a cache line lies between them.
  static int64_t paddedStride(int64_t block) {
    return block >= 64 ? block + 16 : block;
  }

  Axis axis = Axis::none;
  mlir::Region *stage = nullptr;
  /// Rows of a block and of a panel, and the distance between components in a
  /// staged buffer.
  int64_t block = 1, panel = 1, stride = 1;
  /// What is staged: leaves, transposed, and computed fields; their buffers.
  llvm::SetVector<mlir::Value> leaves, computed;
  /// Of the computed fields those that only a fast way to a value reads: staged
  /// where it may be gone.
  llvm::SetVector<mlir::Value> optional;
  llvm::SmallPtrSet<mlir::Operation *, 16> needed;
  llvm::DenseMap<mlir::Value, mlir::Value> buffers;
  /// Fields computed with components in lanes lie row after row.
  bool byComponents = false;
  /// Index of the block's first row, and how many rows it has.
  mlir::Value begin, count;
};

/// Operations of a stage that some of its fields need.
llvm::SmallPtrSet<mlir::Operation *, 16>
operationsFor(mlir::Region &stage, llvm::ArrayRef<mlir::Value> fields);

class NestLowering : NestContext {
public:
  NestLowering(mlir::ModuleOp module, tile::NestOp nest, std::string prefix,
               int64_t lanes);

  NestFunctions run();

private:
  friend class AccumulateWriter;

  // Functions (AccumulateFunctions.cpp, StateFunctions.cpp).
  std::string writeAccumulate();
  std::string writeAccumulateFew();
  std::string writeMerge();
  std::string writeFold();
  std::string writeFinish();

  // Common ground (NestLowering.cpp).
  mlir::func::FuncOp beginFunction(llvm::StringRef suffix, unsigned pointers,
                                   unsigned extents, unsigned morePointers);
  void endFunction();
  void readFrame(mlir::Value frame);
  mlir::Value arrayPointer(int64_t number) override;
  mlir::Value storePointer(int64_t number) override;
  mlir::Value scratch(int64_t bytes);

  // Staging (Staging.cpp).
  void transposeLeaves(Side &side, int64_t padTo);
  void copyByElements(const Side &side, const Leaf &leaf, mlir::Value buffer,
                      int64_t padTo);
  void repeatLast(const Side &side, const Leaf &leaf, mlir::Value buffer,
                  int64_t padTo);
  llvm::SmallVector<mlir::Value>
  copyRest(const Side &side,
           llvm::ArrayRef<std::pair<Leaf, mlir::Value>> leaves,
           mlir::Value rest, mlir::Value allInPlace);
  mlir::Value stagedOffset(const Side &side, int64_t dim, mlir::Value row,
                           Component d);
  void prepareSide(Side &side, bool inLanes, const llvm::BitVector &fieldsUsed,
                   const llvm::BitVector &alwaysUsed);
  void stage(Side &side, int64_t padTo);
  void stageOptional(Side &side, int64_t padTo);
  void stageFields(Side &side, llvm::ArrayRef<mlir::Value> fields,
                   int64_t padTo);
  bool canStageByComponents(const Side &side);
  void prepareComponents(Side &side);
  void stageByComponents(Side &side, llvm::ArrayRef<mlir::Value> fields,
                         int64_t padTo);
  mlir::Value componentOffset(const Side &side, mlir::Value field,
                              mlir::Value row, Component d);
  RowEvaluator::Source lanesSource(const Side &side, mlir::Value field,
                                   mlir::Value first, RegisterTile tile);
  RowEvaluator::Source otherSource(const Side &side, mlir::Value field,
                                   mlir::Value first, RegisterTile tile);

  // States (StateFunctions.cpp).
  MemoryView stateView(const AccumulatorLayout &acc, mlir::Value base,
                       mlir::Value row, int64_t lanes);
  void writeOutput(const tile::PlaceAttr &place, mlir::Value finished,
                   RowEvaluator &evaluator, mlir::Value begin,
                   mlir::Value count, int64_t lanes);
  void writeInterleaved(const RowsInMemory &all, mlir::Value finished,
                        RowEvaluator &evaluator, mlir::Value begin,
                        mlir::Value count);
  void findFinishLeaves(Side &rows);
  void mergeRows(mlir::Value into, mlir::Value from, mlir::Value intoRow,
                 mlir::Value fromRow, int64_t lanes);

  mlir::ModuleOp module;
  std::string prefix;

  /// Rows that depend on parameters alone, as arrays: for stages with
  /// components in lanes.
  llvm::DenseMap<mlir::Value, mlir::Value> uniformArrays;

  // Of the function being written.
  mlir::Value args, stores, scratchBase;
  int64_t scratchUsed = 0;
  int64_t scratchBytes = 0;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_TILETOSCF_NESTLOWERING_H
