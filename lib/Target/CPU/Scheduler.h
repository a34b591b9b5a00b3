//===- Scheduler.h - the order of instructions in a register tile ---------===//

#ifndef KEOPS_LIB_TARGET_CPU_SCHEDULER_H
#define KEOPS_LIB_TARGET_CPU_SCHEDULER_H

#include "llvm/ADT/StringRef.h"

namespace keops {

/// The attribute of LLVM functions whose chains of operations are to lie side
/// by side.
inline constexpr llvm::StringLiteral interleave = "keops-interleave";

/// Makes LLVM's code generator heed it: once per process, however often it is
/// called. False where LLVM knows no choice of schedulers.
bool useTileScheduler();

} // namespace keops

#endif
