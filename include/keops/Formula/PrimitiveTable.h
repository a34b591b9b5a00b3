//===- PrimitiveTable.h - what is known about each primitive ----*- C++ -*-===//
//
// The records of dialects/keops/Primitives.td as plain data, written by
// keops-tblgen. KeopsBase.td says what the fields mean.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_FORMULA_PRIMITIVETABLE_H
#define KEOPS_FORMULA_PRIMITIVETABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace keops {

/// What an operand or a result is: numbers of the element type or booleans.
enum class OperandKind { Number, Mask };

/// A function that the processor's divider computes, and how it is computed by
/// an estimate instead.
struct DividerUse {
  /// For which clocks a vector of 512 bits keeps the divider busy; 0: not.
  int clocks = 0;
  llvm::StringRef estimate;
  /// Vector instructions of the estimate.
  int cost = 0;
};

struct PrimitiveRecord {
  /// The mnemonic: the operation is `keops.NAME`. The language calls it by the
  /// same name, except for operators and `where` (`select`).
  llvm::StringRef name;
  llvm::ArrayRef<llvm::StringRef> operands;
  llvm::ArrayRef<OperandKind> operandKinds;
  OperandKind resultKind;
  /// Values of the last operands where a formula leaves them out.
  llvm::ArrayRef<llvm::StringRef> defaults;
  /// One formula per operand; empty: the derivative is zero everywhere.
  llvm::ArrayRef<llvm::StringRef> partials;
  /// Formulas of the element types; empty for core operations. `valueInt` and
  /// `upstreamInt` are both empty where integers are converted first.
  llvm::StringRef value32;
  llvm::StringRef value64;
  llvm::StringRef valueInt;
  /// f32 on a GPU, by approximations in hardware, which have an intrinsic
  /// there.
  llvm::StringRef gpu32;
  llvm::StringRef intrinsic;
  DividerUse divider32, divider64;
  /// Upstream operations of core ones: "arith.addf"; empty: lowered by name.
  llvm::StringRef upstream;
  llvm::StringRef upstreamInt;
  /// Predicates of comparisons, as arith.cmpf and arith.cmpi spell them.
  llvm::StringRef predicate;
  llvm::StringRef predicateInt;
  llvm::ArrayRef<llvm::StringRef> aliases;
  bool isPublic;
  /// Vector instructions per lane vector, counted from `value` where the record
  /// does not say.
  int cost;
  llvm::StringRef math;
  llvm::StringRef convention;
  llvm::StringRef brief;

  /// A core operation: the lowering knows it, it has no formula.
  bool isCore() const { return value32.empty(); }
  /// Whether it acts on integers without conversion to the real type.
  bool actsOnIntegers() const {
    return !valueInt.empty() || !upstreamInt.empty() || !predicateInt.empty();
  }
  /// The formula for an element type of that width in bits.
  llvm::StringRef value(unsigned width) const {
    return width == 64 ? value64 : value32;
  }
  const DividerUse &divider(unsigned width) const {
    return width == 64 ? divider64 : divider32;
  }
};

/// All primitives, in the order of Primitives.td.
llvm::ArrayRef<PrimitiveRecord> allPrimitives();

/// The primitive of a mnemonic, public or not; or null.
const PrimitiveRecord *lookupPrimitive(llvm::StringRef name);

/// The primitive that KeOps calls so ("Exp", "ReLU"); or null.
const PrimitiveRecord *lookupPrimitiveAlias(llvm::StringRef alias);

} // namespace keops

#endif // KEOPS_FORMULA_PRIMITIVETABLE_H
