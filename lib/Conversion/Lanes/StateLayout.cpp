//===- StateLayout.cpp - where the state of a block of rows lies ----------===//

#include "StateLayout.h"

#include "Lanes.h"

using namespace mlir;
using namespace keops;

int64_t keops::alignBuffer(int64_t bytes) {
  return (bytes + bufferAlignment - 1) / bufferAlignment * bufferAlignment;
}

StateLayout::StateLayout(tile::NestOp nest, int64_t blockRows)
    : blockRows(blockRows) {
  Operation *yield = nest.getPair().front().getTerminator();
  auto *context = nest.getContext();
  Type i64 = IntegerType::get(context, 64), i32 = IntegerType::get(context, 32);
  unsigned input = 0;
  for (auto attr : nest.getAccumulators().getAsRange<tile::AccumulatorAttr>()) {
    AccumulatorLayout acc;
    acc.record = lookupReduction(attr.getKind());
    assert(acc.record && "unknown reduction");
    acc.k = acc.record->isSelection ? attr.getK() : 1;
    acc.firstInput = input;
    acc.results.assign(attr.getResultTypes().begin(),
                       attr.getResultTypes().end());
    for (int64_t n = 0; n < attr.getNumInputs(); ++n)
      acc.inputDims.push_back(rowSize(yield->getOperand(input + n)));
    for (auto [s, name] : llvm::enumerate(acc.record->state)) {
      unsigned shape = acc.record->stateShape[s];
      StateComponent component;
      component.name = name;
      component.kind = acc.record->stateKind[s];
      bool isValue = component.kind == StateKind::Value;
      Type element = rowElement(yield->getOperand(input + shape).getType());
      component.total = isValue ? element : i64;
      component.partial = isValue ? element : i32;
      component.dim = acc.inputDims[shape] * acc.k;
      component.offset = bytes;
      bytes += alignBuffer(component.dim * blockRows *
                           elementBytes(component.total));
      acc.state.push_back(component);
    }
    input += attr.getNumInputs();
    accumulators.push_back(std::move(acc));
  }
}
