//===- Array.cpp - the data of keops-run ----------------------------------===//

#include "keops/Compiler/Run/Array.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

#include <unistd.h>

using namespace llvm;
using namespace llvm::support;

namespace keops {

std::string Array::shapeText() const {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

int64_t Array::size() const { return elementsOf(shape, 1); }

int64_t elementsOf(ArrayRef<int64_t> shape, int64_t bytesEach) {
  // An extent of zero makes the others harmless, but not negative ones.
  bool isEmpty = llvm::is_contained(shape, 0);
  int64_t count = 1, bytes = 0;
  for (int64_t extent : shape) {
    if (extent < 0)
      return -1;
    if (!isEmpty && MulOverflow(count, extent, count))
      return -1;
  }
  if (isEmpty)
    return 0;
  return MulOverflow(count, bytesEach, bytes) ? -1 : count;
}

bool fitsMemory(int64_t bytes) {
  int64_t pages = sysconf(_SC_PHYS_PAGES);
  return pages <= 0 || bytes / sysconf(_SC_PAGESIZE) < pages;
}

static const fltSemantics &semanticsOf(KernelArray::Type type) {
  return type == KernelArray::Type::F16 ? APFloat::IEEEhalf()
                                        : APFloat::BFloat();
}

void storeReal(Array &array, int64_t index, double value) {
  char *at = array.bytes.data() + index * typeBytes(array.type);
  switch (array.type) {
  case KernelArray::Type::F16:
  case KernelArray::Type::BF16: {
    APFloat number(value);
    bool inexact;
    number.convert(semanticsOf(array.type), APFloat::rmNearestTiesToEven,
                   &inexact);
    endian::write16le(at, number.bitcastToAPInt().getZExtValue());
    return;
  }
  case KernelArray::Type::F32:
    endian::write32le(at, bit_cast<uint32_t>(static_cast<float>(value)));
    return;
  case KernelArray::Type::F64:
    endian::write64le(at, bit_cast<uint64_t>(value));
    return;
  case KernelArray::Type::I32:
  case KernelArray::Type::I64:
    break;
  }
  llvm_unreachable("not an array of reals");
}

void storeInteger(Array &array, int64_t index, int64_t value) {
  char *at = array.bytes.data() + index * typeBytes(array.type);
  if (array.type == KernelArray::Type::I32)
    endian::write32le(at, static_cast<uint32_t>(value));
  else if (array.type == KernelArray::Type::I64)
    endian::write64le(at, static_cast<uint64_t>(value));
  else
    storeReal(array, index, static_cast<double>(value));
}

/// The shortest decimal that reads back as the same number.
static std::string realText(APFloat number) {
  if (number.isNaN())
    return "nan";
  if (number.isInfinity())
    return number.isNegative() ? "-inf" : "inf";
  SmallString<32> text;
  number.toString(text, /*FormatPrecision=*/0, /*FormatMaxPadding=*/6,
                  /*TruncateZero=*/true);
  return text.str().str();
}

std::string elementText(const Array &array, int64_t index) {
  const char *at = array.bytes.data() + index * typeBytes(array.type);
  switch (array.type) {
  case KernelArray::Type::F16:
  case KernelArray::Type::BF16:
    return realText(
        APFloat(semanticsOf(array.type), APInt(16, endian::read16le(at))));
  case KernelArray::Type::F32:
    return realText(APFloat(bit_cast<float>(endian::read32le(at))));
  case KernelArray::Type::F64:
    return realText(APFloat(bit_cast<double>(endian::read64le(at))));
  case KernelArray::Type::I32:
    return std::to_string(static_cast<int32_t>(endian::read32le(at)));
  case KernelArray::Type::I64:
    return std::to_string(static_cast<int64_t>(endian::read64le(at)));
  }
  llvm_unreachable("unknown type");
}

} // namespace keops
