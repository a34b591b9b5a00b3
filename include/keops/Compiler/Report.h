//===- Report.h - what a kernel will cost -----------------------*- C++ -*-===//
//
// For each kernel, each of its passes over the pairs and each CPU variant: work
// per pair, the tile that was chosen and the bound it cannot beat. Read from
// the tile level, where these decisions are visible.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_REPORT_H
#define KEOPS_COMPILER_REPORT_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace keops {

/// The report of a module at Level::Tile, compiled for `triple`.
std::string reportKernels(mlir::ModuleOp module, llvm::StringRef triple);

} // namespace keops

#endif // KEOPS_COMPILER_REPORT_H
