//===- NameChecker.h - the walk over all names ------------------*- C++ -*-===//

#ifndef KEOPS_LIB_FORMULA_NAMECHECKER_H
#define KEOPS_LIB_FORMULA_NAMECHECKER_H

#include "NameCheck.h"
#include "llvm/ADT/SmallVector.h"

namespace keops {

/// A name that a body introduces.
struct Local {
  Identifier name;
  llvm::StringRef group;
  bool isUsed = false;
  /// The local of the same name that it hides.
  std::optional<size_t> hidden;
};

class NameChecker {
public:
  NameChecker(const Program &program, DiagnosticEngine &diagnostics)
      : program(program), diagnostics(diagnostics) {}

  NameCheck run();

private:
  void checkDef(const DefDecl &def);
  void checkKernel(const KernelDecl &kernel);
  void walk(const Expr &expr);
  void walkAll(llvm::ArrayRef<const Expr *> exprs);
  void walkName(const NameExpr &name);
  void walkCall(const CallExpr &call);
  void walkLet(const LetExpr &let);
  void declare(Identifier name, llvm::StringRef group);
  /// Closes the scopes of the locals from number `first` on.
  void close(size_t first, bool warn);
  /// True when further errors are counted but not shown: no need to search for
  /// what was meant.
  bool isListFull() const {
    return diagnostics.errorCount() >= DiagnosticEngine::maxErrors;
  }
  void reportUnknownName(const NameExpr &name);
  void reportUnknownFunction(const CallExpr &call);
  void reportArguments(const CallExpr &call, const Callee &callee);
  void reportRecursion();
  Local *findLocal(llvm::StringRef name);

  const Program &program;
  DiagnosticEngine &diagnostics;
  BrokenExprs broken;
  std::vector<UnusedName> unused;
  const SourceFile *file = nullptr;
  std::vector<Local> locals;
  /// The innermost local of each name.
  llvm::StringMap<size_t> innermost;
  /// The kernel whose dimensions are being walked.
  const KernelDecl *header = nullptr;
  /// The function whose body is being walked, and who calls whom.
  Symbol *current = nullptr;
  llvm::MapVector<Symbol *, llvm::SmallVector<Symbol *>> calls;
};

} // namespace keops

#endif // KEOPS_LIB_FORMULA_NAMECHECKER_H
