//===- DeclaredShapes.cpp - dimensions in the header of a kernel ----------===//

#include "DeclaredShapes.h"

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

bool DeclaredShapes::dims(llvm::ArrayRef<const Expr *> exprs,
                          llvm::SmallVectorImpl<int64_t> &dims) {
  bool known = true;
  int64_t product = 1;
  for (const Expr *expr : exprs) {
    std::optional<int64_t> dim = evaluator.dimension(*expr, file);
    known &= dim.has_value();
    dims.push_back(dim.value_or(1));
    product *= dims.back();
  }
  if (exprs.empty())
    dims.push_back(1);
  if (product <= maxDimension)
    return known;
  diagnostics
      .error(join(exprs.front()->range, exprs.back()->range),
             "a row of " + Twine(product) + " components")
      .note("at most " + Twine(maxDimension) + " are supported");
  return false;
}

void DeclaredShapes::resultDims(const ResultDecl &result, Shape shape,
                                const Expr &formula,
                                llvm::SmallVectorImpl<int64_t> &found) {
  if (result.dims.empty()) {
    found.push_back(shape.rows);
    if (shape.isMatrix)
      found.push_back(shape.cols);
    return;
  }
  if (!dims(result.dims, found))
    return;
  Shape declared = shapeOf(found);
  bool fits = declared.dim() == shape.dim() &&
              (!declared.isMatrix || !shape.isMatrix || declared == shape);
  if (fits)
    return;
  std::string dim = shape.isMatrix ? keops::describe(shape).substr(1)
                                   : std::to_string(shape.dim()) + "]";
  diagnostics
      .error(result.range,
             "result '" + result.name.name + "' is declared " +
                 keops::describe(declared) + ", its formula has " +
                 (shape.isMatrix ? "shape " + keops::describe(shape)
                                 : "dimension " + std::to_string(shape.dim())))
      .note("the formula is '" + evaluator.excerpt(formula) + "'",
            formula.range)
      .repair("write '" + result.name.name + "[" + dim + "'", result.range,
              result.name.name + "[" + dim);
}

void DeclaredShapes::reportCount(const KernelDecl &decl, size_t found) {
  if (decl.results.empty()) {
    std::string names;
    for (size_t i = 0; i < found; ++i)
      names += (i ? ", " : "") + std::string(1, char('a' + i % 26));
    diagnostics
        .error(decl.body->range, "kernel '" + decl.name.name + "' has " +
                                     Twine(found) + " results without names")
        .repair("name them after the variables: '-> (" + names + ")'");
    return;
  }
  SourceRange names =
      join(decl.results.front().range, decl.results.back().range);
  StringRef plural = decl.results.size() == 1 ? "" : "s";
  diagnostics
      .error(names, Twine(decl.results.size()) + " result" + plural +
                        " named, the formula yields " + Twine(found))
      .note("the formula is here", decl.body->range);
}
