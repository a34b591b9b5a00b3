//===- ParseExpression.cpp - expressions ----------------------------------===//
//
// Precedence, weakest first: `let`, `or`, `and`, `not`, comparisons (which do
// not chain), `+ -`, `* /`, unary `-`, `^` (to the right; `-x^2` is `-(x^2)`),
// calls and subscripts.
//
//===----------------------------------------------------------------------===//

#include "ParserImpl.h"

using namespace keops;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace {
struct Operator {
  BinaryOp op;
  unsigned precedence;
};
enum Precedence : unsigned {
  OrLevel = 1,
  AndLevel,
  NotLevel,
  CompareLevel,
  AddLevel,
  MultiplyLevel
};
} // namespace

static std::optional<Operator> binaryOperator(TokenKind kind) {
  switch (kind) {
  case TokenKind::KwOr:
    return Operator{BinaryOp::Or, OrLevel};
  case TokenKind::KwAnd:
    return Operator{BinaryOp::And, AndLevel};
  case TokenKind::Less:
    return Operator{BinaryOp::Less, CompareLevel};
  case TokenKind::LessEqual:
    return Operator{BinaryOp::LessEqual, CompareLevel};
  case TokenKind::Greater:
    return Operator{BinaryOp::Greater, CompareLevel};
  case TokenKind::GreaterEqual:
    return Operator{BinaryOp::GreaterEqual, CompareLevel};
  case TokenKind::EqualEqual:
    return Operator{BinaryOp::Equal, CompareLevel};
  case TokenKind::NotEqual:
    return Operator{BinaryOp::NotEqual, CompareLevel};
  case TokenKind::Plus:
    return Operator{BinaryOp::Add, AddLevel};
  case TokenKind::Minus:
    return Operator{BinaryOp::Subtract, AddLevel};
  case TokenKind::Star:
    return Operator{BinaryOp::Multiply, MultiplyLevel};
  case TokenKind::Slash:
    return Operator{BinaryOp::Divide, MultiplyLevel};
  default:
    return std::nullopt;
  }
}

const Expr *Parser::failed(SourceRange range) {
  return context.create<ErrorExpr>(range);
}

const Expr *Parser::checkDepth(const Expr *expr) {
  if (expr->depth <= maxNesting)
    return expr;
  if (!panic)
    diagnostics
        .error(expr->range,
               "expression of more than " + llvm::Twine(maxNesting) + " levels")
        .note("each operator of a chain 'a + b + ...' is one level")
        .repair("name a part of it with 'let'");
  startPanic();
  return failed(expr->range);
}

const Expr *Parser::parseWhole() {
  const Expr *expr = parseExpr();
  if (!panic && !at(TokenKind::End))
    unexpected("an operator or the end of the text");
  return expr;
}

const Expr *Parser::parseExpr() {
  DepthGuard guard(*this);
  if (depth > maxParserDepth) {
    if (!panic)
      diagnostics
          .error(peek().range,
                 "more than " + llvm::Twine(maxParserDepth) +
                     " brackets, operators and 'let's are open here")
          .repair("name a part of the expression with 'let'");
    startPanic();
    return failed(peek().range);
  }
  return at(TokenKind::KwLet) ? parseLet() : parseBinary(OrLevel);
}

const Expr *Parser::parseBinary(unsigned minPrecedence) {
  const Expr *lhs = parseUnary();
  bool compared = false;
  while (!panic) {
    std::optional<Operator> found = binaryOperator(peek().kind);
    if (!found || found->precedence < minPrecedence)
      return lhs;
    SourceRange opRange = peek().range;
    if (found->precedence == CompareLevel && compared) {
      diagnostics.error(opRange, "comparisons do not chain")
          .highlight(lhs->range)
          .repair("write 'a < b and b < c'");
      startPanic();
      return failed(lhs->range);
    }
    compared = found->precedence == CompareLevel;
    advance();
    const Expr *rhs = parseBinary(found->precedence + 1);
    lhs = checkDepth(context.create<BinaryExpr>(join(lhs->range, rhs->range),
                                                found->op, opRange, lhs, rhs));
  }
  return lhs;
}

const Expr *Parser::parseUnary() {
  SourceRange start = peek().range;
  if (at(TokenKind::Plus)) {
    diagnostics.error(start, "unary '+' is not an operator of the language")
        .repair("leave it out", start, "");
    advance();
  }
  bool negate = at(TokenKind::Minus);
  if (!negate && !at(TokenKind::KwNot))
    return parsePower();
  DepthGuard guard(*this);
  if (depth > maxParserDepth)
    return parseExpr(); // Reports.
  advance();
  // `not` reaches over comparisons: `not a < b` is `not (a < b)`.
  const Expr *operand = negate ? parseUnary() : parseBinary(NotLevel);
  UnaryOp op = negate ? UnaryOp::Negate : UnaryOp::Not;
  return checkDepth(context.create<UnaryExpr>(join(start, operand->range), op,
                                              start, operand));
}

