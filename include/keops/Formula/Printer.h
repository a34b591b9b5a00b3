//===- Printer.h - syntax trees as text -------------------------*- C++ -*-===//

#ifndef KEOPS_FORMULA_PRINTER_H
#define KEOPS_FORMULA_PRINTER_H

#include "keops/Formula/AST.h"
#include "llvm/Support/raw_ostream.h"

namespace keops {

/// Writes an expression with the fewest parentheses that parse back to the same
/// tree; reals with as many digits as they need.
void printExpr(const Expr &expr, llvm::raw_ostream &os);
std::string toString(const Expr &expr);

/// Writes a whole file, one declaration per paragraph.
void printFile(const FileAST &file, llvm::raw_ostream &os);

} // namespace keops

#endif // KEOPS_FORMULA_PRINTER_H
