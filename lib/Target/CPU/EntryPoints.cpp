//===- EntryPoints.cpp - the C functions of kernels
//------------------------===//
//
// The mirror of include/keops/abi.h: each structure there is a constant here,
// field by field. An entry point gathers its pointers in an array and calls the
// runtime.
//
//===----------------------------------------------------------------------===//

#include "EntryPoints.h"

#include "keops/Dialect/Keops/KernelTable.h"
#include "keops/abi.h"

#include "llvm/IR/IRBuilder.h"

using namespace llvm;
using namespace keops;

namespace {

class TableWriter {
public:
  TableWriter(Module &module, mlir::DictionaryAttr kernel, StringRef prefix,
              GlobalVariable *gpuModule)
      : gpuModule(gpuModule), module(module), context(module.getContext()),
        kernel(kernel), symbol((prefix + text(kernel, table::name)).str()),
        pointer(PointerType::getUnqual(context)) {}

  void write() {
    GlobalVariable *description = writeKernel();
    writeCall(description);
    writeWorkspace(description);
  }

private:
  static StringRef text(mlir::DictionaryAttr of, StringRef name) {
    return of.getAs<mlir::StringAttr>(name).getValue();
  }
  static int64_t value(mlir::DictionaryAttr of, StringRef name) {
    return of.getAs<mlir::IntegerAttr>(name).getInt();
  }
  static mlir::ArrayAttr list(mlir::DictionaryAttr of, StringRef name) {
    return of.getAs<mlir::ArrayAttr>(name);
  }

  Constant *i32(int64_t v) {
    return ConstantInt::get(Type::getInt32Ty(context), v, true);
  }
  Constant *i64(int64_t v) {
    return ConstantInt::get(Type::getInt64Ty(context), v, true);
  }
  Constant *null() { return ConstantPointerNull::get(pointer); }

  GlobalVariable *global(Constant *init, const Twine &name) {
    auto *variable = new GlobalVariable(
        module, init->getType(), /*isConstant=*/true,
        GlobalValue::PrivateLinkage, init, "keops." + symbol + "." + name);
    variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return variable;
  }
  Constant *string(StringRef content) {
    return global(ConstantDataArray::getString(context, content), "text");
  }
  Constant *function(mlir::DictionaryAttr of, StringRef name) {
    StringRef symbolName = text(of, name);
    return symbolName.empty() ? null() : functionOfFile(module, symbolName);
  }
  Constant *structure(ArrayRef<Constant *> fields) {
    return ConstantStruct::getAnon(context, fields);
  }
  /// An array of structures, each written by `write` from an entry of a list.
  Constant *array(mlir::ArrayAttr entries, const Twine &name,
                  function_ref<Constant *(mlir::DictionaryAttr)> write) {
    SmallVector<Constant *> elements;
    for (auto entry : entries.getAsRange<mlir::DictionaryAttr>())
      elements.push_back(write(entry));
    if (elements.empty())
      return null();
    return global(
        ConstantArray::get(
            ArrayType::get(elements[0]->getType(), elements.size()), elements),
        name);
  }

