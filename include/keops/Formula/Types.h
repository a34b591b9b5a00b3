//===- Types.h - element types, index sets, shapes --------------*- C++ -*-===//
//
// What the checker knows of a value besides its formula. A value is one row: a
// small vector, or a matrix seen row-major; its index set says along which axes
// there is one row per index.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_FORMULA_TYPES_H
#define KEOPS_FORMULA_TYPES_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>

namespace keops {

/// In the order of conversion: a value takes the later type of two, except that
/// f16 and bf16 meet in f32.
enum class ElementType : uint8_t { Bool, I32, I64, F16, BF16, F32, F64 };

llvm::StringRef spelling(ElementType type);
/// The types a variable may have: all but bool.
std::optional<ElementType> parseElementType(llvm::StringRef name);
inline bool isReal(ElementType type) { return type >= ElementType::F16; }
inline bool isInteger(ElementType type) {
  return type == ElementType::I32 || type == ElementType::I64;
}
ElementType commonType(ElementType a, ElementType b);

/// A set of axes, as bits.
enum class IndexSet : uint8_t { None = 0, I = 1, J = 2, IJ = 3 };

inline IndexSet operator|(IndexSet a, IndexSet b) {
  return IndexSet(uint8_t(a) | uint8_t(b));
}
inline bool contains(IndexSet set, IndexSet part) {
  return (uint8_t(set) & uint8_t(part)) == uint8_t(part);
}
inline IndexSet without(IndexSet set, IndexSet part) {
  return IndexSet(uint8_t(set) & ~uint8_t(part));
}
/// "{}", "{i}", "{j}", "{i,j}".
llvm::StringRef describe(IndexSet set);
/// The suffix of a reduction's name: "i", "j", "ij".
llvm::StringRef suffix(IndexSet set);

/// Dimensions of one row: `[rows]`, or `[rows, cols]` for a matrix.
struct Shape {
  int64_t rows = 1;
  int64_t cols = 1;
  bool isMatrix = false;

  int64_t dim() const { return rows * cols; }
  bool operator==(const Shape &other) const {
    return rows == other.rows && cols == other.cols &&
           isMatrix == other.isMatrix;
  }
  bool operator!=(const Shape &other) const { return !(*this == other); }
};

inline Shape vectorShape(int64_t dim) { return {dim, 1, false}; }
inline Shape matrixShape(int64_t rows, int64_t cols) {
  return {rows, cols, true};
}
/// "[3]", "[2, 3]".
std::string describe(const Shape &shape);

/// Larger rows are refused: nothing that big fits the registers, the caches or
/// the patience of a compiler.
constexpr int64_t maxDimension = int64_t(1) << 20;

} // namespace keops

#endif // KEOPS_FORMULA_TYPES_H
