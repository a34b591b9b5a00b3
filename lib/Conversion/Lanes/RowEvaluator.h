//===- RowEvaluator.h - rows, component by component ------------*- C++ -*-===//
//
// A row of D elements is never stored per pair: the evaluator produces one
// component at a time, in every copy of the register tile, on demand. Narrow
// rows (D at most `unroll`) are produced in the order of the region and kept;
// a component of a wide row is produced inside the loop of whoever consumes it,
// so that producers and consumers fuse.
//
// Copies: a register tile has `tileRows` lane groups on the side whose rows lie
// in lanes against `tileColumns` rows of the other side, one at a time in every
// lane. A value that depends on one side alone has copies along that side only.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_ROWEVALUATOR_H
#define KEOPS_LIB_CONVERSION_LANES_ROWEVALUATOR_H

#include "Lanes.h"
#include "keops/Dialect/Tile/Tile.h"

#include <functional>
#include <map>

namespace keops {

/// Which component: `dynamic + offset`, or a constant where dynamic is null.
struct Component {
  mlir::Value dynamic;
  int64_t offset = 0;

  Component() = default;
  Component(int64_t offset) : offset(offset) {}
  Component(mlir::Value dynamic, int64_t offset)
      : dynamic(dynamic), offset(offset) {}
  Component operator+(int64_t more) const { return {dynamic, offset + more}; }
  /// As an i64 value.
  mlir::Value value(LaneBuilder &b) const {
    return dynamic ? b.add(dynamic, offset) : b.index(offset);
  }
};

/// The copies of one component over a register tile.
struct Copies {
  llvm::SmallVector<mlir::Value> values;
  bool perLaneGroup = false;
  bool perOther = false;
};

/// A register tile: lane groups against rows of the other side.
struct RegisterTile {
  int64_t lanes = 1;
  int64_t groups = 1;
  int64_t others = 1;
};

class RowEvaluator {
public:
  RowEvaluator(LaneBuilder &builder, RegisterTile tile, int64_t unroll)
      : b(builder), tile(tile), unroll(unroll) {
    scopes.emplace_back();
  }

  /// Where components of a leaf (variable, field) come from.
  using Source = std::function<Copies(Component)>;
  void bind(mlir::Value row, Source source) {
    sources[row] = std::move(source);
  }
  bool isBound(mlir::Value row) const { return sources.count(row); }

  /// One component of a row in every copy it has.
  Copies component(mlir::Value row, Component d);
  /// The copy of a component at one place of the tile.
  mlir::Value at(const Copies &copies, int64_t group, int64_t other) const;

  /// Produces the narrow rows that a region yields, in their order.
  void evaluate(mlir::Block &block);
  /// Which way to take at tile.alternative.
  void takeFast(bool fast) { isFast = fast; }

  /// From now on a component stands for as many as there are lanes, from it on;
  /// rows of dimension 1 are the same in all lanes.
  void setLanesHoldComponents() { lanesHoldComponents = true; }
  /// Runs `body` on the first of each group of components; the last group
  /// overlaps the one before where the width is no multiple.
  void eachGroupOfComponents(int64_t width,
                             llvm::function_ref<void(Component)> body);

  int64_t unrollLimit() const { return unroll; }
  const RegisterTile &registerTile() const { return tile; }

  /// Runs `body` in a scope of its own: what it produces is not reused after.
  template <typename Body> auto scoped(Body body) {
    scopes.emplace_back();
    auto result = body();
    scopes.pop_back();
    return result;
  }

  /// The index along an axis, in lanes of i64, and the extent of an axis, i64.
  void setIndex(Axis axis, Copies lanes) { indices[axis] = std::move(lanes); }
  void setSize(Axis axis, mlir::Value extent) { sizes[axis] = extent; }

  /// A loop whose body has a scope of its own for what it produces.
  llvm::SmallVector<mlir::Value> loop(int64_t from, int64_t to,
                                      mlir::ValueRange init,
                                      LaneBuilder::LoopBody body);

private:
  using Key = std::tuple<mlir::Value, mlir::Value, int64_t>;

  mlir::Value chosen(tile::AlternativeOp op) {
    return isFast ? op.getFast() : op.getSlow();
  }
  Copies produce(mlir::Value row, Component d);
  Copies elementwise(mlir::Operation *op, Component d);
  Copies constant(ConstantOp op, Component d);
  Copies concat(ConcatOp op, Component d);
  Copies iota(mlir::VectorType type, Component d);
  Copies extent(SizeOp op);
  Copies componentSum(SumOp op, const Copies *seed = nullptr);
  Copies sumOfGroups(SumOp op);
  Copies componentExtreme(mlir::Operation *op);
  Copies tensorDot(TensorDotOp op, Component d);
  /// Applies fn at every place where one of the inputs has a copy.
  Copies map(llvm::ArrayRef<Copies> inputs,
             llvm::function_ref<mlir::Value(mlir::ValueRange)> fn);
  mlir::Value primitive(llvm::StringRef name, mlir::ValueRange operands,
                        mlir::Type result);
  mlir::VectorType laneType(mlir::Type element) const {
    return mlir::VectorType::get({tile.lanes}, element);
  }
  mlir::Value zero(mlir::Type element);

  LaneBuilder &b;
  RegisterTile tile;
  int64_t unroll;
  bool isFast = false, lanesHoldComponents = false;
  llvm::DenseMap<mlir::Value, Source> sources;
  std::map<Axis, Copies> indices;
  std::map<Axis, mlir::Value> sizes;
  /// What is known, innermost scope last.
  std::vector<llvm::DenseMap<Key, Copies>> scopes;
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_ROWEVALUATOR_H
