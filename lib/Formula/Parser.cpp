//===- Parser.cpp - declarations ------------------------------------------===//

#include "ParserImpl.h"

using namespace keops;
using llvm::ArrayRef;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

FileAST Parser::parseFile(FileId file) {
  FileAST result;
  result.file = file;
  while (!at(TokenKind::End)) {
    if (!startsDeclaration(peek().kind))
      unexpected("a declaration ('import', 'const', 'def' or 'kernel')");
    else if (std::optional<Decl> decl = parseDecl())
      result.decls.push_back(*decl);
    if (panic || !startsDeclaration(peek().kind)) {
      if (!panic && !at(TokenKind::End))
        unexpected("an operator or the next declaration");
      skipToDeclaration();
    }
  }
  return result;
}

std::optional<Decl> Parser::parseDecl() {
  Decl decl;
  isBroken = false;
  switch (peek().kind) {
  case TokenKind::KwImport:
    decl.import = parseImport();
    break;
  case TokenKind::KwConst:
    decl.constant = parseConst();
    break;
  case TokenKind::KwDef:
    decl.def = parseDef();
    break;
  default:
    decl.kernel = parseKernel();
    break;
  }
  if (decl.import || decl.constant || decl.def || decl.kernel)
    return decl;
  return std::nullopt;
}

const ImportDecl *Parser::parseImport() {
  SourceRange start = advance().range;
  if (!at(TokenKind::String)) {
    unexpected(
        "the path of a file in quotes, as in 'import \"std/kernels.kop\"'");
    return nullptr;
  }
  const Token &path = advance();
  return context.create<ImportDecl>(
      ImportDecl{rangeFrom(start), context.copy(path.text), path.range});
}

/// `= expr`; `what` completes "expected '=' ...".
const Expr *Parser::parseDefinition(StringRef what) {
  if (!expect(TokenKind::Assign, what))
    return context.create<ErrorExpr>(peek().range);
  return parseExpr();
}

const ConstDecl *Parser::parseConst() {
  const Token &keyword = advance();
  std::optional<Identifier> name = expectName("the name of the constant");
  if (!name)
    return nullptr;
  const Expr *value = nullptr;
  if (at(TokenKind::Assign))
    value = parseDefinition("before the value of the constant");
  if (isBroken)
    value = context.create<ErrorExpr>(name->range);
  return context.create<ConstDecl>(
      ConstDecl{rangeFrom(keyword.range), *name, value,
                context.copy(StringRef(keyword.doc))});
}

const DefDecl *Parser::parseDef() {
  const Token &keyword = advance();
  std::optional<Identifier> name = expectName("the name of the function");
  if (!name)
    return nullptr;
  SmallVector<Identifier> params;
  const Token &open = peek();
  if (!expect(TokenKind::LeftParen, "before the parameters of the function"))
    return nullptr;
  parseList(TokenKind::RightParen, open, [&] {
    std::optional<Identifier> param = expectName("the name of a parameter");
    if (param)
      params.push_back(*param);
    return param.has_value();
  });
  const Expr *body = parseDefinition("before the body of the function");
  return context.create<DefDecl>(
      DefDecl{rangeFrom(keyword.range), *name,
              context.copy(ArrayRef<Identifier>(params)), body,
              context.copy(StringRef(keyword.doc)), isBroken});
}

const KernelDecl *Parser::parseKernel() {
  const Token &keyword = advance();
  std::optional<Identifier> name = expectName("the name of the kernel");
  if (!name)
    return nullptr;
  KernelDecl kernel;
  kernel.name = *name;
  kernel.doc = context.copy(StringRef(keyword.doc));
  const Token &open = peek();
  if (consume(TokenKind::LeftParen)) {
    kernel.hasVariables = true;
    SmallVector<VariableDecl> variables;
    parseList(TokenKind::RightParen, open, [&] {
      std::optional<VariableDecl> variable = parseVariable();
      if (variable)
        variables.push_back(*variable);
      return variable.has_value();
    });
    kernel.variables = context.copy(ArrayRef<VariableDecl>(variables));
  } else if (!at(TokenKind::Assign) && !at(TokenKind::Arrow)) {
    unexpected("'(' before the variables of the kernel");
    return nullptr;
  }
  if (consume(TokenKind::Arrow))
    kernel.results = parseResults();
  kernel.body = parseDefinition("before the formula of the kernel");
  if (!panic && at(TokenKind::Identifier) && peek().text == "given")
    parseGiven(kernel);
  kernel.isBroken = isBroken;
  kernel.range = rangeFrom(keyword.range);
  return context.create<KernelDecl>(kernel);
}

/// The role in front of a variable's name, `i` of `i x[3]`.
bool Parser::parseRole(VariableDecl &variable) {
  static constexpr StringRef roles =
      "a role is 'i' (one row per output index), 'j' (one row per reduced "
      "index) or 'param' (one row)";
  const Token &role = peek();
  const Token &next = peek(1);
  bool nameFollows = next.kind == TokenKind::Identifier || isKeyword(next.text);
  if (!at(TokenKind::Identifier))
    return true; // What is missing is the whole variable.
  if (!nameFollows) {
    if (!panic && next.kind != TokenKind::Invalid)
      diagnostics.error(role.range, "variable '" + role.text + "' has no role")
          .note(roles)
          .repair("write 'param " + role.text + "', 'i " + role.text +
                  "' or 'j " + role.text + "'");
    startPanic();
    return false;
  }
  advance();
  variable.roleRange = role.range;
  if (role.text == "i" || role.text == "j") {
    variable.role = role.text == "i" ? Role::I : Role::J;
  } else if (role.text != "param") {
    diagnostics.error(role.range, "'" + role.text + "' is not a role")
        .note(roles);
    isBroken = true;
  }
  return true;
}

