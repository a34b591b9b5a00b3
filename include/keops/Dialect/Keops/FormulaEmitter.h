//===- FormulaEmitter.h - record strings become operations ------*- C++ -*-===//
//
// The strings of the records (values of primitives, steps of reductions) are
// formulas of the language. The emitter interprets their syntax trees, creating
// one keops operation per call or operator, on values of any one shape: the
// rows of the keops level or the lanes below the tile level.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_DIALECT_KEOPS_FORMULAEMITTER_H
#define KEOPS_DIALECT_KEOPS_FORMULAEMITTER_H

#include "keops/Formula/AST.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringMap.h"

namespace keops {

/// What the names of a formula stand for.
using Bindings = llvm::StringMap<mlir::Value>;

class FormulaEmitter {
public:
  /// Numbers that stand beside no typed operand get the type `hint`, a vector.
  FormulaEmitter(mlir::OpBuilder &builder, mlir::Location loc,
                 mlir::VectorType hint)
      : builder(builder), loc(loc), hint(hint) {}

  /// The operations of `formula`, a string of a record; records are checked
  /// when the compiler is built, so a string that does not parse is a bug.
  mlir::Value emit(llvm::StringRef formula, const Bindings &names);

private:
  /// A number waits for the type of the operand beside it.
  struct Term {
    mlir::Value value;
    double number = 0;
    /// "", or the name of a number that depends on the type.
    llvm::StringRef constant;
    bool negated = false;
  };

  Term evaluate(const Expr *expr, const Bindings &names);
  Term name(llvm::StringRef name, const Bindings &names);
  Term unary(const UnaryExpr *expr, const Bindings &names);
  Term call(const CallExpr *expr, const Bindings &names);
  Term horner(llvm::ArrayRef<Term> args);
  mlir::Value typed(const Term &term, mlir::VectorType type);
  mlir::Value number(const Term &term, mlir::VectorType type);
  mlir::VectorType commonType(llvm::ArrayRef<Term> terms) const;
  /// The keops operation of a primitive's name.
  mlir::Value apply(llvm::StringRef primitive, llvm::ArrayRef<Term> operands);
  mlir::Value select(llvm::ArrayRef<Term> operands);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::VectorType hint;
};

} // namespace keops

#endif // KEOPS_DIALECT_KEOPS_FORMULAEMITTER_H
