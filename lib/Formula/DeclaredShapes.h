//===- DeclaredShapes.h - dimensions in the header of a kernel --*- C++ -*-===//

#ifndef KEOPS_LIB_FORMULA_DECLAREDSHAPES_H
#define KEOPS_LIB_FORMULA_DECLAREDSHAPES_H

#include "Evaluator.h"

namespace keops {

class DeclaredShapes {
public:
  DeclaredShapes(const SourceFile &file, Evaluator &evaluator,
                 DiagnosticEngine &diagnostics)
      : file(file), evaluator(evaluator), diagnostics(diagnostics) {}

  /// Appends the dimensions in brackets, 1 where there are none; false after an
  /// error.
  bool dims(llvm::ArrayRef<const Expr *> exprs,
            llvm::SmallVectorImpl<int64_t> &dims);
  /// Appends the dimensions of a result that `formula` yields with `shape`:
  /// the declared ones if they fit.
  void resultDims(const ResultDecl &result, Shape shape, const Expr &formula,
                  llvm::SmallVectorImpl<int64_t> &dims);
  /// Reports that `decl` names another number of results than `found`.
  void reportCount(const KernelDecl &decl, size_t found);

private:
  const SourceFile &file;
  Evaluator &evaluator;
  DiagnosticEngine &diagnostics;
};

/// The shape of one or two dimensions.
inline Shape shapeOf(llvm::ArrayRef<int64_t> dims) {
  return dims.size() == 2 ? matrixShape(dims[0], dims[1])
                          : vectorShape(dims[0]);
}

} // namespace keops

#endif // KEOPS_LIB_FORMULA_DECLAREDSHAPES_H