std::optional<VariableDecl> Parser::parseVariable() {
  VariableDecl variable;
  SourceRange start = peek().range;
  if (!parseRole(variable))
    return std::nullopt;
  std::optional<Identifier> name = expectName("a variable, as in 'i x[3]'");
  if (!name)
    return std::nullopt;
  variable.name = *name;
  variable.dims = parseDims();
  if (!panic && consume(TokenKind::Colon)) {
    std::optional<Identifier> type =
        expectName("an element type, as in ': f64'");
    if (!type)
      return std::nullopt;
    variable.type = *type;
  }
  variable.range = rangeFrom(start);
  return variable;
}

ArrayRef<const Expr *> Parser::parseDims() {
  const Token &open = peek();
  if (!consume(TokenKind::LeftBracket))
    return {};
  SmallVector<const Expr *> dims;
  parseList(TokenKind::RightBracket, open, [&] {
    dims.push_back(parseExpr());
    return !panic;
  });
  if (dims.empty() && !panic)
    diagnostics.error(rangeFrom(open.range), "a dimension is missing")
        .note("write '[3]' for a vector, '[2, 3]' for a matrix, nothing for a "
              "number");
  if (dims.size() > 2) {
    diagnostics
        .error(rangeFrom(open.range),
               Twine(dims.size()) +
                   " dimensions given; a variable has at most two")
        .note("write '[3]' for a vector, '[2, 3]' for a matrix, nothing for a "
              "number");
    dims.resize(2);
  }
  return context.copy(ArrayRef<const Expr *>(dims));
}

std::optional<ResultDecl> Parser::parseResult() {
  SourceRange start = peek().range;
  std::optional<Identifier> name = expectName("the name of a result");
  if (!name)
    return std::nullopt;
  ResultDecl result;
  result.name = *name;
  result.dims = parseDims();
  result.range = rangeFrom(start);
  return result;
}

/// `(a[K], b[K])`, or one result without parentheses.
ArrayRef<ResultDecl> Parser::parseResults() {
  SmallVector<ResultDecl> results;
  auto parseOne = [&] {
    std::optional<ResultDecl> result = parseResult();
    if (result)
      results.push_back(*result);
    return result.has_value();
  };
  const Token &open = peek();
  if (!consume(TokenKind::LeftParen)) {
    parseOne();
    return context.copy(ArrayRef<ResultDecl>(results));
  }
  parseList(TokenKind::RightParen, open, parseOne);
  if (results.empty() && !panic)
    diagnostics.error(rangeFrom(open.range), "no result is named")
        .repair("name at least one, or leave '->' out: a single result is "
                "called 'out'");
  return context.copy(ArrayRef<ResultDecl>(results));
}

/// `given (a, b)`, or one name without parentheses. A word of the language only
/// here.
void Parser::parseGiven(KernelDecl &kernel) {
  kernel.givenRange = advance().range;
  SmallVector<Identifier> names;
  auto parseOne = [&] {
    std::optional<Identifier> name = expectName("the name of a result");
    if (name)
      names.push_back(*name);
    return name.has_value();
  };
  const Token &open = peek();
  if (!consume(TokenKind::LeftParen)) {
    parseOne();
  } else {
    parseList(TokenKind::RightParen, open, parseOne);
    if (names.empty() && !panic)
      diagnostics.error(rangeFrom(open.range), "no result is named")
          .repair("name the results that the caller has, or leave 'given' out");
  }
  kernel.given = context.copy(ArrayRef<Identifier>(names));
  kernel.givenRange = rangeFrom(kernel.givenRange);
}

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

FileAST keops::parseFile(FileId file, ASTContext &context,
                         DiagnosticEngine &diagnostics) {
  return Parser(file, context, diagnostics).parseFile(file);
}

const Expr *keops::parseExpression(FileId file, ASTContext &context,
                                   DiagnosticEngine &diagnostics) {
  unsigned before = diagnostics.errorCount();
  const Expr *expr = Parser(file, context, diagnostics).parseWhole();
  return diagnostics.errorCount() == before ? expr : nullptr;
}

llvm::Expected<std::unique_ptr<ParsedExpression>>
ParsedExpression::parse(StringRef text, StringRef name) {
  auto parsed = std::make_unique<ParsedExpression>();
  DiagnosticEngine diagnostics(parsed->sources);
  FileId file = parsed->sources.addBuffer(text, name);
  parsed->expression = parseExpression(file, parsed->context, diagnostics);
  if (parsed->expression)
    return parsed;
  std::string message;
  llvm::raw_string_ostream os(message);
  diagnostics.print(os);
  return llvm::createStringError(StringRef(message).rtrim());
}
