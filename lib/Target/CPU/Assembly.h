//===- Assembly.h - assembly of several modules as one file ---------------===//

#ifndef KEOPS_LIB_TARGET_CPU_ASSEMBLY_H
#define KEOPS_LIB_TARGET_CPU_ASSEMBLY_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

namespace keops {

/// One text from those of modules that LLVM printed for ELF: what one module
/// defines is a local symbol of the whole; labels get names of their own.
std::string joinAssembly(llvm::ArrayRef<std::string> texts);

/// An object file from assembly.
llvm::Error assemble(llvm::StringRef text, const llvm::Triple &triple,
                     llvm::raw_pwrite_stream &out);

} // namespace keops

#endif
