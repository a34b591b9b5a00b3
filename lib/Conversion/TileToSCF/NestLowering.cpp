//===- NestLowering.cpp - the functions of one nest: common ground --------===//

#include "NestLowering.h"

using namespace mlir;
using namespace keops;

NestLowering::NestLowering(ModuleOp module, tile::NestOp nest,
                           std::string prefix, int64_t lanes)
    : NestContext(nest, lanes), module(module), prefix(std::move(prefix)) {}

NestFunctions NestLowering::run() {
  NestFunctions functions;
  if (nest.getColumns() != Axis::none) {
    functions.accumulate = writeAccumulate();
    if (nest.getFewSchedule())
      functions.accumulateFew = writeAccumulateFew();
    functions.merge = writeMerge();
    if (nest.getFull())
      functions.fold = writeFold();
  }
  functions.finish = writeFinish();
  functions.scratchBytes = scratchBytes;
  return functions;
}

/// A function of pointers, extents and pointers, in that order, as abi.h has
/// them; states and scratch alias nothing else.
func::FuncOp NestLowering::beginFunction(StringRef suffix, unsigned pointers,
                                         unsigned extents,
                                         unsigned morePointers) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  SmallVector<Type> types(pointers, pointer);
  types.append(extents, b.getI64Type());
  types.append(morePointers, pointer);
  b.setInsertionPointToEnd(module.getBody());
  auto function = func::FuncOp::create(b, prefix + "." + suffix.str(),
                                       b.getFunctionType(types, {}));
  function.setPrivate();
  for (unsigned i = pointers + extents; i < types.size(); ++i)
    function.setArgAttr(i, "llvm.noalias", b.getUnitAttr());
  b.setInsertionPointToStart(function.addEntryBlock());
  scratchUsed = 0;
  uniformArrays.clear();
  return function;
}

void NestLowering::endFunction() {
  func::ReturnOp::create(b);
  scratchBytes = std::max(scratchBytes, scratchUsed);
}

void NestLowering::readFrame(Value frame) {
  Type pointer = frame.getType(), i64 = b.getI64Type();
  args = b.loadScalar(frame, pointer);
  stores = b.loadScalar(b.bytes(frame, 8), pointer);
  Value rows = b.loadScalar(b.bytes(frame, 16), i64);
  Value columns = b.loadScalar(b.bytes(frame, 24), i64);
  enterFunction(rows, columns);
}

Value NestLowering::arrayPointer(int64_t number) {
  return b.loadScalar(b.bytes(args, number * 8), args.getType());
}

Value NestLowering::storePointer(int64_t number) {
  return b.loadScalar(b.bytes(stores, number * 8), stores.getType());
}

Value NestLowering::scratch(int64_t bytes) {
  Value place = b.bytes(scratchBase, scratchUsed);
  scratchUsed += alignBuffer(bytes);
  return place;
}
