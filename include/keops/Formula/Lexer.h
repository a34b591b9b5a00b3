//===- Lexer.h - words of the formula language ------------------*- C++ -*-===//
//
// Turns text into tokens, reports what is no word of the language (with the
// spelling that was probably meant: `**`, `&&`, `×` ...) and goes on.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_FORMULA_LEXER_H
#define KEOPS_FORMULA_LEXER_H

#include "keops/Support/Diagnostics.h"

namespace keops {

enum class TokenKind {
  End,
  Identifier,
  Integer,
  Real,
  String,
  // Keywords.
  KwImport,
  KwConst,
  KwDef,
  KwKernel,
  KwLet,
  KwIn,
  KwAnd,
  KwOr,
  KwNot,
  // Punctuation.
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  Comma,
  Colon,
  Assign,
  Arrow,
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  EqualEqual,
  NotEqual,
  // Text that was already reported.
  Invalid,
};

struct Token {
  TokenKind kind = TokenKind::End;
  SourceRange range;
  /// The text; of a string, what stands between the quotes.
  llvm::StringRef text;
  int64_t integer = 0;
  double real = 0;
  /// The `///` lines above, without their marks; set on declaration keywords.
  std::string doc;
};

/// "'+'", "the end of the file", "name 'x'" ... for messages.
std::string describe(const Token &token);
/// "'('", "'in'" ... for messages.
llvm::StringRef spelling(TokenKind kind);
/// True of the words that start a declaration.
bool startsDeclaration(TokenKind kind);
/// True of names the language keeps for itself.
bool isKeyword(llvm::StringRef name);

/// All tokens of a text, ending in an End token.
std::vector<Token> tokenize(FileId file, DiagnosticEngine &diagnostics);

} // namespace keops

#endif // KEOPS_FORMULA_LEXER_H
