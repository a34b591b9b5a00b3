//===- Emitters.h - what keops-tblgen can write ------------------*- C++
//-*-===//
//
// Each function writes one output. The records have been checked before.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TOOLS_KEOPSTBLGEN_EMITTERS_H
#define KEOPS_TOOLS_KEOPSTBLGEN_EMITTERS_H

#include "Library.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

namespace keops::tblgen {

/// Largest errors measured, in ulp, in f32 and in f64.
using Accuracy = std::map<llvm::StringRef, std::pair<double, double>>;

/// How the language writes a primitive: "a + b", "where(c, a, b)", "exp(x)".
std::string usage(const Primitive &primitive,
                  llvm::ArrayRef<std::string> operands);

/// The body of lib/Formula/Tables/PrimitiveTable.cpp.
void emitPrimitiveTable(const Library &library, llvm::raw_ostream &os);

/// The body of lib/Formula/Tables/ReductionTable.cpp.
void emitReductionTable(llvm::ArrayRef<Reduction> reductions,
                        llvm::raw_ostream &os);

/// docs/Primitives.md and docs/Reductions.md.
void emitPrimitiveDocs(const Library &library, const Accuracy &accuracy,
                       llvm::raw_ostream &os);
void emitReductionDocs(llvm::ArrayRef<Reduction> reductions,
                       llvm::raw_ostream &os);

/// What test/Integration/primitives runs: kernels, and as JSON their points.
void emitPrimitiveKernels(const Library &library, llvm::raw_ostream &os);
void emitPrimitiveTests(const Library &library, llvm::raw_ostream &os);

} // namespace keops::tblgen

#endif // KEOPS_TOOLS_KEOPSTBLGEN_EMITTERS_H
