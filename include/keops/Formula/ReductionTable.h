//===- ReductionTable.h - what is known about each reduction ----*- C++ -*-===//
//
// The records of dialects/keops/Reductions.td as plain data, written by
// keops-tblgen. KeopsBase.td says what the fields mean.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_FORMULA_REDUCTIONTABLE_H
#define KEOPS_FORMULA_REDUCTIONTABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace keops {

/// What a component of a state or a result is.
enum class StateKind { Value, Index, Count, Flag };

struct ReductionRecord {
  llvm::StringRef name;
  llvm::ArrayRef<llvm::StringRef> inputs;
  llvm::ArrayRef<llvm::StringRef> inputDefaults;
  llvm::ArrayRef<llvm::StringRef> state;
  llvm::ArrayRef<StateKind> stateKind;
  llvm::ArrayRef<int> stateShape;
  llvm::ArrayRef<llvm::StringRef> identity;
  llvm::StringRef when;
  llvm::ArrayRef<llvm::StringRef> rare;
  llvm::ArrayRef<llvm::StringRef> accumulate;
  llvm::StringRef changes;
  llvm::StringRef decisive;
  llvm::ArrayRef<llvm::StringRef> restart;
  llvm::StringRef doubt;
  llvm::ArrayRef<llvm::StringRef> merge;
  llvm::ArrayRef<llvm::StringRef> finish;
  llvm::ArrayRef<StateKind> resultKind;
  llvm::ArrayRef<int> resultShape;
  /// Names of the results in `partials`.
  llvm::ArrayRef<llvm::StringRef> results;
  /// d result r / d input k at r * inputs.size() + k; empty: zero.
  llvm::ArrayRef<llvm::StringRef> partials;
  /// What takes its place where it is differentiated; empty: itself.
  llvm::StringRef companion;
  /// What result 0, 1, ... is as a reduction of its own: "logsumexp(f)".
  llvm::ArrayRef<llvm::StringRef> parts;
  bool isSelection;
  bool isPublic;
  llvm::ArrayRef<llvm::StringRef> aliases;
  llvm::StringRef math;
  llvm::StringRef convention;
  llvm::StringRef brief;
};

/// All reductions, in the order of Reductions.td.
llvm::ArrayRef<ReductionRecord> allReductions();

/// The reduction of a name ("sum", "kmin_argkmin"), without its axis; or null.
const ReductionRecord *lookupReduction(llvm::StringRef name);

} // namespace keops

#endif // KEOPS_FORMULA_REDUCTIONTABLE_H
