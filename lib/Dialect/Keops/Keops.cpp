//===- Keops.cpp - verifiers and folds of the keops dialect
//----------------===//

#include "keops/Dialect/Keops/Keops.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace keops;

#include "keops/Dialect/Keops/Dialect.cpp.inc"
#include "keops/Dialect/Keops/Enums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "keops/Dialect/Keops/Attributes.cpp.inc"

#define GET_OP_CLASSES
#include "keops/Dialect/Keops/Ops.cpp.inc"

void KeopsDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "keops/Dialect/Keops/Ops.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "keops/Dialect/Keops/Attributes.cpp.inc"
      >();
}

Operation *KeopsDialect::materializeConstant(OpBuilder &builder,
                                             Attribute value, Type type,
                                             Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  return elements && elements.getType() == type
             ? ConstantOp::create(builder, loc, type, elements)
             : nullptr;
}

Type keops::computeType(Type stored) {
  if (stored.isF16() || stored.isBF16())
    return Float32Type::get(stored.getContext());
  return stored;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

LogicalResult KernelOp::verify() {
  Block *block = getBodyBlock();
  if (block->getNumArguments() != getArgs().size())
    return emitOpError("has ")
           << getArgs().size() << " variables but " << block->getNumArguments()
           << " block arguments";
  for (auto [i, blockArg] : llvm::enumerate(block->getArguments())) {
    ArgumentAttr variable = getArgument(i);
    auto expected = VectorType::get({variable.getSize()},
                                    computeType(variable.getElementType()));
    if (blockArg.getType() != expected)
      return emitOpError("variable ")
             << variable.getName() << " must have type " << expected
             << ", found " << blockArg.getType();
    if (variable.getRole() == Axis::ij)
      return emitOpError("variable ")
             << variable.getName() << " cannot depend on both indices";
  }
  return success();
}

LogicalResult ReturnOp::verify() {
  auto kernel = cast<KernelOp>((*this)->getParentOp());
  if (kernel.getResults().size() != getNumOperands())
    return emitOpError("returns ")
           << getNumOperands() << " rows, the kernel has "
           << kernel.getResults().size() << " results";
  for (auto [i, row] : llvm::enumerate(getOperands())) {
    ArgumentAttr result = kernel.getResultInfo(i);
    if (rowSize(row) != result.getSize())
      return emitOpError("result ")
             << result.getName() << " has dimension " << result.getSize()
             << ", found " << rowSize(row);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Leaves and views
//===----------------------------------------------------------------------===//

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult BroadcastOp::verify() {
  if (rowSize(getX()) != 1)
    return emitOpError("repeats a row of one element, found ")
           << getX().getType();
  if (rowElement(getX().getType()) != rowElement(getType()))
    return emitOpError("cannot change the element type");
  return success();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto constant = dyn_cast_or_null<DenseElementsAttr>(adaptor.getX()))
    return DenseElementsAttr::get(cast<ShapedType>(getType()),
                                  constant.getValues<Attribute>()[0]);
  return {};
}

LogicalResult CastOp::verify() {
  if (rowSize(getX()) != rowSize(getResult()))
    return emitOpError("cannot change the dimension");
  return success();
}

OpFoldResult CastOp::fold(FoldAdaptor) {
  return getX().getType() == getType() ? OpFoldResult(getX()) : OpFoldResult();
}

LogicalResult SliceOp::verify() {
  int64_t end = getOffset() + rowSize(getResult());
  if (getOffset() > static_cast<uint64_t>(rowSize(getX())) ||
      end > rowSize(getX()))
    return emitOpError("takes elements ")
           << getOffset() << " to " << end << " of " << rowSize(getX());
  return success();
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  return getX().getType() == getType() ? OpFoldResult(getX()) : OpFoldResult();
}

LogicalResult ConcatOp::verify() {
  int64_t total = 0;
  for (Value row : getRows())
    total += rowSize(row);
  if (total != rowSize(getResult()))
    return emitOpError("puts together ")
           << total << " elements, not " << rowSize(getResult());
  return success();
}

//===----------------------------------------------------------------------===//
// Derivatives
//===----------------------------------------------------------------------===//

/// Rows of `found` have the types of the rows of `like`.
static LogicalResult expectLike(Operation *op, StringRef what, ValueRange found,
                                ValueRange like) {
  if (TypeRange(found) == TypeRange(like))
    return success();
  return op->emitOpError() << "needs " << what << " of types "
                           << like.getTypes() << ", found " << found.getTypes();
}

LogicalResult GradOp::verify() {
  if (failed(expectLike(*this, "cotangents", getCotangents(), getOutputs())))
    return failure();
  return expectLike(*this, "results", getGradients(), getWrt());
}

LogicalResult JvpOp::verify() {
  if (failed(expectLike(*this, "tangents", getTangents(), getWrt())))
    return failure();
  return expectLike(*this, "results", getDerivatives(), getOutputs());
}

//===----------------------------------------------------------------------===//
// Contractions and reductions
//===----------------------------------------------------------------------===//

LogicalResult TensorDotOp::verify() {
  auto size = [](ArrayRef<int64_t> dims) {
    int64_t product = 1;
    for (int64_t dim : dims)
      product *= dim;
    return product;
  };
  if (size(getDimsf()) != rowSize(getF()) ||
      size(getDimsg()) != rowSize(getG()))
    return emitOpError("operand shapes do not multiply to their dimensions");
  if (getContf().size() != getContg().size())
    return emitOpError("contracts different numbers of axes");
  int64_t contracted = 1;
  for (auto [a, b] : llvm::zip_equal(getContf(), getContg())) {
    if (a < 0 || b < 0 || a >= static_cast<int64_t>(getDimsf().size()) ||
        b >= static_cast<int64_t>(getDimsg().size()))
      return emitOpError("contracts an axis that does not exist");
    if (getDimsf()[a] != getDimsg()[b])
      return emitOpError("contracts axes of lengths ")
             << getDimsf()[a] << " and " << getDimsg()[b];
    contracted *= getDimsf()[a];
  }
  int64_t kept =
      size(getDimsf()) / contracted * (size(getDimsg()) / contracted);
  if (kept != rowSize(getResult()))
    return emitOpError("has ")
           << kept << " results, not " << rowSize(getResult());
  return success();
}

LogicalResult ReduceOp::verify() {
  if (getInputs().empty() || getOutputs().empty())
    return emitOpError("needs inputs and results");
  if (getAxis() == Axis::none)
    return emitOpError("reduces over no axis");
  return success();
}
