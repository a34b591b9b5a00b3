//===- Types.cpp - element types, index sets, shapes ----------------------===//

#include "keops/Formula/Types.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>

using namespace keops;
using llvm::StringRef;

StringRef keops::spelling(ElementType type) {
  static constexpr StringRef names[] = {"bool", "i32", "i64", "f16",
                                        "bf16", "f32", "f64"};
  return names[size_t(type)];
}

std::optional<ElementType> keops::parseElementType(StringRef name) {
  return llvm::StringSwitch<std::optional<ElementType>>(name)
      .Case("i32", ElementType::I32)
      .Case("i64", ElementType::I64)
      .Case("f16", ElementType::F16)
      .Case("bf16", ElementType::BF16)
      .Case("f32", ElementType::F32)
      .Case("f64", ElementType::F64)
      .Default(std::nullopt);
}

ElementType keops::commonType(ElementType a, ElementType b) {
  ElementType later = std::max(a, b);
  bool halves =
      std::min(a, b) == ElementType::F16 && later == ElementType::BF16;
  return halves ? ElementType::F32 : later;
}

StringRef keops::describe(IndexSet set) {
  static constexpr StringRef names[] = {"{}", "{i}", "{j}", "{i,j}"};
  return names[size_t(set)];
}

StringRef keops::suffix(IndexSet set) {
  static constexpr StringRef names[] = {"", "i", "j", "ij"};
  return names[size_t(set)];
}

std::string keops::describe(const Shape &shape) {
  if (shape.isMatrix)
    return ("[" + llvm::Twine(shape.rows) + ", " + llvm::Twine(shape.cols) +
            "]")
        .str();
  return ("[" + llvm::Twine(shape.rows) + "]").str();
}
