//===- Parser.h - from text to syntax tree ----------------------*- C++ -*-===//
//
// The parser of .kop files, and of bare expressions: -D values and the value
// strings of the primitives' records are written in the same language.
//
// A syntax error is reported once; parsing resumes at the next declaration
// (inside brackets: at the next comma or closing bracket), so all errors of a
// file come in one run.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_FORMULA_PARSER_H
#define KEOPS_FORMULA_PARSER_H

#include "keops/Formula/AST.h"
#include "keops/Support/Diagnostics.h"
#include <memory>

namespace keops {

/// The declarations of a text. Broken ones hold ErrorExpr nodes or are left
/// out; the engine has the errors.
FileAST parseFile(FileId file, ASTContext &context,
                  DiagnosticEngine &diagnostics);

/// The one expression that makes up a text; null after an error.
const Expr *parseExpression(FileId file, ASTContext &context,
                            DiagnosticEngine &diagnostics);

/// An expression with everything it stands on; for strings of records.
class ParsedExpression {
public:
  /// Fails with the rendered diagnostics; `name` is shown in them.
  static llvm::Expected<std::unique_ptr<ParsedExpression>>
  parse(llvm::StringRef text, llvm::StringRef name = "<expression>");

  const Expr *root() const { return expression; }

private:
  SourceManager sources;
  ASTContext context;
  const Expr *expression = nullptr;
};

} // namespace keops

#endif // KEOPS_FORMULA_PARSER_H
