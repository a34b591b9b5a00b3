//===- AST.cpp - names of operators, depths of nodes ----------------------===//

#include "keops/Formula/AST.h"
#include "llvm/Support/ErrorHandling.h"
#include <algorithm>

using namespace keops;
using llvm::StringRef;

namespace {
struct OperatorNames {
  StringRef spelling;
  StringRef primitive;
};
} // namespace

static OperatorNames namesOf(BinaryOp op) {
  switch (op) {
  case BinaryOp::Add:
    return {"+", "add"};
  case BinaryOp::Subtract:
    return {"-", "sub"};
  case BinaryOp::Multiply:
    return {"*", "mul"};
  case BinaryOp::Divide:
    return {"/", "div"};
  case BinaryOp::Power:
    return {"^", "pow"};
  case BinaryOp::Less:
    return {"<", "lt"};
  case BinaryOp::LessEqual:
    return {"<=", "le"};
  case BinaryOp::Greater:
    return {">", "gt"};
  case BinaryOp::GreaterEqual:
    return {">=", "ge"};
  case BinaryOp::Equal:
    return {"==", "eq"};
  case BinaryOp::NotEqual:
    return {"!=", "ne"};
  case BinaryOp::And:
    return {"and", "and"};
  case BinaryOp::Or:
    return {"or", "or"};
  }
  llvm_unreachable("all operators are listed");
}

StringRef keops::spelling(BinaryOp op) { return namesOf(op).spelling; }
StringRef keops::primitiveName(BinaryOp op) { return namesOf(op).primitive; }

StringRef keops::spelling(UnaryOp op) {
  return op == UnaryOp::Negate ? "-" : "not";
}
StringRef keops::primitiveName(UnaryOp op) {
  return op == UnaryOp::Negate ? "neg" : "not";
}

bool keops::isComparison(BinaryOp op) {
  return op >= BinaryOp::Less && op <= BinaryOp::NotEqual;
}
bool keops::isLogical(BinaryOp op) {
  return op == BinaryOp::And || op == BinaryOp::Or;
}

StringRef keops::spelling(Role role) {
  switch (role) {
  case Role::I:
    return "i";
  case Role::J:
    return "j";
  case Role::Param:
    return "param";
  }
  llvm_unreachable("all roles are listed");
}

unsigned keops::depthAbove(llvm::ArrayRef<const Expr *> parts) {
  unsigned depth = 0;
  for (const Expr *part : parts)
    depth = std::max(depth, part->depth);
  return depth + 1;
}

SubscriptExpr::SubscriptExpr(SourceRange range, const Expr *base,
                             llvm::ArrayRef<SubscriptIndex> indices)
    : Expr(Kind::Subscript, range, base->depth + 1), base(base),
      indices(indices) {
  for (const SubscriptIndex &index : indices)
    for (const Expr *bound : {index.first, index.last})
      if (bound)
        depth = std::max(depth, bound->depth + 1);
}

LetExpr::LetExpr(SourceRange range, llvm::ArrayRef<LetBinding> bindings,
                 const Expr *body)
    : Expr(Kind::Let, range, body->depth + 1), bindings(bindings), body(body) {
  for (const LetBinding &binding : bindings)
    depth = std::max(depth, binding.value->depth + 1);
}
