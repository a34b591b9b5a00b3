//===- Callee.h - what a called name stands for -----------------*- C++ -*-===//
//
// The one place that knows which kinds of function there are: definitions (of
// the user, of imports, of the prelude), functions of a row's components,
// element-wise primitives and reductions, the last two from their records.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_CALLEE_H
#define KEOPS_LIB_FORMULA_CALLEE_H

#include "Symbols.h"
#include "keops/Formula/PrimitiveTable.h"
#include "keops/Formula/ReductionTable.h"
#include "keops/Formula/Types.h"

namespace keops {

class Evaluator;
struct Operand;
struct Value;

/// A function of one row's components that is no formula over others.
struct VectorFunction {
  llvm::StringLiteral name;
  unsigned minArgs;
  unsigned maxArgs;
  /// As the messages show it.
  llvm::StringLiteral signature;
  Value (Evaluator::*evaluate)(const CallExpr &, llvm::ArrayRef<Operand>);
};

llvm::ArrayRef<VectorFunction> vectorFunctions();

struct Callee {
  enum class Kind {
    Unknown,
    Definition,
    Vector,
    Primitive,
    Reduction,
    /// In the language, but this compiler cannot do it yet.
    Unsupported,
  };
  Kind kind = Kind::Unknown;
  Symbol *definition = nullptr;
  /// A second definition that an import provides under the same name.
  Symbol *rival = nullptr;
  const VectorFunction *vector = nullptr;
  const PrimitiveRecord *primitive = nullptr;
  const ReductionRecord *reduction = nullptr;
  IndexSet axis = IndexSet::None;
  unsigned minArgs = 0;
  unsigned maxArgs = 0;
};

/// What a call of `name` with `args` arguments means in `file`: `min(f)` is a
/// function of the components, `min(a, b)` a primitive.
Callee findCallee(const Program &program, const SourceFile &file,
                  llvm::StringRef name, unsigned args);

/// A reduction's name without its axis: "sum_j" is "sum" over {j}. Null when
/// there is none.
const ReductionRecord *splitReduction(llvm::StringRef name, IndexSet &axis);

/// True of names with a meaning that need no definition: `pi`, `index_i` ...
bool isBuiltinValue(llvm::StringRef name);
llvm::ArrayRef<llvm::StringRef> builtinValues();

/// True of functions that the language has before any file is read.
bool isBuiltinFunction(const Program &program, llvm::StringRef name);

/// Everything that can be called in `file`, for suggestions.
std::vector<std::string> callableNames(const Program &program,
                                       const SourceFile &file);

/// "sum_j(f)", "logsumexp_j(f, w)", "kmin_j(f, K)".
std::string signature(const ReductionRecord &record, IndexSet axis);

} // namespace keops

#endif // KEOPS_LIB_FORMULA_CALLEE_H
