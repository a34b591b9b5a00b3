//===- Prelude.h - functions defined in the language itself -----*- C++ -*-===//

#ifndef KEOPS_LIB_FORMULA_PRELUDE_H
#define KEOPS_LIB_FORMULA_PRELUDE_H

#include "llvm/ADT/StringRef.h"

namespace keops {

/// Definitions that every file sees after its own and its imports'. Names that
/// start with '_' serve the other definitions and the checker only.
extern const llvm::StringLiteral preludeText;

} // namespace keops

#endif // KEOPS_LIB_FORMULA_PRELUDE_H
