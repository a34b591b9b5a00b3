//===- Tile.cpp - verifiers of the tile dialect
//----------------------------===//

#include "keops/Dialect/Tile/Tile.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace keops;
using namespace keops::tile;

#include "keops/Dialect/Tile/Dialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "keops/Dialect/Tile/Attributes.cpp.inc"

#define GET_OP_CLASSES
#include "keops/Dialect/Tile/Ops.cpp.inc"

void TileDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "keops/Dialect/Tile/Ops.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "keops/Dialect/Tile/Attributes.cpp.inc"
      >();
}

/// The types of a region's arguments must be those of the rows it is given.
static LogicalResult verifyArguments(NestOp nest, Region &region,
                                     StringRef what, ArrayRef<Type> expected) {
  if (region.getArgumentTypes() == TypeRange(expected))
    return success();
  return nest.emitOpError(what)
         << " region takes " << region.getNumArguments()
         << " rows that do not match the " << expected.size() << " it is given";
}

LogicalResult NestOp::verify() {
  for (Region *region : getRegions())
    if (region->front().empty() || !isa<YieldOp>(region->front().back()))
      return emitOpError("every region must end in tile.yield");
  auto yields = [](Region &region) {
    return region.front().getTerminator()->getOperandTypes();
  };
  SmallVector<Type> pairTypes(yields(getRowStage()));
  llvm::append_range(pairTypes, yields(getColumnStage()));
  SmallVector<Type> finishTypes;
  int64_t inputs = 0;
  for (auto accumulator : getAccumulators().getAsRange<AccumulatorAttr>()) {
    llvm::append_range(finishTypes, accumulator.getResultTypes());
    inputs += accumulator.getNumInputs();
  }
  llvm::append_range(finishTypes, yields(getRowStage()));
  if (static_cast<int64_t>(yields(getPair()).size()) != inputs)
    return emitOpError("pair region yields ")
           << yields(getPair()).size() << " rows, the accumulators take "
           << inputs;
  if (yields(getFinish()).size() != getPlaces().size())
    return emitOpError("finish region yields ")
           << yields(getFinish()).size() << " rows for " << getPlaces().size()
           << " places";
  if (failed(verifyArguments(*this, getPair(), "pair", pairTypes)))
    return failure();
  return verifyArguments(*this, getFinish(), "finish", finishTypes);
}
