//===- GpuNest.cpp - the GPU kernels of one nest: common ground -----------===//

#include "GpuNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace keops;

GpuNest::GpuNest(gpu::GPUModuleOp module, tile::NestOp nest, std::string prefix)
    : NestContext(nest, /*lanes=*/1), module(module), prefix(std::move(prefix)),
      threads(schedule.getLanes()), groups(schedule.getTileRows()),
      rowsPerBlock(threads * groups), totals(b, 1), running(b, 1) {
  for (const AccumulatorLayout &acc : layout.accumulators) {
    stateOffsets.emplace_back();
    for (const StateComponent &component : acc.state) {
      stateOffsets.back().push_back(stateBytes);
      stateBytes += component.dim * elementBytes(component.total);
      keepsStates |= acc.isSelection() || component.dim > schedule.getUnroll();
    }
  }
  nest.getPair().walk([&](Operation *op) {
    for (Value row : op->getOperands())
      isWide |= rowSize(row) > schedule.getUnroll();
  });
  findAlternative();
  for (Value field : fieldsOf(nest.getRowStage()))
    if (rowSize(field) > schedule.getUnroll() && !stagedOffsets.count(field)) {
      stagedOffsets[field] = stagedBytes;
      stagedBytes += rowSize(field) * elementBytes(rowElement(field.getType()));
    }
}

/// What the pair region reads on one of its two ways, or both.
void GpuNest::findAlternative() {
  Block &pair = nest.getPair().front();
  auto found = pair.getOps<tile::AlternativeOp>();
  if (found.empty())
    return;
  alternative = *found.begin();
  llvm::DenseSet<Value> needed;
  std::function<void(Value)> need = [&](Value row) {
    if (!needed.insert(row).second)
      return;
    if (row == alternative.getResult())
      return need(alternative.getFast());
    if (Operation *op = row.getDefiningOp())
      llvm::for_each(op->getOperands(), need);
  };
  llvm::for_each(pair.getTerminator()->getOperands(), need);
  SmallVector<Value> rows = fieldsOf(nest.getRowStage());
  SmallVector<Value> columns = fieldsOf(nest.getColumnStage());
  for (BlockArgument argument : pair.getArguments()) {
    unsigned number = argument.getArgNumber();
    if (needed.contains(argument))
      continue;
    if (number < rows.size())
      slowRows.insert(number);
    else
      slowColumns.insert(columns[number - rows.size()]);
  }
}

GpuKernels GpuNest::run() {
  GpuKernels kernels;
  kernels.threads = threads;
  kernels.rowsPerBlock = rowsPerBlock;
  kernels.tileColumns = schedule.getBlockColumns();
  kernels.keepsStates = keepsStates;
  if (nest.getColumns() != Axis::none) {
    kernels.stateBytes = stateBytes;
    kernels.stagedBytes = stagedBytes;
    if (stagedBytes)
      kernels.stage = writeStage();
    kernels.accumulate = writeAccumulate();
  }
  kernels.finish = writeFinish();
  return kernels;
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

/// Parameters as abi.h has them: arrays, stores, ni, nj, states, staged, slots,
/// splits. Arrays are in global memory and nothing aliases.
std::string GpuNest::beginKernel(StringRef suffix) {
  constexpr unsigned globalSpace = 1;
  Type pointer = LLVM::LLVMPointerType::get(b.getContext(), globalSpace);
  Type i64 = b.getI64Type();
  unsigned arrays = kernel.getArgs().size() + kernel.getResults().size();
  arrays += kernel->getAttrOfType<IntegerAttr>("keops.stores").getInt();
  SmallVector<Type> types(arrays, pointer);
  types.append({i64, i64, pointer, pointer, i64, i64});
  std::string name = prefix + suffix.str();
  b.setInsertionPointToEnd(module.getBody());
  function = gpu::GPUFuncOp::create(b, name, b.getFunctionType(types, {}));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  function.setKnownBlockSizeAttr(
      b.getDenseI32ArrayAttr({static_cast<int32_t>(threads), 1, 1}));
  function->setAttr("keops.gpu", b.getUnitAttr());
  for (unsigned i = 0; i < types.size(); ++i)
    if (types[i] == pointer)
      function.setArgAttr(i, "llvm.noalias", b.getUnitAttr());
  b.setInsertionPointToStart(&function.getBody().front());
  auto argument = [&](unsigned k) { return function.getArgument(arrays + k); };
  states = argument(2);
  staged = argument(3);
  slots = argument(4);
  splits = argument(5);
  thread = threadOf(gpu::Dimension::x);
  enterFunction(argument(0), argument(1));
  return name;
}

void GpuNest::endKernel() { gpu::ReturnOp::create(b); }

Value GpuNest::arrayPointer(int64_t number) {
  return function.getArgument(number);
}

Value GpuNest::storePointer(int64_t number) {
  return function.getArgument(kernel.getArgs().size() +
                              kernel.getResults().size() + number);
}

Value GpuNest::threadOf(gpu::Dimension dimension) {
  Value id = gpu::ThreadIdOp::create(b, dimension);
  return arith::IndexCastUIOp::create(b, b.getI64Type(), id);
}

Value GpuNest::blockOf(gpu::Dimension dimension) {
  Value id = gpu::BlockIdOp::create(b, dimension);
  return arith::IndexCastUIOp::create(b, b.getI64Type(), id);
}

void GpuNest::barrier() { gpu::BarrierOp::create(b); }

Value GpuNest::barrierAny(Value condition) {
  Type i32 = b.getI32Type();
  Value flag = arith::ExtUIOp::create(b, i32, condition);
  auto any =
      NVVM::BarrierOp::create(b, i32, Value(), Value(),
                              NVVM::BarrierReductionAttr::get(
                                  b.getContext(), NVVM::BarrierReduction::OR),
                              flag);
  Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, any->getResult(0),
                               zero);
}

/// NaN exceeds every bound.
Value GpuNest::exceeds(Value component, double bound) {
  Value scalar = b.extract(component, 0);
  Value size = math::AbsFOp::create(b, scalar);
  Value most =
      arith::ConstantOp::create(b, b.getFloatAttr(scalar.getType(), bound));
  return arith::CmpFOp::create(b, arith::CmpFPredicate::UGT, size, most);
}

Value GpuNest::less(Value x, Value y) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, y);
}

void GpuNest::when(Value condition, llvm::function_ref<void()> body) {
  auto branch = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  body();
}

Value GpuNest::numRows() { return extentOf(nest.getRows()); }
