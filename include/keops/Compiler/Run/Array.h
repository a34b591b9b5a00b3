//===- Array.h - the data of keops-run --------------------------*- C++ -*-===//

#ifndef KEOPS_COMPILER_RUN_ARRAY_H
#define KEOPS_COMPILER_RUN_ARRAY_H

#include "keops/Target/Signature.h"

#include <cstdint>
#include <string>
#include <vector>

namespace keops {

/// A dense row-major array, little-endian as in memory and in files.
struct Array {
  KernelArray::Type type = KernelArray::Type::F32;
  std::vector<int64_t> shape; ///< empty for a scalar
  std::string bytes;

  /// "[1000, 3]"; "[]" for a scalar.
  std::string shapeText() const;
  /// Number of elements.
  int64_t size() const;
};

/// Number of elements of a shape, or -1 when it is negative somewhere or the
/// elements, `bytesEach` long, would not fit the address space.
int64_t elementsOf(llvm::ArrayRef<int64_t> shape, int64_t bytesEach);

/// False for more bytes than the machine has: a slip of the finger, told before
/// an allocation fails.
bool fitsMemory(int64_t bytes);

/// Writes `value` as element `index`, rounded to the type. The bytes are there.
void storeReal(Array &array, int64_t index, double value);
void storeInteger(Array &array, int64_t index, int64_t value);

/// Element `index` as text: "0.5", "-1", "inf".
std::string elementText(const Array &array, int64_t index);

} // namespace keops

#endif // KEOPS_COMPILER_RUN_ARRAY_H
