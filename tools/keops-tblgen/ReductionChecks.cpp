//===- ReductionChecks.cpp - names in the formulas of reductions ----------===//

#include "Checks.h"

#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Record.h"

using namespace keops::tblgen;
using llvm::ArrayRef;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// Names and arguments of one reduction's formulas; values are tested by
/// running kernels.
class ReductionCheck {
public:
  ReductionCheck(const Reduction &reduction, const Library &library)
      : reduction(reduction), library(library) {}

  bool run() {
    Strings constants = {"highest", "lowest"};
    Strings state = join(constants, reduction.state);
    state.push_back("size");
    Strings pair = join(state, reduction.inputs);
    pair.push_back("index");
    Strings both = state;
    for (StringRef name : reduction.state)
      later.push_back((name + "1").str());
    both.insert(both.end(), later.begin(), later.end());
    check("identity", reduction.identity, constants);
    check("when", Strings{reduction.when}, pair);
    check("rare", reduction.rare, pair);
    check("changes", Strings{reduction.changes}, pair);
    check("decisive", Strings{reduction.decisive}, pair);
    check("restart", reduction.restart, state);
    check("doubt", Strings{reduction.doubt}, state);
    check("accumulate", reduction.accumulate, pair);
    check("merge", reduction.merge, both);
    check("finish", reduction.finish, state);
    Strings row = join(join(reduction.inputs, reduction.results), constants);
    row.insert(row.end(), {"index", "size"});
    check("partials", reduction.partials, row);
    if (!reduction.partials.empty()) {
      expectNumber("results", reduction.results, reduction.resultKind.size());
      expectNumber("partials", reduction.partials,
                   reduction.results.size() * reduction.inputs.size());
    }
    expectNumber("identity", reduction.identity, reduction.state.size());
    expectNumber("accumulate", reduction.accumulate, reduction.state.size());
    expectNumber("merge", reduction.merge, reduction.state.size());
    expectNumber("finish", reduction.finish, reduction.resultKind.size());
    return valid;
  }

private:
  static Strings join(Strings first, const Strings &second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  }
  void fail(const Twine &text) {
    llvm::PrintError(reduction.record,
                     "reduction '" + reduction.name + "': " + text);
    valid = false;
  }
  void expectNumber(StringRef field, const Strings &list, size_t wanted) {
    if (list.size() != wanted)
      fail("'" + field + "' has " + Twine(list.size()) + " formulas, not " +
           Twine(wanted));
  }
  void check(StringRef field, const Strings &texts, const Strings &names) {
    for (StringRef text : texts) {
      if (text.empty())
        continue;
      auto formula = keops::ParsedExpression::parse(
          text, (reduction.name + "." + field).str());
      if (!formula) {
        fail(llvm::toString(formula.takeError()));
        continue;
      }
      std::string error = library.checkNames(*(*formula)->root(), names);
      if (!error.empty())
        fail("in '" + field + "', \"" + text + "\": " + error);
    }
  }

  const Reduction &reduction;
  const Library &library;
  std::vector<std::string> later;
  bool valid = true;
};

} // namespace

bool keops::tblgen::checkReductions(ArrayRef<Reduction> reductions,
                                    const Library &library) {
  bool valid = true;
  for (const Reduction &reduction : reductions)
    valid &= ReductionCheck(reduction, library).run();
  return valid;
}
