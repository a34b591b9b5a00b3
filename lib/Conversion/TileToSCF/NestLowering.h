//===- NestLowering.h - the functions of one nest ---------------*- C++ -*-===//
//
// Everything the functions of a nest share: reading the call's frame, leaves
// (variables and stores) and how their components are loaded, staging of one
// side, scratch memory. AccumulateFunctions.cpp and StateFunctions.cpp write
// the functions that include/keops/abi.h describes.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_TILETOSCF_NESTLOWERING_H
#define KEOPS_LIB_CONVERSION_TILETOSCF_NESTLOWERING_H

#include "RowEvaluator.h"
#include "StateLayout.h"
#include "StateView.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace keops {

/// Names of a nest's functions for one variant; empty where there is none.
struct NestFunctions {
  std::string accumulate, accumulateFew, merge, fold, finish;
  int64_t scratchBytes = 0;
};

/// An array in memory that rows are read from: a variable or a store.
struct Leaf {
  mlir::Value pointer;
  mlir::Type stored, compute;
  int64_t dim;
  Axis axis;
};

/// One side of the pairs (rows or columns) as the pair region sees it.
struct Side {
  Side() = default;
  Side(Axis axis, mlir::Region &stage, int64_t block)
      : axis(axis), stage(&stage), block(block) {}

  Axis axis = Axis::none;
  mlir::Region *stage = nullptr;
  /// Rows of a block; the distance between components in a staged buffer.
  int64_t block = 1;
  /// What is staged: leaves, transposed, and computed fields; their buffers.
  llvm::SetVector<mlir::Value> leaves, computed;
  llvm::DenseMap<mlir::Value, mlir::Value> buffers;
  /// Index of the block's first row, and how many rows it has.
  mlir::Value begin, count;
};

class NestLowering {
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
  mlir::Value extentOf(Axis axis);
  mlir::Value scratch(int64_t bytes);
  RowEvaluator makeEvaluator(RegisterTile tile, int64_t unroll);
  std::optional<Leaf> leafOf(mlir::Value row);
  mlir::Value loadElement(const Leaf &leaf, mlir::Value row, Component d);
  RowEvaluator::Source uniformSource(const Leaf &leaf, int64_t lanes);
  llvm::SmallVector<mlir::Value> fieldsOf(mlir::Region &stage);
  void computeUniforms();
  mlir::Value chooseComponent(llvm::ArrayRef<mlir::Value> components,
                              Component d);

  // Staging (Staging.cpp).
  void transposeLeaf(Side &side, mlir::Value row, int64_t padTo);
  void prepareSide(Side &side, bool inLanes);
  void stage(Side &side, int64_t lanes, int64_t padTo);
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
  void mergeRows(mlir::Value into, mlir::Value from, mlir::Value intoRow,
                 mlir::Value fromRow, int64_t lanes);

  mlir::ModuleOp module;
  KernelOp kernel;
  tile::NestOp nest;
  std::string prefix;
  /// SIMD lanes of this variant.
  int64_t lanes;
  tile::ScheduleAttr schedule;
  StateLayout layout;
  LaneBuilder b;

  // Of the function being written.
  mlir::Value args, stores, ni, nj, scratchBase;
  int64_t scratchUsed = 0;
  int64_t scratchBytes = 0;
  llvm::DenseMap<mlir::Value, mlir::Value> leafPointers;
  /// Narrow rows that depend on parameters alone, in `lanes` lanes.
  llvm::DenseMap<mlir::Value, llvm::SmallVector<mlir::Value>> uniforms;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_TILETOSCF_NESTLOWERING_H
