//===- KernelTable.h - what the runtime is told about kernels ---*- C++ -*-===//
//
// Lowering leaves this description of each kernel on the module, as the
// attribute `keops.kernels`; code generation writes it as the constants of
// include/keops/abi.h.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_DIALECT_KEOPS_KERNELTABLE_H
#define KEOPS_DIALECT_KEOPS_KERNELTABLE_H

#include "llvm/ADT/StringRef.h"

namespace keops {

/// Names in the dictionaries of `keops.kernels`: an array of kernels, each with
/// its passes and variants.
namespace table {
constexpr llvm::StringLiteral kernels = "keops.kernels";
constexpr llvm::StringLiteral name = "name", args = "args", passes = "passes",
                              stored = "stored", variants = "variants";
// Of an argument.
constexpr llvm::StringLiteral axis = "axis", output = "output", type = "type",
                              dim = "dim";
// Of a pass.
constexpr llvm::StringLiteral rowAxis = "row_axis", columnAxis = "column_axis",
                              full = "full", blockRows = "block_rows",
                              fewRows = "few_rows", minColumns = "min_columns",
                              stateBytes = "state_bytes",
                              pairCost = "pair_cost";
// Of a stored value.
constexpr llvm::StringLiteral rowBytes = "row_bytes";
// Of a variant, and of its code for each pass.
constexpr llvm::StringLiteral cpu = "cpu", features = "features", code = "code";
constexpr llvm::StringLiteral accumulate = "accumulate",
                              accumulateFew = "accumulate_few", merge = "merge",
                              fold = "fold", finish = "finish",
                              scratchBytes = "scratch_bytes";
// GPU code: of a kernel, and of its kernels for each pass.
constexpr llvm::StringLiteral gpu = "gpu", stage = "stage", threads = "threads",
                              rowsPerBlock = "rows_per_block",
                              tileColumns = "tile_columns",
                              keepsStates = "keeps_states",
                              stagedBytes = "staged_bytes";
// Of the module: kernels lowered for the host, for the simulated driver.
constexpr llvm::StringLiteral simulated = "keops.simulated",
                              sharedBytes = "shared_bytes";
} // namespace table

/// Before the name of a GPU kernel: the function that simulates it.
constexpr llvm::StringLiteral simulatedPrefix = "keops.simulated.";

} // namespace keops

#endif // KEOPS_DIALECT_KEOPS_KERNELTABLE_H
