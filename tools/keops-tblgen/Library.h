//===- Library.h - all primitives with their formulas parsed ----*- C++ -*-===//
//
// Parses every formula of every record and checks what can be checked without
// evaluating: syntax, names, number of arguments, numbers against conditions,
// no definition in terms of itself.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TOOLS_KEOPSTBLGEN_LIBRARY_H
#define KEOPS_TOOLS_KEOPSTBLGEN_LIBRARY_H

#include "Records.h"
#include "keops/Formula/Parser.h"
#include "llvm/ADT/StringMap.h"
#include <memory>

namespace keops::tblgen {

using Formula = std::unique_ptr<ParsedExpression>;

struct ParsedPrimitive {
  const Primitive *source = nullptr;
  /// Null where the record has none.
  Formula value32, value64, valueInt, gpu32, reference;
  Formula estimate32, estimate64;
  std::vector<Formula> partials;

  const Expr *valueFor(unsigned width) const {
    const Formula &formula = width == 64 ? value64 : value32;
    return formula ? formula->root() : nullptr;
  }
};

class Library {
public:
  /// Reports errors at the records; `isValid` says whether there were any.
  explicit Library(llvm::ArrayRef<Primitive> primitives);

  bool isValid() const { return valid; }
  const ParsedPrimitive *lookup(llvm::StringRef name) const;
  llvm::ArrayRef<ParsedPrimitive> all() const { return parsed; }

  /// Operations in the formula of a primitive with all formulas expanded, the
  /// cost of core operations as their records say.
  int cost(llvm::StringRef name) const;
  /// The same of any formula; 0 for none.
  int cost(const Formula &formula) const;

  /// Checks one formula whose names are numbers (or conditions, `masks`);
  /// returns an empty string or what is wrong.
  std::string check(const Expr &formula, llvm::ArrayRef<llvm::StringRef> names,
                    llvm::ArrayRef<llvm::StringRef> masks,
                    bool resultIsMask) const;
  /// The same where numbers and conditions may stand for each other.
  std::string checkNames(const Expr &formula,
                         llvm::ArrayRef<llvm::StringRef> names) const;

private:
  void parse(ParsedPrimitive &primitive);
  void checkAll(const ParsedPrimitive &primitive);
  void checkCycles();

  std::vector<ParsedPrimitive> parsed;
  llvm::StringMap<unsigned> index;
  bool valid = true;
};

/// Calls `visit` for every primitive that a formula uses, operators included.
void forEachCall(const Expr &formula,
                 llvm::function_ref<void(llvm::StringRef)> visit);

} // namespace keops::tblgen

#endif // KEOPS_TOOLS_KEOPSTBLGEN_LIBRARY_H
