//===- VectorConstants.h - constants where instructions can read them -----===//

#ifndef KEOPS_LIB_TARGET_CPU_VECTORCONSTANTS_H
#define KEOPS_LIB_TARGET_CPU_VECTORCONSTANTS_H

#include "llvm/IR/Module.h"

namespace keops {

/// Puts the constants of AVX2 code, number by number in every lane, into memory
/// as whole vectors.
void placeVectorConstants(llvm::Module &module);

} // namespace keops

#endif
