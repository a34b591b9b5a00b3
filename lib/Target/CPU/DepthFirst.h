//===- DepthFirst.h - a value soon after what it is made of -----*- C++ -*-===//

#ifndef KEOPS_LIB_TARGET_CPU_DEPTHFIRST_H
#define KEOPS_LIB_TARGET_CPU_DEPTHFIRST_H

#include "llvm/IR/Module.h"

namespace keops {

/// The attribute of LLVM functions whose pairs are to follow one another.
inline constexpr llvm::StringLiteral depthFirst = "keops-depth-first";

/// Orders the instructions of each block of these functions so that what leads
/// to a value stands right before it.
void orderDepthFirst(llvm::Module &module);

} // namespace keops

#endif
