//===- KernelTable.h - kernels by declaration -------------------*- C++ -*-===//
//
// Checks each kernel once, whoever asks first: the file for its own, derived
// kernels for those they differentiate, wherever these are declared.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_KERNELTABLE_H
#define KEOPS_LIB_FORMULA_KERNELTABLE_H

#include "Evaluator.h"
#include "llvm/ADT/DenseMap.h"

namespace keops {

/// A kernel and what matters to those derived from it.
struct KernelEntry {
  /// Missing after an error.
  std::optional<CheckedKernel> kernel;
  /// How often it was differentiated.
  unsigned order = 0;
  /// Results of another kernel are among its arguments.
  bool hasGiven = false;
};

class KernelTable {
public:
  KernelTable(const Program &program, Evaluator &evaluator, ASTContext &context,
              const CheckOptions &options, DiagnosticEngine &diagnostics)
      : program(program), evaluator(evaluator), context(context),
        options(options), diagnostics(diagnostics) {}

  /// The kernel that `file` declares so.
  const KernelEntry &check(const KernelDecl &decl, const SourceFile &file);

private:
  struct Link {
    const KernelDecl *decl;
    const SourceFile *file;
  };
  enum class State { Unknown, Checking, Done };
  struct Cell {
    State state = State::Unknown;
    KernelEntry entry;
  };
  void checkOne(const Link &link, KernelEntry &entry);
  void reportCycle(llvm::ArrayRef<Link> chain, const KernelDecl &again);

  const Program &program;
  Evaluator &evaluator;
  ASTContext &context;
  const CheckOptions &options;
  DiagnosticEngine &diagnostics;
  /// Entries stay where they are while others are added.
  llvm::DenseMap<const KernelDecl *, std::unique_ptr<Cell>> cells;
};

} // namespace keops

#endif // KEOPS_LIB_FORMULA_KERNELTABLE_H
