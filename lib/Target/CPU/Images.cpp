//===- Images.cpp - GPU code as constants of the object -------------------===//
//
// keops_rt_module of include/keops/abi.h, field by field, with every image's
// bytes.
//
//===----------------------------------------------------------------------===//

#include "EntryPoints.h"

#include "keops/Dialect/Keops/KernelTable.h"
#include "keops/abi.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace keops;

namespace {

class ImageWriter {
public:
  explicit ImageWriter(Module &module)
      : module(module), context(module.getContext()) {}

  GlobalVariable *write(ArrayRef<GpuImage> images, mlir::ArrayAttr simulated) {
    SmallVector<Constant *> entries;
    for (const GpuImage &image : images) {
      Constant *data = image.arch.kind == ImageKind::Simulated
                           ? simulatedKernels(simulated)
                           : bytes(image);
      entries.push_back(ConstantStruct::getAnon(
          context, {i32(static_cast<int>(image.arch.kind)),
                    i32(image.arch.number), i32(image.arch.suffix), i32(0),
                    data, i64(static_cast<int64_t>(image.bytes.size()))}));
    }
    return global(ConstantStruct::getAnon(
        context,
        {i32(static_cast<int64_t>(entries.size())), i32(0), array(entries)}));
  }

private:
  Constant *i32(int64_t v) {
    return ConstantInt::get(Type::getInt32Ty(context), v, true);
  }
  Constant *i64(int64_t v) {
    return ConstantInt::get(Type::getInt64Ty(context), v, true);
  }
  GlobalVariable *global(Constant *init) {
    auto *variable = new GlobalVariable(
        module, init->getType(),
        /*isConstant=*/true, GlobalValue::PrivateLinkage, init, "keops.gpu");
    variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return variable;
  }
  Constant *array(ArrayRef<Constant *> entries) {
    return global(ConstantArray::get(
        ArrayType::get(entries[0]->getType(), entries.size()), entries));
  }

  /// PTX ends with a NUL; a cubin is an ELF file, which drivers read in place.
  Constant *bytes(const GpuImage &image) {
    bool isText = image.arch.kind == ImageKind::PTX;
    GlobalVariable *data = global(
        ConstantDataArray::getString(context, image.bytes, /*AddNull=*/isText));
    data->setAlignment(Align(16));
    return data;
  }

  /// keops_rt_simulated_kernel[], to a NULL name.
  Constant *simulatedKernels(mlir::ArrayAttr kernels) {
    Constant *null = ConstantPointerNull::get(PointerType::getUnqual(context));
    SmallVector<Constant *> entries;
    auto number = [](mlir::DictionaryAttr of, StringRef key) {
      return of.getAs<mlir::IntegerAttr>(key).getInt();
    };
    for (auto kernel : kernels.getAsRange<mlir::DictionaryAttr>()) {
      StringRef name = kernel.getAs<mlir::StringAttr>(table::name).getValue();
      entries.push_back(ConstantStruct::getAnon(
          context, {global(ConstantDataArray::getString(context, name)),
                    functionOfFile(module, (simulatedPrefix + name).str()),
                    i64(number(kernel, table::sharedBytes)),
                    i64(number(kernel, table::threads))}));
    }
    entries.push_back(
        ConstantStruct::getAnon(context, {null, null, i64(0), i64(0)}));
    return array(entries);
  }

  Module &module;
  LLVMContext &context;
};

} // namespace

GlobalVariable *keops::addImages(Module &module, ArrayRef<GpuImage> images,
                                 mlir::ArrayAttr simulated) {
  return ImageWriter(module).write(images, simulated);
}
