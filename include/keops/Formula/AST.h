//===- AST.h - the syntax tree of a .kop file -------------------*- C++ -*-===//
//
// What the parser understood, before any checking. Nodes live in an ASTContext
// (an arena) and refer to its strings, so they need no destructors and deep
// trees are freed without recursion. Parentheses leave no trace but the ranges.
// The parser bounds the depth of a tree by `maxNesting`: recursion over one is
// safe.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_FORMULA_AST_H
#define KEOPS_FORMULA_AST_H

#include "keops/Support/SourceManager.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Casting.h"
#include <cstdint>
#include <vector>

namespace keops {

/// Levels of an expression, counting each operator of a chain `a + b + ...`.
constexpr unsigned maxNesting = 1000;

/// Owns the nodes of any number of trees.
class ASTContext {
public:
  template <typename T, typename... Args> T *create(Args &&...args) {
    return new (arena.Allocate<T>()) T{std::forward<Args>(args)...};
  }
  template <typename T> llvm::ArrayRef<T> copy(llvm::ArrayRef<T> items) {
    return items.copy(arena);
  }
  llvm::StringRef copy(llvm::StringRef text) { return text.copy(arena); }

private:
  llvm::BumpPtrAllocator arena;
};

/// A name with its place.
struct Identifier {
  llvm::StringRef name;
  SourceRange range;
};

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

struct Expr {
  enum class Kind {
    Error,
    Integer,
    Real,
    String,
    Name,
    Unary,
    Binary,
    Call,
    Subscript,
    Concat,
    Let,
    Tuple,
  };
  const Kind kind;
  SourceRange range;
  /// Levels below and including this node.
  unsigned depth = 1;

protected:
  Expr(Kind kind, SourceRange range, unsigned depth = 1)
      : kind(kind), range(range), depth(depth) {}
};

/// Stands where a syntax error was reported; checking it says nothing more.
struct ErrorExpr : Expr {
  explicit ErrorExpr(SourceRange range) : Expr(Kind::Error, range) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Error; }
};

struct IntegerExpr : Expr {
  int64_t value;
  IntegerExpr(SourceRange range, int64_t value)
      : Expr(Kind::Integer, range), value(value) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Integer; }
};

struct RealExpr : Expr {
  double value;
  RealExpr(SourceRange range, double value)
      : Expr(Kind::Real, range), value(value) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Real; }
};

/// A string, the argument of `keops("...")`.
struct StringExpr : Expr {
  llvm::StringRef value;
  StringExpr(SourceRange range, llvm::StringRef value)
      : Expr(Kind::String, range), value(value) {}
  static bool classof(const Expr *e) { return e->kind == Kind::String; }
};

struct NameExpr : Expr {
  llvm::StringRef name;
  NameExpr(SourceRange range, llvm::StringRef name)
      : Expr(Kind::Name, range), name(name) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Name; }
};

enum class UnaryOp { Negate, Not };

struct UnaryExpr : Expr {
  UnaryOp op;
  SourceRange opRange;
  const Expr *operand;
  UnaryExpr(SourceRange range, UnaryOp op, SourceRange opRange,
            const Expr *operand)
      : Expr(Kind::Unary, range, operand->depth + 1), op(op), opRange(opRange),
        operand(operand) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Unary; }
};

enum class BinaryOp {
  Add,
  Subtract,
  Multiply,
  Divide,
  Power,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Equal,
  NotEqual,
  And,
  Or,
};

/// "+", "<=", "and" ...
llvm::StringRef spelling(BinaryOp op);
llvm::StringRef spelling(UnaryOp op);
bool isComparison(BinaryOp op);
bool isLogical(BinaryOp op);
/// The elementwise primitive an operator stands for: "add", "le", "and" ...
llvm::StringRef primitiveName(BinaryOp op);
llvm::StringRef primitiveName(UnaryOp op);

struct BinaryExpr : Expr {
  BinaryOp op;
  SourceRange opRange;
  const Expr *lhs;
  const Expr *rhs;
  BinaryExpr(SourceRange range, BinaryOp op, SourceRange opRange,
             const Expr *lhs, const Expr *rhs)
      : Expr(Kind::Binary, range, std::max(lhs->depth, rhs->depth) + 1), op(op),
        opRange(opRange), lhs(lhs), rhs(rhs) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Binary; }
};

/// Depth of a node above `parts`.
unsigned depthAbove(llvm::ArrayRef<const Expr *> parts);

