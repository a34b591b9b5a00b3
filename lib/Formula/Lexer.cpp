//===- Lexer.cpp - words of the formula language --------------------------===//

#include "keops/Formula/Lexer.h"
#include "LiteralParsing.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"

using namespace keops;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Spellings
//===----------------------------------------------------------------------===//

static TokenKind keywordKind(StringRef name) {
  return llvm::StringSwitch<TokenKind>(name)
      .Case("import", TokenKind::KwImport)
      .Case("const", TokenKind::KwConst)
      .Case("def", TokenKind::KwDef)
      .Case("kernel", TokenKind::KwKernel)
      .Case("let", TokenKind::KwLet)
      .Case("in", TokenKind::KwIn)
      .Case("and", TokenKind::KwAnd)
      .Case("or", TokenKind::KwOr)
      .Case("not", TokenKind::KwNot)
      .Default(TokenKind::Identifier);
}

bool keops::isKeyword(StringRef name) {
  return keywordKind(name) != TokenKind::Identifier;
}

bool keops::startsDeclaration(TokenKind kind) {
  return kind == TokenKind::KwImport || kind == TokenKind::KwConst ||
         kind == TokenKind::KwDef || kind == TokenKind::KwKernel;
}

StringRef keops::spelling(TokenKind kind) {
  static constexpr StringRef spellings[] = {"the end of the text",
                                            "a name",
                                            "an integer",
                                            "a number",
                                            "a string",
                                            "'import'",
                                            "'const'",
                                            "'def'",
                                            "'kernel'",
                                            "'let'",
                                            "'in'",
                                            "'and'",
                                            "'or'",
                                            "'not'",
                                            "'('",
                                            "')'",
                                            "'['",
                                            "']'",
                                            "','",
                                            "':'",
                                            "'='",
                                            "'->'",
                                            "'+'",
                                            "'-'",
                                            "'*'",
                                            "'/'",
                                            "'^'",
                                            "'<'",
                                            "'<='",
                                            "'>'",
                                            "'>='",
                                            "'=='",
                                            "'!='",
                                            "invalid text"};
  static_assert(std::size(spellings) == size_t(TokenKind::Invalid) + 1);
  return spellings[size_t(kind)];
}

std::string keops::describe(const Token &token) {
  switch (token.kind) {
  case TokenKind::Identifier:
  case TokenKind::Integer:
  case TokenKind::Real:
    return ("'" + token.text.take_front(64) + "'").str();
  default:
    return spelling(token.kind).str();
  }
}

//===----------------------------------------------------------------------===//
// Lexer
//===----------------------------------------------------------------------===//

namespace {
class Lexer {
public:
  Lexer(FileId file, DiagnosticEngine &diagnostics)
      : diagnostics(diagnostics), file(file),
        text(diagnostics.sourceManager().text(file)) {}

  std::vector<Token> run();

private:
  void skipBlockComment();
  void docLine();
  Token next();
  Token name();
  Token number();
  Token string();
  Token punctuation();
  Token foreign();
  Token finish(TokenKind kind, size_t length);
  /// A foreign spelling of a token the language has.
  Token mistaken(TokenKind kind, size_t length, StringRef meant);
  StringRef rest() const { return text.drop_front(at); }
  SourceRange rangeOf(size_t length) const {
    return {file, uint32_t(at), uint32_t(at + length)};
  }

  DiagnosticEngine &diagnostics;
  FileId file;
  StringRef text;
  size_t at = 0;
  std::string doc;
};
} // namespace

std::vector<Token> Lexer::run() {
  std::vector<Token> tokens;
  rest().starts_with("\xEF\xBB\xBF") ? at = 3 : at = 0; // A byte order mark.
  while (at < text.size()) {
    if (llvm::isSpace(text[at])) {
      ++at;
    } else if (rest().starts_with("///") && !rest().starts_with("////")) {
      docLine();
    } else if (rest().starts_with("//")) {
      at = std::min(text.find('\n', at), text.size());
    } else if (rest().starts_with("/*")) {
      skipBlockComment();
    } else {
      Token token = next();
      if (startsDeclaration(token.kind))
        token.doc = std::move(doc);
      doc.clear();
      tokens.push_back(std::move(token));
    }
  }
  tokens.push_back(finish(TokenKind::End, 0));
  return tokens;
}

