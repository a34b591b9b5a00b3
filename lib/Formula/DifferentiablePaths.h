//===- DifferentiablePaths.h - where a derivative is zero -------*- C++ -*-===//
//
// A derivative is zero everywhere when each way from the variable to the
// outputs passes an operation that is constant wherever it has a derivative: a
// comparison, a rounding, an index. The records say which operations those are.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_DIFFERENTIABLEPATHS_H
#define KEOPS_LIB_FORMULA_DIFFERENTIABLEPATHS_H

#include "ProgramBuilder.h"

namespace keops {

struct DifferentiablePaths {
  /// Whether a way without such operations exists.
  bool exist = false;
  /// Otherwise, the operations that cut the ways, the last one first; empty
  /// when the variable does not reach the outputs at all.
  llvm::SmallVector<NodeId, 2> barriers;
  /// Nodes visited.
  size_t work = 0;
};

DifferentiablePaths findPaths(const ProgramBuilder &nodes,
                              llvm::ArrayRef<NodeId> outputs, NodeId variable);

/// Why the derivative is zero, for a note: "'x' reaches it only through
/// 'round', whose derivative is zero".
std::string describeBarriers(const ProgramBuilder &nodes,
                             const DifferentiablePaths &paths,
                             llvm::StringRef variable);

} // namespace keops

#endif // KEOPS_LIB_FORMULA_DIFFERENTIABLEPATHS_H