/// `f(a, b)`: a function, a primitive, a reduction or a derivative; the checker
/// tells them apart.
struct CallExpr : Expr {
  Identifier callee;
  llvm::ArrayRef<const Expr *> args;
  CallExpr(SourceRange range, Identifier callee,
           llvm::ArrayRef<const Expr *> args)
      : Expr(Kind::Call, range, depthAbove(args)), callee(callee), args(args) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Call; }
};

/// One place between the brackets: `e`, or `first:last` where either may lack.
struct SubscriptIndex {
  SourceRange range;
  bool isSlice = false;
  const Expr *first = nullptr;
  const Expr *last = nullptr;
};

/// `x[2]`, `x[1:3]`, `A[r, c]`.
struct SubscriptExpr : Expr {
  const Expr *base;
  llvm::ArrayRef<SubscriptIndex> indices;
  SubscriptExpr(SourceRange range, const Expr *base,
                llvm::ArrayRef<SubscriptIndex> indices);
  static bool classof(const Expr *e) { return e->kind == Kind::Subscript; }
};

/// `[a, b, c]`.
struct ConcatExpr : Expr {
  llvm::ArrayRef<const Expr *> parts;
  ConcatExpr(SourceRange range, llvm::ArrayRef<const Expr *> parts)
      : Expr(Kind::Concat, range, depthAbove(parts)), parts(parts) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Concat; }
};

struct LetBinding {
  Identifier name;
  const Expr *value;
};

/// `let a = e let b = f in body`; each binding sees those before it.
struct LetExpr : Expr {
  llvm::ArrayRef<LetBinding> bindings;
  const Expr *body;
  LetExpr(SourceRange range, llvm::ArrayRef<LetBinding> bindings,
          const Expr *body);
  static bool classof(const Expr *e) { return e->kind == Kind::Let; }
};

/// `(e1, e2)`: the results of a kernel.
struct TupleExpr : Expr {
  llvm::ArrayRef<const Expr *> parts;
  TupleExpr(SourceRange range, llvm::ArrayRef<const Expr *> parts)
      : Expr(Kind::Tuple, range, depthAbove(parts)), parts(parts) {}
  static bool classof(const Expr *e) { return e->kind == Kind::Tuple; }
};

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

struct ImportDecl {
  SourceRange range;
  llvm::StringRef path;
  SourceRange pathRange;
};

struct ConstDecl {
  SourceRange range;
  Identifier name;
  /// Null when the value must come from -D.
  const Expr *value = nullptr;
  llvm::StringRef doc;
};

struct DefDecl {
  SourceRange range;
  Identifier name;
  llvm::ArrayRef<Identifier> params;
  const Expr *body = nullptr;
  llvm::StringRef doc;
  /// True when the parameters had syntax errors: uses are not checked.
  bool isBroken = false;
};

enum class Role { I, J, Param };
llvm::StringRef spelling(Role role);

/// `i x[D]`, `param A[R, C] : f64`.
struct VariableDecl {
  SourceRange range;
  Role role = Role::Param;
  SourceRange roleRange;
  Identifier name;
  /// None, one or two expressions.
  llvm::ArrayRef<const Expr *> dims;
  /// Empty name: the element type of the compilation.
  Identifier type;
};

/// `d2[K]` after `->`.
struct ResultDecl {
  SourceRange range;
  Identifier name;
  llvm::ArrayRef<const Expr *> dims;
};

struct KernelDecl {
  SourceRange range;
  Identifier name;
  /// False for `kernel g = grad(f, x)` and `kernel g = keops("...")`.
  bool hasVariables = false;
  llvm::ArrayRef<VariableDecl> variables;
  llvm::ArrayRef<ResultDecl> results;
  const Expr *body = nullptr;
  /// `given (a, b)` after a derivative: results of the kernel differentiated.
  llvm::ArrayRef<Identifier> given;
  SourceRange givenRange;
  llvm::StringRef doc;
  /// True when variables or results had syntax errors: the body is not checked.
  bool isBroken = false;
};

/// One declaration; exactly one pointer is set.
struct Decl {
  const ImportDecl *import = nullptr;
  const ConstDecl *constant = nullptr;
  const DefDecl *def = nullptr;
  const KernelDecl *kernel = nullptr;
};

/// A file's declarations in the order written.
struct FileAST {
  FileId file = invalidFile;
  std::vector<Decl> decls;
};

} // namespace keops

#endif // KEOPS_FORMULA_AST_H
