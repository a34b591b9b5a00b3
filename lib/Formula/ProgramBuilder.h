//===- ProgramBuilder.h - growing a flat list of operations -----*- C++ -*-===//
//
// Adds nodes, each at most once: asking for an operation that exists returns
// it. So a function inlined twice with the same arguments costs nothing, and a
// reduction written twice runs once.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_PROGRAMBUILDER_H
#define KEOPS_LIB_FORMULA_PROGRAMBUILDER_H

#include "keops/Formula/Program.h"
#include "llvm/ADT/StringMap.h"

namespace keops {

class ProgramBuilder {
public:
  const Node &operator[](NodeId id) const { return nodes[id]; }
  size_t size() const { return nodes.size(); }

  /// Adds a node as it is, or finds its twin. Index set and `isReduced` follow
  /// from the operands (and the axis of a reduction).
  NodeId add(Node node);
  /// Adds the nodes of another program; returns where each one is.
  std::vector<NodeId> append(llvm::ArrayRef<Node> program);

  NodeId integer(int64_t value, ElementType type, SourceRange range);
  NodeId real(double value, ElementType type, SourceRange range);
  NodeId variable(unsigned number, RowType row, IndexSet indices,
                  SourceRange range);
  NodeId op(llvm::StringRef name, llvm::ArrayRef<NodeId> operands, RowType row,
            SourceRange range, int64_t number = 0);
  NodeId result(NodeId reduce, unsigned number, SourceRange range);

  /// `node` converted to `type`; constants are converted at once. Reals never
  /// become integers, nothing but bool becomes bool.
  NodeId cast(NodeId node, ElementType type);
  /// A row of one element repeated; others are returned as they are.
  NodeId broadcast(NodeId node, int64_t dim);
  /// A number as a condition: true when it is not 0; NaN is false.
  NodeId condition(NodeId node);

  /// The nodes that `roots` need, renumbered (`roots` too).
  std::vector<Node> finish(llvm::MutableArrayRef<NodeId> roots);

private:
  void deriveIndices(Node &node) const;

  std::vector<Node> nodes;
  llvm::StringMap<NodeId> known;
};

} // namespace keops

#endif // KEOPS_LIB_FORMULA_PROGRAMBUILDER_H
