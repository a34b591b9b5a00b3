//===- AccumulateWriter.h - writes one accumulate function ------*- C++ -*-===//
//
// A function over the pairs is written in two parts: the loops over blocks,
// tiles and pairs (AccumulateFunctions.cpp), and the states that they carry
// (RunningStates.cpp). Rows and columns are counted from the beginning of their
// blocks.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_TILETOSCF_ACCUMULATEWRITER_H
#define KEOPS_LIB_CONVERSION_TILETOSCF_ACCUMULATEWRITER_H

#include "NestLowering.h"

namespace keops {

class AccumulateWriter {
public:
  AccumulateWriter(NestLowering &nest, tile::ScheduleAttr schedule,
                   bool rowsInLanes)
      : n(nest), b(nest.b), schedule(schedule), rowsInLanes(rowsInLanes),
        lanes(schedule.getLanes()), groups(schedule.getTileRows()),
        others(schedule.getTileColumns()) {}

  /// Returns the name of the function.
  std::string write(llvm::StringRef suffix);

private:
  /// An accumulator at work: a state per group of rows.
  struct Running {
    const AccumulatorLayout *layout;
    /// Selections and unblocked sums work on the total itself.
    bool onTotals;
    llvm::SmallVector<mlir::Type> types;
    llvm::SmallVector<MixedView> views;
  };

  // The loops (AccumulateFunctions.cpp).
  void blockOfColumns(mlir::Value from, mlir::Value to);
  void rowTile(mlir::Value row);
  void fewRow(mlir::Value row);
  void pairLoop(mlir::Value from, mlir::Value to, int64_t step,
                RegisterTile tile, mlir::Value row, bool masked);
  void pairs(RegisterTile tile, mlir::Value row, mlir::Value column,
             bool masked);

  // The states of a tile (RunningStates.cpp).
  void prepareRunning(mlir::Value row, int64_t states);
  llvm::SmallVector<MemoryView::Place>
  totalPlaces(const AccumulatorLayout &acc);
  llvm::SmallVector<mlir::Value> registers();
  void setRegisters(mlir::ValueRange values);
  mlir::Value columnIndex(mlir::Type type, mlir::Value row, mlir::Value column,
                          int64_t group, int64_t other);
  void feed(RowEvaluator &evaluator, RegisterTile tile, mlir::Value row,
            mlir::Value column, bool masked);
  void step(Running &running, unsigned state, RowEvaluator &evaluator,
            int64_t group, int64_t other, mlir::Value row, mlir::Value column,
            mlir::Value mask);
  void rareStep(Running &running, int64_t group, int64_t other,
                llvm::ArrayRef<unsigned> states, RowEvaluator &evaluator,
                mlir::Value row, mlir::Value column, mlir::Value mask);
  void mergeTile(mlir::Value row);
  void mergeLanes(mlir::Value row);

  NestLowering &n;
  LaneBuilder &b;
  tile::ScheduleAttr schedule;
  bool rowsInLanes;
  int64_t lanes, groups, others;
  Side rows, columns;
  mlir::Value state, c1, blockBegin;
  std::vector<Running> running;
  std::vector<MemoryView> partialMemory;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>> partialBuffers;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_TILETOSCF_ACCUMULATEWRITER_H
