//===- Signature.cpp - names and sizes of a kernel's arrays ---------------===//
//
// The tables behind Signature.h, and the reading of signatures from the
// attributes of `keops.kernel`.
//
//===----------------------------------------------------------------------===//

#include "keops/Target/Signature.h"

#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace keops {

int64_t KernelArray::size() const {
  int64_t product = 1;
  for (int64_t dim : dims)
    product *= dim;
  return product;
}

std::string KernelArray::shape() const {
  std::string text = "[";
  if (axis != Axis::Param)
    text += axis == Axis::I ? "ni, " : "nj, ";
  for (size_t i = 0; i < dims.size(); ++i)
    text += (i ? ", " : "") + std::to_string(dims[i]);
  return text + "]";
}

namespace {
struct TypeRow {
  StringLiteral name, cName;
  int64_t bytes;
};
// In the order of KernelArray::Type.
constexpr TypeRow typeRows[] = {
    {"f16", "uint16_t", 2}, {"bf16", "uint16_t", 2}, {"f32", "float", 4},
    {"f64", "double", 8},   {"i32", "int32_t", 4},   {"i64", "int64_t", 8},
};
} // namespace

StringRef typeName(KernelArray::Type type) {
  return typeRows[static_cast<int>(type)].name;
}

StringRef cTypeName(KernelArray::Type type) {
  return typeRows[static_cast<int>(type)].cName;
}

int64_t typeBytes(KernelArray::Type type) {
  return typeRows[static_cast<int>(type)].bytes;
}

StringRef axisName(KernelArray::Axis axis) {
  switch (axis) {
  case KernelArray::Axis::Param:
    return "param";
  case KernelArray::Axis::I:
    return "i";
  case KernelArray::Axis::J:
    return "j";
  }
  llvm_unreachable("unknown axis");
}

} // namespace keops
