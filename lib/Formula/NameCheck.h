//===- NameCheck.h - do all names mean something? ---------------*- C++ -*-===//
//
// Walks every body of every file once, used or not: unknown names, numbers of
// arguments, recursion, and what is never used. Evaluation then passes over
// what was reported here.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_NAMECHECK_H
#define KEOPS_LIB_FORMULA_NAMECHECK_H

#include "Callee.h"
#include "keops/Support/Diagnostics.h"
#include "llvm/ADT/DenseSet.h"

namespace keops {

/// Names and calls that were reported: they have no value.
using BrokenExprs = llvm::DenseSet<const Expr *>;

/// A name inside a kernel or a function that nothing uses.
struct UnusedName {
  Identifier name;
  llvm::StringRef group;
};

struct NameCheck {
  BrokenExprs broken;
  std::vector<UnusedName> unused;
};

/// Checks the names of all files but the prelude; marks used symbols.
NameCheck checkNames(const Program &program, DiagnosticEngine &diagnostics);

/// Warns of what checkNames found unused, and of the constants, functions and
/// imports of the main file that nothing used. Next to errors that would be
/// noise.
void warnUnused(const Program &program, llvm::ArrayRef<UnusedName> names,
                DiagnosticEngine &diagnostics);

} // namespace keops

#endif // KEOPS_LIB_FORMULA_NAMECHECK_H
