//===- Lanes.h - loads, stores and loops on lanes ---------------*- C++ -*-===//
//
// A thin builder for the level below tiles: pointers with element arithmetic,
// vectors of `lanes` elements, counted loops. Memory is addressed through LLVM
// pointers: buffers of generated code have layouts of their own and never need
// a memref descriptor.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_LIB_CONVERSION_LANES_LANES_H
#define KEOPS_LIB_CONVERSION_LANES_LANES_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace keops {

/// Alignment of states, scratch and every buffer in them, in bytes.
constexpr int64_t bufferAlignment = 64;

/// Bytes an element takes in a buffer; conditions are never stored.
int64_t elementBytes(mlir::Type element);

class LaneBuilder : public mlir::ImplicitLocOpBuilder {
public:
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, int64_t b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, int64_t b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value min(mlir::Value a, mlir::Value b);
  /// The largest multiple of `step` that is at most `value` (value >= 0).
  mlir::Value roundDown(mlir::Value value, int64_t step);

  /// base + offset elements.
  mlir::Value element(mlir::Value base, mlir::Type type, mlir::Value offset);
  /// base + offset bytes.
  mlir::Value bytes(mlir::Value base, int64_t offset);

  /// `afresh`: from memory, whatever was read there before.
  mlir::Value loadScalar(mlir::Value pointer, mlir::Type type,
                         bool afresh = false);
  void storeScalar(mlir::Value value, mlir::Value pointer);
  /// `lanes` consecutive elements; the pointer is aligned to one element.
  mlir::Value loadLanes(mlir::Value pointer, mlir::Type element, int64_t lanes);
  void storeLanes(mlir::Value value, mlir::Value pointer);
  /// A scalar in every lane.
  mlir::Value splat(mlir::Value scalar, int64_t lanes);
  mlir::Value extract(mlir::Value vector, int64_t lane);
  /// 0, 1, 2, ... as i64.
  mlir::Value laneNumbers(int64_t lanes);
  mlir::Value constantLanes(mlir::TypedAttr value);

  /// for (i = from; i < to; i += step) with values carried round.
  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value i, mlir::ValueRange carried)>;
  llvm::SmallVector<mlir::Value> loop(mlir::Value from, mlir::Value to,
                                      int64_t step, mlir::ValueRange init,
                                      LoopBody body);
  void loop(mlir::Value from, mlir::Value to, int64_t step,
            llvm::function_ref<void(mlir::Value)> body);
  /// A condition on up to 64 lanes as the low bits of an i64.
  mlir::Value bitsOf(mlir::Value condition);
  /// The numbers of the bits that are set, from the lowest on.
  void eachBit(mlir::Value bits, llvm::function_ref<void(mlir::Value)> body);
  /// for (i = 0; i < count; ++i), on a path so rare that code size counts.
  llvm::SmallVector<mlir::Value>
  rolledLoop(int64_t count, mlir::ValueRange init, LoopBody body);
};

} // namespace keops

#endif // KEOPS_LIB_CONVERSION_LANES_LANES_H
