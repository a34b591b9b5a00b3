//===- ParserTokens.cpp - tokens and recovery from errors -----------------===//

#include "ParserImpl.h"

using namespace keops;
using llvm::StringRef;

const Token &Parser::advance() {
  const Token &token = tokens[position];
  if (position + 1 < tokens.size())
    ++position;
  return token;
}

bool Parser::consume(TokenKind kind) {
  if (!at(kind))
    return false;
  advance();
  return true;
}

SourceRange Parser::placeOfNext() const {
  bool nothingFollows = at(TokenKind::End) || startsDeclaration(peek().kind);
  if (!nothingFollows || position == 0)
    return peek().range;
  SourceRange last = previousRange();
  return {last.file, last.end, last.end};
}

void Parser::unexpected(StringRef expected) {
  // The lexer has reported invalid text already.
  if (!panic && !at(TokenKind::Invalid))
    diagnostics.error(placeOfNext(),
                      "expected " + expected + ", found " + describe(peek()));
  startPanic();
}

bool Parser::expect(TokenKind kind, StringRef where) {
  if (consume(kind))
    return true;
  unexpected((spelling(kind) + " " + where).str());
  return false;
}

std::optional<Identifier> Parser::expectName(StringRef what) {
  if (at(TokenKind::Identifier)) {
    const Token &token = advance();
    return Identifier{context.copy(token.text), token.range};
  }
  if (!panic && isKeyword(peek().text)) {
    startPanic();
    diagnostics
        .error(peek().range,
               "expected " + what + ", found the keyword '" + peek().text + "'")
        .repair("choose another name");
    return std::nullopt;
  }
  unexpected(what);
  return std::nullopt;
}

void Parser::skipToDeclaration() {
  while (!at(TokenKind::End) && !startsDeclaration(peek().kind))
    advance();
  panic = false;
}

void Parser::skipToListEnd(TokenKind close) {
  unsigned open = 0;
  for (; !at(TokenKind::End) && !startsDeclaration(peek().kind); advance()) {
    bool opens = at(TokenKind::LeftParen) || at(TokenKind::LeftBracket);
    bool closes = at(TokenKind::RightParen) || at(TokenKind::RightBracket);
    if (open == 0 && (closes || at(TokenKind::Comma)))
      break;
    open += opens;
    open -= closes;
  }
  if (at(TokenKind::Comma) || at(close))
    panic = false;
}

void Parser::parseList(TokenKind close, const Token &openToken,
                       llvm::function_ref<bool()> parseItem) {
  if (consume(close))
    return;
  while (true) {
    if (!parseItem() || panic)
      skipToListEnd(close);
    if (!at(TokenKind::Comma) && !at(close)) {
      reportUnclosed(close, openToken);
      bool wrongBracket =
          at(TokenKind::RightParen) || at(TokenKind::RightBracket);
      if (wrongBracket) { // Taken for the right one.
        advance();
        panic = false;
        return;
      }
      skipToListEnd(close);
    }
    if (panic)
      return;
    if (consume(TokenKind::Comma) && !at(close))
      continue;
    consume(close); // A comma before it is harmless.
    return;
  }
}

void Parser::reportUnclosed(TokenKind close, const Token &open) {
  bool invalid = at(TokenKind::Invalid);
  if (!panic && !invalid &&
      (at(TokenKind::End) || startsDeclaration(peek().kind)))
    diagnostics.error(open.range, spelling(open.kind) + " is never closed")
        .repair("add " + spelling(close) + " before " +
                (at(TokenKind::End) ? "the end" : "the next declaration"));
  else if (!panic && !invalid)
    diagnostics
        .error(peek().range, "expected ',' or " + spelling(close) + ", found " +
                                 describe(peek()))
        .highlight(open.range);
  startPanic();
}
