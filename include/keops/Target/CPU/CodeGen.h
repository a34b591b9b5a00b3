//===- CodeGen.h - from the LLVM dialect to machine code --------*- C++ -*-===//
#ifndef KEOPS_TARGET_CPU_CODEGEN_H
#define KEOPS_TARGET_CPU_CODEGEN_H

#include "keops/Target/CUDA/Images.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/CodeGen.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <string>

namespace llvm {
class TargetMachine;
}

namespace keops {

struct CodeGenOptions {
  std::string triple;
  /// Of every function that names none; empty: the triple's baseline.
  std::string cpu;
  int optLevel = 3;
  /// "strict", "contract" or "fast".
  std::string fp = "contract";
  /// Put before every exported symbol.
  std::string prefix;
  bool debug = false;
  bool pic = true;
};

/// Translates a module at Level::LLVM and adds, per kernel, its entry points
/// and the constants of include/keops/abi.h that describe it to the runtime,
/// GPU code among them. Functions of a gpu module are left out.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateModule(mlir::ModuleOp module, llvm::LLVMContext &context,
                const CodeGenOptions &options,
                llvm::ArrayRef<GpuImage> images = {});

/// LLVM's pipeline of the optimisation level, for each function's own CPU.
llvm::Error optimizeModule(llvm::Module &module, const CodeGenOptions &options);

/// Writes an object file or assembly.
llvm::Error emitModule(llvm::Module &module, llvm::raw_pwrite_stream &out,
                       llvm::CodeGenFileType type,
                       const CodeGenOptions &options);

/// Whether a module can be compiled in parts.
bool canEmitInParts(mlir::ModuleOp module, const CodeGenOptions &options);

/// All of the above, on all cores: the object file or the assembly of a module
/// at Level::LLVM, which loses its functions. `name` stands in the file.
llvm::Expected<std::string> emitInParts(mlir::ModuleOp module,
                                        llvm::StringRef name,
                                        llvm::CodeGenFileType type,
                                        const CodeGenOptions &options,
                                        llvm::ArrayRef<GpuImage> images);

/// The machine of a triple, at its baseline: functions name their own CPU.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(const CodeGenOptions &options);

} // namespace keops

#endif // KEOPS_TARGET_CPU_CODEGEN_H