const Expr *Parser::parsePower() {
  const Expr *base = parsePostfix();
  if (panic || !at(TokenKind::Caret))
    return base;
  DepthGuard guard(*this);
  if (depth > maxParserDepth)
    return parseExpr(); // Reports.
  SourceRange opRange = advance().range;
  const Expr *exponent =
      parseUnary(); // `x ^ -2`, and to the right: `x ^ y ^ z`.
  return checkDepth(
      context.create<BinaryExpr>(join(base->range, exponent->range),
                                 BinaryOp::Power, opRange, base, exponent));
}

const Expr *Parser::parsePostfix() {
  const Expr *expr = parsePrimary();
  while (!panic && at(TokenKind::LeftBracket))
    expr = checkDepth(parseSubscript(expr));
  if (!panic && at(TokenKind::LeftParen)) {
    diagnostics.error(peek().range, "only a name can be called")
        .highlight(expr->range)
        .repair("write '*' for a product");
    startPanic();
  }
  return expr;
}

const Expr *Parser::parsePrimary() {
  const Token &token = peek();
  switch (token.kind) {
  case TokenKind::Integer:
    advance();
    return context.create<IntegerExpr>(token.range, token.integer);
  case TokenKind::Real:
    advance();
    return context.create<RealExpr>(token.range, token.real);
  case TokenKind::String:
    advance();
    return context.create<StringExpr>(token.range, context.copy(token.text));
  case TokenKind::LeftParen:
    return parseParenthesised();
  case TokenKind::KwLet:
    return parseExpr(); // As the right operand of an operator.
  case TokenKind::Identifier: {
    advance();
    Identifier name{context.copy(token.text), token.range};
    const Token &open = peek();
    if (!consume(TokenKind::LeftParen))
      return context.create<NameExpr>(name.range, name.name);
    SmallVector<const Expr *> args;
    parseList(TokenKind::RightParen, open, [&] {
      args.push_back(parseExpr());
      return !panic;
    });
    return checkDepth(
        context.create<CallExpr>(rangeFrom(name.range), name,
                                 context.copy(ArrayRef<const Expr *>(args))));
  }
  case TokenKind::LeftBracket: {
    advance();
    SmallVector<const Expr *> parts;
    parseList(TokenKind::RightBracket, token, [&] {
      parts.push_back(parseExpr());
      return !panic;
    });
    SourceRange range = rangeFrom(token.range);
    if (parts.empty()) {
      if (!panic)
        diagnostics.error(range, "a vector of no components");
      return failed(range);
    }
    return checkDepth(context.create<ConcatExpr>(
        range, context.copy(ArrayRef<const Expr *>(parts))));
  }
  default:
    unexpected("an expression");
    return failed(token.range);
  }
}

/// `(e)`, or the results `(e1, e2)` of a kernel.
const Expr *Parser::parseParenthesised() {
  const Token &open = advance();
  SmallVector<const Expr *> parts;
  if (at(TokenKind::RightParen)) {
    unexpected("an expression");
    return failed(open.range);
  }
  parseList(TokenKind::RightParen, open, [&] {
    parts.push_back(parseExpr());
    return !panic;
  });
  if (parts.size() == 1)
    return parts.front();
  return checkDepth(context.create<TupleExpr>(
      rangeFrom(open.range), context.copy(ArrayRef<const Expr *>(parts))));
}

const Expr *Parser::parseLet() {
  SourceRange start = peek().range;
  SmallVector<LetBinding> bindings;
  while (consume(TokenKind::KwLet)) {
    std::optional<Identifier> name = expectName("a name after 'let'");
    if (!name || !expect(TokenKind::Assign, "after the name of a 'let'"))
      return failed(peek().range);
    const Expr *value = parseExpr();
    if (panic)
      return failed(value->range);
    bindings.push_back({*name, value});
  }
  if (!at(TokenKind::KwIn)) {
    unexpected("an operator, 'let' or 'in'");
    return failed(peek().range);
  }
  advance();
  const Expr *body = parseExpr();
  return checkDepth(context.create<LetExpr>(
      join(start, body->range), context.copy(ArrayRef<LetBinding>(bindings)),
      body));
}

std::optional<SubscriptIndex> Parser::parseSubscriptIndex() {
  SubscriptIndex index;
  SourceRange start = peek().range;
  if (!at(TokenKind::Colon))
    index.first = parseExpr();
  if (!panic && consume(TokenKind::Colon)) {
    index.isSlice = true;
    if (!at(TokenKind::RightBracket) && !at(TokenKind::Comma))
      index.last = parseExpr();
  }
  if (panic)
    return std::nullopt;
  index.range = rangeFrom(start);
  return index;
}

const Expr *Parser::parseSubscript(const Expr *base) {
  const Token &open = advance();
  SmallVector<SubscriptIndex> indices;
  parseList(TokenKind::RightBracket, open, [&] {
    std::optional<SubscriptIndex> index = parseSubscriptIndex();
    if (index)
      indices.push_back(*index);
    return index.has_value();
  });
  SourceRange range = join(base->range, previousRange());
  if (indices.empty()) {
    if (!panic)
      diagnostics.error(rangeFrom(open.range), "an index is missing")
          .highlight(base->range)
          .repair("write 'x[0]' for the first component, 'x[0:2]' for the "
                  "first two");
    return failed(range);
  }
  return context.create<SubscriptExpr>(
      range, base, context.copy(ArrayRef<SubscriptIndex>(indices)));
}
