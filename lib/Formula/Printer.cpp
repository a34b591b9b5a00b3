//===- Printer.cpp - syntax trees as text ---------------------------------===//

#include "keops/Formula/Printer.h"
#include "LiteralParsing.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace keops;
using llvm::raw_ostream;
using llvm::StringRef;

/// How tightly an expression holds together, as in ParseExpression.cpp.
static unsigned precedence(const Expr &expr) {
  if (llvm::isa<LetExpr>(expr))
    return 0;
  if (const auto *binary = llvm::dyn_cast<BinaryExpr>(&expr)) {
    if (binary->op == BinaryOp::Or)
      return 1;
    if (binary->op == BinaryOp::And)
      return 2;
    if (isComparison(binary->op))
      return 4;
    if (binary->op == BinaryOp::Power)
      return 8;
    bool additive =
        binary->op == BinaryOp::Add || binary->op == BinaryOp::Subtract;
    return additive ? 5 : 6;
  }
  if (const auto *unary = llvm::dyn_cast<UnaryExpr>(&expr))
    return unary->op == UnaryOp::Not ? 3 : 7;
  return 9;
}

static void printWithin(const Expr &expr, unsigned minPrecedence,
                        raw_ostream &os) {
  bool parenthesise = precedence(expr) < minPrecedence;
  if (parenthesise)
    os << '(';
  printExpr(expr, os);
  if (parenthesise)
    os << ')';
}

static void printList(llvm::ArrayRef<const Expr *> parts, raw_ostream &os) {
  llvm::interleaveComma(parts, os,
                        [&](const Expr *part) { printExpr(*part, os); });
}

static void printReal(double value, raw_ostream &os) {
  std::string text = shortestText(value);
  os << text;
  if (StringRef(text).find_first_of(".eE") == StringRef::npos)
    os << ".0";
}

static void printBinary(const BinaryExpr &binary, raw_ostream &os) {
  unsigned own = precedence(binary);
  if (binary.op == BinaryOp::Power) {
    printWithin(*binary.lhs, 9, os);
    os << '^';
    printWithin(*binary.rhs, 7, os);
    return;
  }
  printWithin(*binary.lhs, isComparison(binary.op) ? own + 1 : own, os);
  os << ' ' << spelling(binary.op) << ' ';
  printWithin(*binary.rhs, own + 1, os);
}

static void printSubscript(const SubscriptExpr &subscript, raw_ostream &os) {
  printWithin(*subscript.base, 9, os);
  os << '[';
  llvm::interleaveComma(subscript.indices, os,
                        [&](const SubscriptIndex &index) {
                          if (index.first)
                            printExpr(*index.first, os);
                          if (index.isSlice)
                            os << ':';
                          if (index.last)
                            printExpr(*index.last, os);
                        });
  os << ']';
}

void keops::printExpr(const Expr &expr, raw_ostream &os) {
  switch (expr.kind) {
  case Expr::Kind::Error:
    os << "<error>";
    return;
  case Expr::Kind::Integer:
    os << llvm::cast<IntegerExpr>(expr).value;
    return;
  case Expr::Kind::Real:
    return printReal(llvm::cast<RealExpr>(expr).value, os);
  case Expr::Kind::String:
    os << '"' << llvm::cast<StringExpr>(expr).value << '"';
    return;
  case Expr::Kind::Name:
    os << llvm::cast<NameExpr>(expr).name;
    return;
  case Expr::Kind::Unary: {
    const auto &unary = llvm::cast<UnaryExpr>(expr);
    os << (unary.op == UnaryOp::Negate ? "-" : "not ");
    return printWithin(*unary.operand, precedence(unary), os);
  }
  case Expr::Kind::Binary:
    return printBinary(llvm::cast<BinaryExpr>(expr), os);
  case Expr::Kind::Call: {
    const auto &call = llvm::cast<CallExpr>(expr);
    os << call.callee.name << '(';
    printList(call.args, os);
    os << ')';
    return;
  }
  case Expr::Kind::Subscript:
    return printSubscript(llvm::cast<SubscriptExpr>(expr), os);
  case Expr::Kind::Concat:
    os << '[';
    printList(llvm::cast<ConcatExpr>(expr).parts, os);
    os << ']';
    return;
  case Expr::Kind::Let: {
    const auto &let = llvm::cast<LetExpr>(expr);
    for (const LetBinding &binding : let.bindings) {
      os << "let " << binding.name.name << " = ";
      printWithin(*binding.value, 1, os);
      os << ' ';
    }
    os << "in ";
    return printExpr(*let.body, os);
  }
  case Expr::Kind::Tuple:
    os << '(';
    printList(llvm::cast<TupleExpr>(expr).parts, os);
    os << ')';
    return;
  }
}

std::string keops::toString(const Expr &expr) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printExpr(expr, os);
  return text;
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

static void printDoc(StringRef doc, raw_ostream &os) {
  if (doc.empty())
    return;
  for (StringRef line : llvm::split(doc, '\n'))
    os << (line.empty() ? "///" : "/// ") << line << '\n';
}

static void printDims(llvm::ArrayRef<const Expr *> dims, raw_ostream &os) {
  if (dims.empty())
    return;
  os << '[';
  printList(dims, os);
  os << ']';
}

static void printVariables(llvm::ArrayRef<VariableDecl> variables,
                           raw_ostream &os) {
  os << '(';
  llvm::interleaveComma(variables, os, [&](const VariableDecl &variable) {
    os << spelling(variable.role) << ' ' << variable.name.name;
    printDims(variable.dims, os);
    if (!variable.type.name.empty())
      os << " : " << variable.type.name;
  });
  os << ')';
}

static void printKernel(const KernelDecl &kernel, raw_ostream &os) {
  printDoc(kernel.doc, os);
  os << "kernel " << kernel.name.name;
  if (kernel.hasVariables)
    printVariables(kernel.variables, os);
  if (!kernel.results.empty()) {
    os << " -> (";
    llvm::interleaveComma(kernel.results, os, [&](const ResultDecl &result) {
      os << result.name.name;
      printDims(result.dims, os);
    });
    os << ')';
  }
  os << (kernel.hasVariables ? " =\n  " : " = ") << toString(*kernel.body);
  if (!kernel.given.empty()) {
    os << " given (";
    llvm::interleaveComma(kernel.given, os,
                          [&](const Identifier &name) { os << name.name; });
    os << ')';
  }
  os << '\n';
}

static void printDef(const DefDecl &def, raw_ostream &os) {
  printDoc(def.doc, os);
  os << "def " << def.name.name << '(';
  llvm::interleaveComma(def.params, os,
                        [&](const Identifier &param) { os << param.name; });
  os << ") = " << toString(*def.body) << '\n';
}

void keops::printFile(const FileAST &file, raw_ostream &os) {
  bool first = true;
  for (const Decl &decl : file.decls) {
    if (!first)
      os << '\n';
    first = false;
    if (decl.import) {
      os << "import \"" << decl.import->path << "\"\n";
    } else if (decl.constant) {
      printDoc(decl.constant->doc, os);
      os << "const " << decl.constant->name.name;
      if (decl.constant->value)
        os << " = " << toString(*decl.constant->value);
      os << '\n';
    } else if (decl.def) {
      printDef(*decl.def, os);
    } else {
      printKernel(*decl.kernel, os);
    }
  }
}
