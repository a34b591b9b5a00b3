//===- Program.h - kernels after checking -----------------------*- C++ -*-===//
//
// A checked kernel is a flat list of operations on rows, each after its
// operands: functions are inlined, constants folded, equal operations shared,
// conversions and broadcasts explicit. The front end writes it down as IR
// operation by operation, without recursion and without deciding anything.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_FORMULA_PROGRAM_H
#define KEOPS_FORMULA_PROGRAM_H

#include "keops/Formula/AST.h"
#include "keops/Formula/Types.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>

namespace keops {

using NodeId = uint32_t;

/// Element type and dimension of a row.
struct RowType {
  ElementType type = ElementType::F32;
  int64_t dim = 1;
};

/// Attributes of a tensor contraction, as those of `keops.tensordot`.
struct Contraction {
  llvm::SmallVector<int64_t, 2> dimsf, dimsg, contf, contg, perm;
};

struct Node {
  enum class Kind : uint8_t {
    /// `literal` in the row's type; dimension 1.
    Constant,
    /// Variable `number` of the kernel.
    Variable,
    /// This row's index along `axis`.
    Index,
    /// The extent of `axis`.
    Size,
    /// The operation `keops.NAME`: element-wise primitives, and
    ///   cast, broadcast   to the node's own row type
    ///   iota              0, 1, ... dim - 1
    ///   slice             `dim` components from `number`
    ///   concat, sum, vmin, vmax, vargmin, vargmax
    ///   tensordot         as `contraction` says
    Op,
    /// The reduction NAME over `axis`, keeping `number` entries if it selects;
    /// `results` has the type of each result. Only Result nodes use it.
    Reduce,
    /// Derivatives, as `keops.grad` and `keops.jvp`. Operands: `number`
    /// outputs, the seeds (cotangents, one per output; tangents, one per
    /// variable), then the values to differentiate in, then `given` outputs and
    /// as many values that are supplied for them. `results` as of Reduce; only
    /// Result nodes use it. Grad has one result per value, Jvp one per output.
    Grad,
    Jvp,
    /// Result `number` of the Reduce, Grad or Jvp operand.
    Result,
  };

  Kind kind = Kind::Op;
  llvm::StringRef name;
  RowType row;
  IndexSet indices = IndexSet::None;
  IndexSet axis = IndexSet::None;
  /// True when a reduction is among what it is computed from.
  bool isReduced = false;
  /// Of a Grad or Jvp: the rows of one pair stand still, nothing is summed over
  /// them (the outputs contain no reduction).
  bool isPointwise = false;
  unsigned given = 0;
  llvm::SmallVector<NodeId, 3> operands;
  int64_t number = 0;
  /// Of a constant, in the member its element type says.
  int64_t integer = 0;
  double real = 0;
  Contraction contraction;
  llvm::SmallVector<RowType, 2> results;
  /// The formula it stands for.
  SourceRange range;

  /// Of a Grad or Jvp.
  size_t seedCount() const {
    return kind == Kind::Grad ? number
                              : (operands.size() - number - 2 * given) / 2;
  }
  size_t variableCount() const {
    return operands.size() - number - seedCount() - 2 * given;
  }
};

/// A variable or a result, as the C function shows it.
struct CheckedArray {
  llvm::StringRef name;
  /// Variables: None for `param`.
  IndexSet indices = IndexSet::None;
  /// As stored in memory.
  ElementType type = ElementType::F32;
  /// One number, or two for a matrix.
  llvm::SmallVector<int64_t, 2> dims;
  SourceRange range;
};

struct CheckedKernel {
  llvm::StringRef name;
  llvm::StringRef doc;
  SourceRange range;
  std::vector<CheckedArray> variables;
  std::vector<CheckedArray> results;
  /// The node of each result.
  std::vector<NodeId> resultNodes;
  std::vector<Node> nodes;
};

struct CheckedModule {
  std::vector<CheckedKernel> kernels;
  /// Owns the strings above.
  std::unique_ptr<ASTContext> context;
};

} // namespace keops

#endif // KEOPS_FORMULA_PROGRAM_H