Token Lexer::finish(TokenKind kind, size_t length) {
  Token token;
  token.kind = kind;
  token.range = rangeOf(length);
  token.text = text.substr(at, length);
  at += length;
  return token;
}

void Lexer::docLine() {
  size_t end = std::min(text.find('\n', at), text.size());
  StringRef line = text.slice(at + 3, end).rtrim();
  line.consume_front(" ");
  if (!doc.empty())
    doc += '\n';
  // The documentation is copied into headers: keep it valid text.
  for (char c : line)
    doc += (c == '\t' || (c >= 0 && c < 32) || c == 127) ? ' ' : c;
  at = end;
}

void Lexer::skipBlockComment() {
  size_t end = text.find("*/", at + 2);
  if (end != StringRef::npos) {
    at = end + 2;
    return;
  }
  diagnostics.error(rangeOf(2), "this comment never ends")
      .repair("close it with '*/'");
  at = text.size();
}

Token Lexer::next() {
  char c = text[at];
  if (llvm::isAlpha(c) || c == '_')
    return name();
  bool fraction =
      c == '.' && at + 1 < text.size() && llvm::isDigit(text[at + 1]);
  if (llvm::isDigit(c) || fraction)
    return number();
  if (c == '"')
    return string();
  return punctuation();
}

Token Lexer::name() {
  StringRef word =
      rest().take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
  return finish(keywordKind(word), word.size());
}

Token Lexer::number() {
  Literal literal = parseLiteral(rest());
  SourceRange range = rangeOf(literal.length);
  if (!literal.error.empty())
    diagnostics.error(range, literal.error);
  Token token = finish(literal.isReal ? TokenKind::Real : TokenKind::Integer,
                       literal.length);
  token.integer = literal.integer;
  token.real = literal.real;
  return token;
}

Token Lexer::string() {
  StringRef content = rest().drop_front().take_until(
      [](char c) { return c == '"' || c == '\n' || c == '\r'; });
  size_t length = content.size() + 1;
  bool closed = at + length < text.size() && text[at + length] == '"';
  if (!closed) {
    diagnostics.error(rangeOf(1), "this string never ends")
        .repair("close it with '\"' on the same line");
    return finish(TokenKind::Invalid, length);
  }
  bool strange = llvm::any_of(content, [](char c) {
    return (c >= 0 && c < 32) || c == 127 || c == '\\';
  });
  if (strange)
    diagnostics.error(rangeOf(length + 1),
                      "control characters and '\\' cannot stand in a string");
  Token token =
      finish(strange ? TokenKind::Invalid : TokenKind::String, length + 1);
  token.text = content;
  return token;
}

Token Lexer::mistaken(TokenKind kind, size_t length, StringRef meant) {
  SourceRange range = rangeOf(length);
  diagnostics
      .error(range, "'" + text.substr(at, length) +
                        "' is not an operator of the language")
      .repair("write '" + meant + "'", range, meant);
  return finish(kind, length);
}

Token Lexer::punctuation() {
  struct Mark {
    StringRef text;
    TokenKind kind;
    StringRef meant;
  };
  // Longer marks first; `meant` names the right spelling of a foreign one.
  static constexpr Mark marks[] = {
      {"->", TokenKind::Arrow, ""},      {"**", TokenKind::Caret, "^"},
      {"<=", TokenKind::LessEqual, ""},  {">=", TokenKind::GreaterEqual, ""},
      {"==", TokenKind::EqualEqual, ""}, {"!=", TokenKind::NotEqual, ""},
      {"&&", TokenKind::KwAnd, "and"},   {"||", TokenKind::KwOr, "or"},
      {"<>", TokenKind::NotEqual, "!="}, {"&", TokenKind::KwAnd, "and"},
      {"!", TokenKind::KwNot, "not"},    {"~", TokenKind::KwNot, "not"},
      {"(", TokenKind::LeftParen, ""},   {")", TokenKind::RightParen, ""},
      {"[", TokenKind::LeftBracket, ""}, {"]", TokenKind::RightBracket, ""},
      {",", TokenKind::Comma, ""},       {":", TokenKind::Colon, ""},
      {"=", TokenKind::Assign, ""},      {"+", TokenKind::Plus, ""},
      {"-", TokenKind::Minus, ""},       {"*", TokenKind::Star, ""},
      {"/", TokenKind::Slash, ""},       {"^", TokenKind::Caret, ""},
      {"<", TokenKind::Less, ""},        {">", TokenKind::Greater, ""},
      {"{", TokenKind::LeftParen, "("},  {"}", TokenKind::RightParen, ")"}};
  for (const Mark &mark : marks)
    if (rest().starts_with(mark.text))
      return mark.meant.empty()
                 ? finish(mark.kind, mark.text.size())
                 : mistaken(mark.kind, mark.text.size(), mark.meant);
  return foreign();
}

