//===- ParserImpl.h - the recursive-descent parser --------------*- C++ -*-===//
//
// One token of lookahead (two for `i x`), precedence climbing for operators.
// After an error the parser is in panic: it says nothing until it has found a
// place to go on. Recursion is bounded by `maxParserDepth`, the depth of the
// tree by `maxNesting`.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_PARSERIMPL_H
#define KEOPS_LIB_FORMULA_PARSERIMPL_H

#include "keops/Formula/Lexer.h"
#include "keops/Formula/Parser.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace keops {

/// Open brackets, unary operators and `let`s around a point of the text.
constexpr unsigned maxParserDepth = 256;

class Parser {
public:
  Parser(FileId file, ASTContext &context, DiagnosticEngine &diagnostics)
      : context(context), diagnostics(diagnostics),
        tokens(tokenize(file, diagnostics)) {}

  FileAST parseFile(FileId file);
  /// An expression up to the end of the text.
  const Expr *parseWhole();

private:
  // Declarations (Parser.cpp).
  std::optional<Decl> parseDecl();
  const ImportDecl *parseImport();
  const ConstDecl *parseConst();
  const DefDecl *parseDef();
  const KernelDecl *parseKernel();
  bool parseRole(VariableDecl &variable);
  std::optional<VariableDecl> parseVariable();
  std::optional<ResultDecl> parseResult();
  llvm::ArrayRef<ResultDecl> parseResults();
  void parseGiven(KernelDecl &kernel);
  llvm::ArrayRef<const Expr *> parseDims();
  const Expr *parseDefinition(llvm::StringRef what);

  // Expressions (ParseExpression.cpp).
  const Expr *parseExpr();
  const Expr *parseBinary(unsigned minPrecedence);
  const Expr *parseUnary();
  const Expr *parsePower();
  const Expr *parsePostfix();
  const Expr *parsePrimary();
  const Expr *parseLet();
  const Expr *parseParenthesised();
  const Expr *parseSubscript(const Expr *base);
  std::optional<SubscriptIndex> parseSubscriptIndex();
  const Expr *failed(SourceRange range);
  /// Reports trees that are too deep.
  const Expr *checkDepth(const Expr *expr);

  // Tokens and recovery (ParserTokens.cpp).
  const Token &peek(unsigned ahead = 0) const {
    return tokens[std::min(position + ahead, tokens.size() - 1)];
  }
  bool at(TokenKind kind) const { return peek().kind == kind; }
  const Token &advance();
  bool consume(TokenKind kind);
  /// Consumes `kind` or reports "expected ... CONTEXT, found ...".
  bool expect(TokenKind kind, llvm::StringRef where);
  std::optional<Identifier> expectName(llvm::StringRef what);
  /// Reports unless already in panic.
  void unexpected(llvm::StringRef expected);
  /// Stops messages until a place to go on is found. What was parsed of the
  /// declaration is not what was meant: it is not checked.
  void startPanic() { panic = isBroken = true; }
  /// Where a message about the next token points: behind the last one when
  /// nothing of this declaration follows.
  SourceRange placeOfNext() const;
  SourceRange previousRange() const {
    return tokens[position ? position - 1 : 0].range;
  }
  SourceRange rangeFrom(SourceRange start) const {
    return join(start, previousRange());
  }

  /// `item {, item}` up to `close`, which is consumed. Items that fail are
  /// skipped to the next comma. `open` is shown where `close` is missing.
  void parseList(TokenKind close, const Token &open,
                 llvm::function_ref<bool()> parseItem);
  void reportUnclosed(TokenKind close, const Token &open);
  void skipToListEnd(TokenKind close);
  void skipToDeclaration();

  struct DepthGuard {
    Parser &parser;
    explicit DepthGuard(Parser &parser) : parser(parser) { ++parser.depth; }
    ~DepthGuard() { --parser.depth; }
  };

  ASTContext &context;
  DiagnosticEngine &diagnostics;
  std::vector<Token> tokens;
  size_t position = 0;
  unsigned depth = 0;
  bool panic = false;
  /// Whether this declaration had a syntax error.
  bool isBroken = false;
};

} // namespace keops

#endif // KEOPS_LIB_FORMULA_PARSERIMPL_H
