//===- AccumulateWriter.h - writes one accumulate function ------*- C++ -*-===//
//
// A function over the pairs is written in two parts: the loops over blocks,
// tiles and pairs (AccumulateFunctions.cpp), and the states that they carry
// (TileStates.cpp). Rows and columns are counted from the beginning of their
// blocks.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_TILETOSCF_ACCUMULATEWRITER_H
#define KEOPS_LIB_CONVERSION_TILETOSCF_ACCUMULATEWRITER_H

#include "../Lanes/RunningStates.h"
#include "NestLowering.h"

namespace keops {

class AccumulateWriter {
public:
  AccumulateWriter(NestLowering &nest, tile::ScheduleAttr schedule,
                   bool rowsInLanes)
      : n(nest), b(nest.b), schedule(schedule), rowsInLanes(rowsInLanes),
        lanes(schedule.getLanes()), groups(schedule.getTileRows()),
        others(schedule.getTileColumns()), running(b, lanes) {}

  /// Returns the name of the function.
  std::string write(llvm::StringRef suffix);

private:
  // The loops (AccumulateFunctions.cpp).
  bool isWide();
  void prepareTotals(int64_t paddedTo);
  void blockOfColumns(mlir::Value from, mlir::Value to);
  void rowTiles();
  void rowTile(mlir::Value row);
  void hastyLoop(mlir::Value to, mlir::Value row);
  void fewRow(mlir::Value row);
  void pairLoop(mlir::Value from, mlir::Value to, int64_t step,
                RegisterTile tile, mlir::Value row, bool masked);
  void pairs(RegisterTile tile, mlir::Value row, mlir::Value column,
             bool masked);

  void evaluate(RowEvaluator &evaluator, RegisterTile tile, mlir::Value row,
                mlir::Value column);

  // Ways to choose between (Alternatives.cpp).
  void findAlternatives();
  std::pair<llvm::BitVector, llvm::BitVector> fieldsUsed();
  mlir::Value allowed(tile::AlternativeOp alternative);
  void prepareFastRows(mlir::Value c0);
  mlir::Value whereTrue(mlir::Value condition,
                        llvm::function_ref<mlir::Value()> body);
  mlir::Value isWithin(const Side &side, mlir::Value field, double bound);
  void eitherWay();
  int64_t slowColumns();

  // States that few columns change (RowSearch.cpp).
  bool isSearch() const;
  void searchTile(mlir::Value row);
  llvm::SmallVector<mlir::Value> searchColumns(mlir::Value from, mlir::Value to,
                                               int64_t step, mlir::Value row,
                                               mlir::ValueRange found);
  llvm::SmallVector<mlir::Value> placesOf(mlir::ValueRange found);
  void takeFound(mlir::ValueRange places, mlir::Value row);
  void takeUntouched(mlir::Value row);
  void takeAgain(mlir::Value row, mlir::Value from, mlir::Value to,
                 mlir::Value only);
  void whereAny(llvm::ArrayRef<mlir::Value> conditions,
                llvm::function_ref<void()> body);

  // The states of a tile (TileStates.cpp).
  void prepareLists();
  void writeLists();
  void prepareRunning(mlir::Value row, int64_t states,
                      bool inRegisters = false);
  void begin(StateView &view, const AccumulatorLayout &acc,
             llvm::ArrayRef<mlir::Type> types, mlir::Value row);
  llvm::SmallVector<MemoryView::Place>
  totalPlaces(const AccumulatorLayout &acc);
  mlir::Value columnIndex(mlir::Type type, mlir::Value row, mlir::Value column,
                          int64_t group, int64_t other);
  TileOfPairs tileOfPairs(RowEvaluator &evaluator, RegisterTile tile,
                          mlir::Value row, mlir::Value column,
                          mlir::Value mask);
  void feed(RowEvaluator &evaluator, RegisterTile tile, mlir::Value row,
            mlir::Value column, bool masked);
  void mergeTile(mlir::Value row);
  void mergeLanes(mlir::Value row);

  NestLowering &n;
  LaneBuilder &b;
  tile::ScheduleAttr schedule;
  bool rowsInLanes;
  int64_t lanes, groups, others;
  Side rows, columns;
  mlir::Value state, c1, blockBegin;
  /// What the block of rows allows, for each alternative.
  llvm::SmallVector<tile::AlternativeOp> alternatives;
  mlir::Value rowsAllow;
  bool goesFast = false, isHasty = false;
  /// Where rows are searched: a place per row of a tile. While columns are
  /// taken in again: without asking first, and the only rows that take part.
  mlir::Value placesFound, rowsThere;
  bool eager = false;
  RunningStates running;
  std::vector<MemoryView> partialMemory;
  /// For each accumulator, where it is a selection kept in lists.
  std::vector<std::unique_ptr<SelectionLists>> lists;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>> partialBuffers;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_TILETOSCF_ACCUMULATEWRITER_H
