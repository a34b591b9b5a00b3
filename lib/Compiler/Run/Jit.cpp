//===- Jit.cpp - kernels compiled and called in memory --------------------===//
//
// A kernel's C function takes one pointer per array, so calling it for any
// kernel needs a function made for it: `call_NAME(options, ni, nj, arrays)`,
// which spreads an array of pointers over the parameters.
//
//===----------------------------------------------------------------------===//

#include "keops/Compiler/Run/Jit.h"

#include "keops/abi.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;
using namespace llvm::orc;

namespace keops {

LoadedKernel::LoadedKernel(std::unique_ptr<LLJIT> jit, Function function)
    : jit(std::move(jit)), function(function) {}
LoadedKernel::LoadedKernel(LoadedKernel &&) = default;
LoadedKernel::~LoadedKernel() = default;

/// What the generated code calls by name, at its address in this program.
static Error defineRuntime(LLJIT &jit) {
  auto define = [&](StringRef name, void *address) {
    SymbolMap symbols;
    symbols[jit.mangleAndIntern(name)] =
        ExecutorSymbolDef(ExecutorAddr::fromPtr(address),
                          JITSymbolFlags::Exported | JITSymbolFlags::Callable);
    return jit.getMainJITDylib().define(absoluteSymbols(std::move(symbols)));
  };
  if (Error error = define("keops_rt_call_v1",
                           reinterpret_cast<void *>(&keops_rt_call_v1)))
    return error;
  return define("keops_rt_workspace_bytes_v1",
                reinterpret_cast<void *>(&keops_rt_workspace_bytes_v1));
}

static ThreadSafeModule makeCaller(const KernelSignature &signature,
                                   StringRef callerName,
                                   const DataLayout &layout) {
  auto context = std::make_unique<LLVMContext>();
  auto module = std::make_unique<Module>("caller", *context);
  module->setDataLayout(layout);
  IRBuilder<> builder(*context);
  Type *pointer = builder.getPtrTy();
  Type *extent = builder.getInt64Ty();
  size_t count = signature.args.size() + signature.results.size();
  SmallVector<Type *> parameters = {pointer, extent, extent};
  parameters.append(count, pointer);
  auto *kernelType =
      FunctionType::get(builder.getInt32Ty(), parameters, /*isVarArg=*/false);
  FunctionCallee kernel =
      module->getOrInsertFunction(signature.symbol, kernelType);

  auto *type = FunctionType::get(builder.getInt32Ty(),
                                 {pointer, extent, extent, pointer}, false);
  auto *caller = llvm::Function::Create(type, GlobalValue::ExternalLinkage,
                                        callerName, *module);
  builder.SetInsertPoint(BasicBlock::Create(*context, "", caller));
  SmallVector<Value *> values = {caller->getArg(0), caller->getArg(1),
                                 caller->getArg(2)};
  for (size_t i = 0; i < count; ++i) {
    Value *place = builder.CreateConstGEP1_64(pointer, caller->getArg(3), i);
    values.push_back(builder.CreateLoad(pointer, place));
  }
  builder.CreateRet(builder.CreateCall(kernel, values));
  return ThreadSafeModule(std::move(module), std::move(context));
}

Expected<LoadedKernel> LoadedKernel::load(StringRef object,
                                          const KernelSignature &signature) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  Expected<std::unique_ptr<LLJIT>> jit = LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  if (Error error = defineRuntime(**jit))
    return error;
  if (Error error = (*jit)->addObjectFile(
          MemoryBuffer::getMemBufferCopy(object, signature.symbol)))
    return error;
  std::string callerName = "call_" + signature.symbol;
  if (Error error = (*jit)->addIRModule(
          makeCaller(signature, callerName, (*jit)->getDataLayout())))
    return error;
  Expected<ExecutorAddr> address = (*jit)->lookup(callerName);
  if (!address)
    return address.takeError();
  return LoadedKernel(std::move(*jit), address->toPtr<Function>());
}

keops_status LoadedKernel::call(const keops_options *options, int64_t ni,
                                int64_t nj, ArrayRef<void *> arrays) const {
  return static_cast<keops_status>(function(options, ni, nj, arrays.data()));
}

} // namespace keops