  /// keops_rt_argument
  Constant *argument(mlir::DictionaryAttr of) {
    return structure(
        {string(text(of, table::name)), i32(value(of, table::axis)),
         i32(value(of, table::output)), i32(value(of, table::type)), i32(0),
         i64(value(of, table::dim))});
  }
  /// keops_rt_pass_code
  Constant *code(mlir::DictionaryAttr of) {
    return structure(
        {function(of, table::accumulate), function(of, table::accumulateFew),
         function(of, table::merge), function(of, table::fold),
         function(of, table::finish), i64(value(of, table::scratchBytes))});
  }
  /// keops_rt_pass
  Constant *pass(mlir::DictionaryAttr of) {
    return structure(
        {i32(value(of, table::rowAxis)), i32(value(of, table::columnAxis)),
         i32(value(of, table::full)), i32(0), i64(value(of, table::blockRows)),
         i64(value(of, table::fewRows)), i64(value(of, table::minColumns)),
         i64(value(of, table::stateBytes)), i64(value(of, table::pairCost))});
  }
  /// keops_rt_stored
  Constant *store(mlir::DictionaryAttr of) {
    return structure(
        {i32(value(of, table::axis)), i32(0), i64(value(of, table::rowBytes))});
  }
  /// keops_rt_variant; the levels x86-64-v2.. are known to the runtime by name.
  Constant *variant(mlir::DictionaryAttr of) {
    StringRef cpu = text(of, table::cpu);
    Constant *features = cpu.starts_with("x86-64") || cpu == "generic"
                             ? null()
                             : string(text(of, table::features));
    Constant *passes = array(list(of, table::code), cpu,
                             [&](mlir::DictionaryAttr c) { return code(c); });
    return structure({string(cpu), features, passes});
  }
  /// keops_rt_gpu_pass
  Constant *gpuPass(mlir::DictionaryAttr of) {
    auto name = [&](StringRef key) {
      StringRef kernelName = text(of, key);
      return kernelName.empty() ? null() : string(kernelName);
    };
    return structure(
        {name(table::stage), name(table::accumulate), name(table::finish),
         i32(value(of, table::threads)), i32(value(of, table::rowsPerBlock)),
         i32(value(of, table::tileColumns)), i32(value(of, table::keepsStates)),
         i64(value(of, table::stateBytes)),
         i64(value(of, table::stagedBytes))});
  }
  /// keops_rt_gpu
  Constant *gpu() {
    if (!gpuModule)
      return null();
    Constant *passes =
        array(list(kernel, table::gpu), "gpu_passes",
              [&](mlir::DictionaryAttr p) { return gpuPass(p); });
    return global(structure({gpuModule, passes}), "gpu");
  }
  /// keops_rt_kernel
  GlobalVariable *writeKernel() {
    mlir::ArrayAttr args = list(kernel, table::args);
    mlir::ArrayAttr passes = list(kernel, table::passes);
    mlir::ArrayAttr stored = list(kernel, table::stored);
    mlir::ArrayAttr variants = list(kernel, table::variants);
    Constant *fields[] = {
        i32(KEOPS_RT_ABI_VERSION),
        i32(args.size()),
        i32(passes.size()),
        i32(stored.size()),
        i32(variants.size()),
        i32(0),
        string(symbol),
        array(args, "args",
              [&](mlir::DictionaryAttr a) { return argument(a); }),
        array(passes, "passes",
              [&](mlir::DictionaryAttr p) { return pass(p); }),
        array(stored, "stored",
              [&](mlir::DictionaryAttr s) { return store(s); }),
        array(variants, "variants",
              [&](mlir::DictionaryAttr v) { return variant(v); }),
        gpu()};
    return global(structure(fields), "kernel");
  }

  /// keops_status NAME(options, ni, nj, pointers...)
  void writeCall(GlobalVariable *description) {
    size_t count = list(kernel, table::args).size();
    Type *integer = Type::getInt64Ty(context),
         *status = Type::getInt32Ty(context);
    SmallVector<Type *> types{pointer, integer, integer};
    types.append(count, pointer);
    auto *entry =
        Function::Create(FunctionType::get(status, types, false),
                         GlobalValue::ExternalLinkage, symbol, module);
    entry->addFnAttr(Attribute::NoUnwind);
    IRBuilder<> b(BasicBlock::Create(context, "", entry));
    Type *arrayType = ArrayType::get(pointer, count);
    AllocaInst *array = b.CreateAlloca(arrayType);
    for (size_t k = 0; k < count; ++k)
      b.CreateStore(entry->getArg(3 + k),
                    b.CreateConstInBoundsGEP2_64(arrayType, array, 0, k));
    FunctionCallee call =
        module.getOrInsertFunction("keops_rt_call_v1", status, pointer, pointer,
                                   integer, integer, pointer);
    b.CreateRet(
        b.CreateCall(call, {description, entry->getArg(0), entry->getArg(1),
                            entry->getArg(2), array}));
  }

  /// size_t NAME_workspace_bytes(options, ni, nj)
  void writeWorkspace(GlobalVariable *description) {
    Type *integer = Type::getInt64Ty(context);
    auto *entry = Function::Create(
        FunctionType::get(integer, {pointer, integer, integer}, false),
        GlobalValue::ExternalLinkage, symbol + "_workspace_bytes", module);
    entry->addFnAttr(Attribute::NoUnwind);
    IRBuilder<> b(BasicBlock::Create(context, "", entry));
    FunctionCallee call =
        module.getOrInsertFunction("keops_rt_workspace_bytes_v1", integer,
                                   pointer, pointer, integer, integer);
    b.CreateRet(b.CreateCall(call, {description, entry->getArg(0),
                                    entry->getArg(1), entry->getArg(2)}));
  }

  GlobalVariable *gpuModule;
  Module &module;
  LLVMContext &context;
  mlir::DictionaryAttr kernel;
  std::string symbol;
  PointerType *pointer;
};

} // namespace

Function *keops::functionOfFile(Module &module, StringRef name) {
  Type *nothing = Type::getVoidTy(module.getContext());
  auto *function =
      cast<Function>(module.getOrInsertFunction(name, nothing).getCallee());
  function->setDSOLocal(true);
  return function;
}

void keops::addEntryPoints(Module &module, mlir::DictionaryAttr kernel,
                           StringRef prefix, GlobalVariable *gpuModule) {
  TableWriter(module, kernel, prefix, gpuModule).write();
}
