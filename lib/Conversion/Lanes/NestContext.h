//===- NestContext.h - what the code of one nest can see --------*- C++ -*-===//
//
// Common ground of the functions written for a nest, on any target: arrays
// (variables and stores) and how their components are loaded, extents, what is
// computed from parameters alone, evaluators that know all of these.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_NESTCONTEXT_H
#define KEOPS_LIB_CONVERSION_LANES_NESTCONTEXT_H

#include "RowEvaluator.h"
#include "StateLayout.h"

namespace keops {

/// An array in memory that rows are read from: a variable or a store.
struct Leaf {
  mlir::Value pointer;
  mlir::Type stored, compute;
  int64_t dim;
  Axis axis;
};

class NestContext {
public:
  NestContext(tile::NestOp nest, int64_t lanes);
  virtual ~NestContext() = default;

protected:
  /// Pointers to the kernel's arrays (inputs, then outputs) and to its stores.
  virtual mlir::Value arrayPointer(int64_t number) = 0;
  virtual mlir::Value storePointer(int64_t number) = 0;

  /// Forgets the function before, reads the pointers of all leaves (so that no
  /// store inside the function can be mistaken for a change of theirs) and
  /// computes what depends on parameters alone.
  void enterFunction(mlir::Value ni, mlir::Value nj);

  mlir::Value extentOf(Axis axis);
  RowEvaluator makeEvaluator(RegisterTile tile, int64_t unroll);
  std::optional<Leaf> leafOf(mlir::Value row);
  mlir::Value loadElement(const Leaf &leaf, mlir::Value row, Component d,
                          bool afresh = false);
  llvm::SmallVector<mlir::Value> fieldsOf(mlir::Region &stage);
  mlir::Value chooseComponent(llvm::ArrayRef<mlir::Value> components,
                              Component d);
  /// Where the array of a place begins, and the type of its elements.
  std::pair<mlir::Value, mlir::Type> targetOf(const tile::PlaceAttr &place,
                                              mlir::Value finished);
  /// A result of the reductions as the finish region sees it, read from a view
  /// of the final state.
  mlir::Value finishComponent(class StateView &view,
                              const AccumulatorLayout &acc, unsigned result,
                              Component d, int64_t lanes);

  KernelOp kernel;
  tile::NestOp nest;
  /// Lanes that uniform values are kept in.
  int64_t lanes;
  tile::ScheduleAttr schedule;
  StateLayout layout;
  LaneBuilder b;
  mlir::Value ni, nj;

private:
  Copies centreOf(tile::CentreOp op, Component d, int64_t lanes);
  RowEvaluator::Source uniformSource(const Leaf &leaf, int64_t lanes);
  void computeUniforms();

  /// Rows of the kernel that the nest depends on.
  llvm::SmallVector<mlir::Value> used;
  llvm::DenseMap<mlir::Value, mlir::Value> leafPointers;
  /// Narrow rows that depend on parameters alone, in `lanes` lanes.
  llvm::DenseMap<mlir::Value, llvm::SmallVector<mlir::Value>> uniforms;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_NESTCONTEXT_H
