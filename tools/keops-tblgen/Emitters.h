//===- Emitters.h - what keops-tblgen can write ------------------*- C++ -*-===//
//
// Each function writes one output. The records have been checked before.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TOOLS_KEOPSTBLGEN_EMITTERS_H
#define KEOPS_TOOLS_KEOPSTBLGEN_EMITTERS_H

#include "Library.h"
#include "llvm/Support/raw_ostream.h"

namespace keops::tblgen {

/// The body of lib/Formula/Tables/PrimitiveTable.cpp.
void emitPrimitiveTable(const Library &library, llvm::raw_ostream &os);

/// The body of lib/Formula/Tables/ReductionTable.cpp.
void emitReductionTable(llvm::ArrayRef<Reduction> reductions,
                        llvm::raw_ostream &os);

} // namespace keops::tblgen

#endif // KEOPS_TOOLS_KEOPSTBLGEN_EMITTERS_H
