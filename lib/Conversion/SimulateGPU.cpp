//===- SimulateGPU.cpp - GPU kernels as functions of the host -------------===//
//
// Copies every GPU kernel to a function that one thread of the GPU would run,
// for a driver that runs them all (lib/Runtime/Simulator): what a thread knows
// of itself comes from keops_rt_simulated_thread (include/keops/abi.h), the
// block's shared memory too; a barrier is a call; every access to memory is
// announced to who wants to check it. So GPU kernels can be tested wherever the
// CPU code runs.
//
//===----------------------------------------------------------------------===//

#include "Lanes/Lanes.h"

#include "keops/Conversion/Passes.h"
#include "keops/Dialect/Keops/KernelTable.h"
#include "keops/abi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace keops;

namespace {

using Thread = keops_rt_simulated_thread;

/// Copies one kernel.
class Simulation {
public:
  Simulation(ModuleOp module, gpu::GPUFuncOp kernel)
      : kernel(kernel), b(kernel.getLoc(), kernel.getContext()),
        pointer(LLVM::LLVMPointerType::get(b.getContext())) {
    b.setInsertionPointToEnd(module.getBody());
  }

  void run() {
    std::string name = (simulatedPrefix + kernel.getName()).str();
    auto copy = func::FuncOp::create(b, name,
                                     b.getFunctionType({pointer, pointer}, {}));
    copy.setPrivate();
    copy->setAttr("keops.simulated", b.getUnitAttr());
    Block *entry = copy.addEntryBlock();
    self = entry->getArgument(0);
    b.setInsertionPointToStart(entry);
    IRMapping mapping;
    for (BlockArgument argument : kernel.getArguments()) {
      Value place =
          b.loadScalar(b.bytes(entry->getArgument(1),
                               static_cast<int64_t>(argument.getArgNumber()) *
                                   sizeof(void *)),
                       pointer);
      mapping.map(argument, b.loadScalar(place, hostType(argument.getType())));
    }
    SmallVector<Operation *> cloned, dead;
    for (Operation &op : kernel.getBody().front().without_terminator())
      b.clone(op, mapping)->walk([&](Operation *o) { cloned.push_back(o); });
    func::ReturnOp::create(b);
    for (Operation *op : cloned)
      if (onHost(op))
        dead.push_back(op);
    for (Operation *op : dead)
      op->erase();
  }

private:
  /// All memory is one space on the host.
  Type hostType(Type type) {
    return isa<LLVM::LLVMPointerType>(type) ? Type(pointer) : type;
  }

  Value field(int64_t offset, Type type) {
    return b.loadScalar(b.bytes(self, offset), type);
  }

  /// Makes a cloned operation one of the host; true if others took its place.
  bool onHost(Operation *op) {
    for (Value result : op->getResults())
      result.setType(hostType(result.getType()));
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (BlockArgument argument : block.getArguments())
          argument.setType(hostType(argument.getType()));
    b.setInsertionPoint(op);
    b.setLoc(op->getLoc());
    Value instead;
    if (isa<gpu::ThreadIdOp>(op))
      instead = number(offsetof(Thread, thread));
    else if (auto id = dyn_cast<gpu::BlockIdOp>(op))
      instead = number(id.getDimension() == gpu::Dimension::x
                           ? offsetof(Thread, block_x)
                           : offsetof(Thread, block_y));
    else if (isa<LLVM::AddressOfOp>(op))
      instead = field(offsetof(Thread, shared), pointer);
    else if (isa<gpu::BarrierOp>(op))
      waitForAll(arith::ConstantOp::create(b, b.getI32IntegerAttr(0)));
    else if (auto vote = dyn_cast<NVVM::BarrierOp>(op))
      instead = waitForAll(vote.getReductionPredicate());
    else if (auto load = dyn_cast<LLVM::LoadOp>(op))
      announce(load.getAddr(), load.getType(), 0);
    else if (auto store = dyn_cast<LLVM::StoreOp>(op))
      announce(store.getAddr(), store.getValue().getType(), 1);
    if (instead)
      op->getResult(0).replaceAllUsesWith(instead);
    return instead || isa<gpu::BarrierOp>(op);
  }

  Value number(int64_t offset) {
    Value id = field(offset, b.getI32Type());
    return arith::IndexCastUIOp::create(b, b.getIndexType(), id);
  }

  /// Whether `flag` was set in some thread, as an integer.
  Value waitForAll(Value flag) {
    Value function = field(offsetof(Thread, barrier), pointer);
    return call(function, b.getI32Type(), {self, flag});
  }

  void announce(Value address, Type type, int kind) {
    Value function = field(offsetof(Thread, access), pointer);
    Value nobody = LLVM::ZeroOp::create(b, pointer);
    Value wanted =
        LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::ne, function, nobody);
    auto vector = dyn_cast<VectorType>(type);
    int64_t bytes =
        vector ? vector.getNumElements() * elementBytes(vector.getElementType())
               : elementBytes(type);
    auto branch = scf::IfOp::create(b, wanted, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value size = b.index(bytes);
    Value what = arith::ConstantOp::create(b, b.getI32IntegerAttr(kind));
    call(function, LLVM::LLVMVoidType::get(b.getContext()),
         {self, address, size, what});
  }

  Value call(Value function, Type result, ArrayRef<Value> arguments) {
    SmallVector<Value> operands{function};
    llvm::append_range(operands, arguments);
    auto type = LLVM::LLVMFunctionType::get(
        result, llvm::to_vector(ValueRange(arguments).getTypes()));
    auto made = LLVM::CallOp::create(b, type, operands);
    return isa<LLVM::LLVMVoidType>(result) ? Value() : made.getResult();
  }

  gpu::GPUFuncOp kernel;
  LaneBuilder b;
  Type pointer;
  Value self;
};

struct SimulateGPUPass : PassWrapper<SimulateGPUPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SimulateGPUPass)

  StringRef getArgument() const final { return "simulate-gpu"; }
  StringRef getDescription() const final {
    return "copy GPU kernels to functions of the host that simulate a thread";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                    scf::SCFDialect>();
  }

  void runOnOperation() final {
    ModuleOp module = getOperation();
    SmallVector<Attribute> table;
    Builder b(&getContext());
    module.walk([&](gpu::GPUFuncOp kernel) {
      Simulation(module, kernel).run();
      table.push_back(b.getDictionaryAttr(
          {b.getNamedAttr(table::name, b.getStringAttr(kernel.getName())),
           b.getNamedAttr(table::sharedBytes,
                          b.getI64IntegerAttr(sharedBytesOf(kernel))),
           b.getNamedAttr(
               table::threads,
               b.getI64IntegerAttr(kernel.getKnownBlockSizeAttr()[0]))}));
    });
    module->setAttr(table::simulated, b.getArrayAttr(table));
  }

private:
  static int64_t sharedBytesOf(gpu::GPUFuncOp kernel) {
    int64_t bytes = 0;
    kernel.walk([&](LLVM::AddressOfOp op) {
      Operation *memory = SymbolTable::lookupNearestSymbolFrom(
          kernel->getParentOp(), op.getGlobalNameAttr());
      auto type = cast<LLVM::LLVMArrayType>(
          cast<LLVM::GlobalOp>(memory).getGlobalType());
      bytes += type.getNumElements();
    });
    return bytes;
  }
};

} // namespace

std::unique_ptr<Pass> keops::createSimulateGPUPass() {
  return std::make_unique<SimulateGPUPass>();
}
