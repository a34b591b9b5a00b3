//===- ReadSignatures.cpp - signatures from the keops dialect -------------===//

#include "keops/Dialect/Keops/Keops.h"
#include "keops/Target/Signature.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace keops {

static KernelArray::Type readType(mlir::Type type) {
  if (type.isF16())
    return KernelArray::Type::F16;
  if (type.isBF16())
    return KernelArray::Type::BF16;
  if (type.isF32())
    return KernelArray::Type::F32;
  if (type.isF64())
    return KernelArray::Type::F64;
  if (type.isInteger(32))
    return KernelArray::Type::I32;
  if (type.isInteger(64))
    return KernelArray::Type::I64;
  llvm_unreachable("the kernel's verifier admits storable types only");
}

static KernelArray::Axis readAxis(Axis axis) {
  switch (axis) {
  case Axis::none:
    return KernelArray::Axis::Param;
  case Axis::i:
    return KernelArray::Axis::I;
  case Axis::j:
    return KernelArray::Axis::J;
  case Axis::ij:
    break;
  }
  llvm_unreachable("the kernel's verifier admits no array over pairs");
}

static std::vector<KernelArray> readArrays(mlir::ArrayAttr attributes) {
  std::vector<KernelArray> arrays;
  for (auto attribute : attributes.getAsRange<ArgumentAttr>()) {
    KernelArray array;
    array.name = attribute.getName().str();
    array.axis = readAxis(attribute.getRole());
    array.type = readType(attribute.getElementType());
    array.dims.assign(attribute.getDims().begin(), attribute.getDims().end());
    arrays.push_back(std::move(array));
  }
  return arrays;
}

std::vector<KernelSignature> readSignatures(mlir::ModuleOp module,
                                            StringRef prefix) {
  std::vector<KernelSignature> kernels;
  for (KernelOp op : module.getOps<KernelOp>()) {
    KernelSignature kernel;
    kernel.name = op.getSymName().str();
    kernel.symbol = (prefix + op.getSymName()).str();
    if (std::optional<StringRef> doc = op.getDoc())
      kernel.doc = doc->str();
    kernel.args = readArrays(op.getArgs());
    kernel.results = readArrays(op.getResults());
    kernels.push_back(std::move(kernel));
  }
  return kernels;
}

} // namespace keops