/// A character outside the language: one error for the whole run of them.
Token Lexer::foreign() {
  struct Symbol {
    StringRef text;
    TokenKind kind;
    StringRef meant;
  };
  static constexpr Symbol symbols[] = {
      {"\u00d7", TokenKind::Star, "*"},
      {"\u00b7", TokenKind::Star, "*"},
      {"\u22c5", TokenKind::Star, "*"},
      {"\u2212", TokenKind::Minus, "-"},
      {"\u2013", TokenKind::Minus, "-"},
      {"\u00f7", TokenKind::Slash, "/"},
      {"\u2264", TokenKind::LessEqual, "<="},
      {"\u2265", TokenKind::GreaterEqual, ">="},
      {"\u2260", TokenKind::NotEqual, "!="},
      {"\u2192", TokenKind::Arrow, "->"}};
  for (const Symbol &symbol : symbols)
    if (rest().starts_with(symbol.text))
      return mistaken(symbol.kind, symbol.text.size(), symbol.meant);

  const auto *bytes = reinterpret_cast<const llvm::UTF8 *>(text.data() + at);
  size_t length = llvm::getNumBytesForUTF8(*bytes);
  unsigned char c = text[at];
  bool legal = at + length <= text.size() &&
               llvm::isLegalUTF8Sequence(bytes, bytes + length);
  if (!legal || c < 32 || c == 127) {
    std::string byte = llvm::utohexstr(c, /*LowerCase=*/true, /*Width=*/2);
    diagnostics.error(
        rangeOf(1),
        llvm::Twine(c < 128 ? "control character" : "text that is not UTF-8:") +
            " 0x" + byte);
    // One report for a run of such bytes: a binary file is one mistake.
    size_t run = 1;
    while (at + run < text.size() &&
           (uint8_t(text[at + run]) >= 128 || uint8_t(text[at + run]) < 9))
      ++run;
    return finish(TokenKind::Invalid, run);
  }
  StringRef shown = text.substr(at, length);
  DiagnosticBuilder error = diagnostics.error(
      rangeOf(length), "'" + shown + "' has no meaning in the language");
  if (shown == ";")
    error.repair("leave it out: declarations and 'let' need no terminator",
                 rangeOf(1), "");
  else if (shown == "%")
    error.repair("write 'mod(x, n, 0)' for the remainder");
  else if (shown == "@")
    error.repair("write 'matvec(A, x)' or 'dot(x, y)' for a product of "
                 "matrices or vectors");
  else if (shown == "|")
    error.repair(
        "write 'dot(x, y)' for the scalar product, 'or' for the disjunction");
  else if (shown == "#")
    error.repair("start a comment with '//'", rangeOf(1), "//");
  else if (shown == "'")
    error.repair("strings are enclosed in '\"'");
  else if (c >= 128)
    error.note("names are made of the letters a-z and A-Z, digits and '_'");
  if (shown == "#")
    length = rest().take_until([](char c) { return c == '\n'; }).size();
  return finish(TokenKind::Invalid, length);
}

std::vector<Token> keops::tokenize(FileId file, DiagnosticEngine &diagnostics) {
  return Lexer(file, diagnostics).run();
}
