//===- TileSteps.cpp - several columns into a state at once ---------------===//
//
// Where a state is in memory, its components are read and written once for all
// columns of a tile, not once for each.
//
//===----------------------------------------------------------------------===//

#include "StateView.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace keops;

/// Whether a formula has `name` as a word.
static bool mentions(StringRef formula, StringRef name) {
  auto isLetter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  for (size_t at = formula.find(name); at != StringRef::npos;
       at = formula.find(name, at + 1)) {
    size_t end = at + name.size();
    if ((at == 0 || !isLetter(formula[at - 1])) &&
        (end == formula.size() || !isLetter(formula[end])))
      return true;
  }
  return false;
}

bool ReductionSteps::canTakeTogether() const {
  ArrayRef<StringRef> formulas = layout.record->accumulate;
  for (auto [wide, formula] : llvm::enumerate(formulas)) {
    if (layout.state[wide].kind == StateKind::Index)
      return false;
    for (auto [narrow, component] : llvm::enumerate(layout.state))
      if (component.dim < layout.state[wide].dim &&
          formulas[narrow] != component.name &&
          mentions(formula, component.name))
        return false;
  }
  return !layout.isSelection();
}

void ReductionSteps::accumulateTile(ArrayRef<StateView *> views,
                                    int64_t columns, TileInputs inputs,
                                    Value mask) {
  for (int64_t width : widthsOf(*views.front())) {
    bool looped = false;
    for (unsigned s = 0; s < layout.state.size(); ++s)
      looped |= views.front()->dim(s) == width && width > 1 &&
                views.front()->inMemory(s);
    forEach(width, looped, [&](Component d) {
      accumulateComponent(views, columns, inputs, mask, width, d);
    });
  }
}

void ReductionSteps::accumulateComponent(ArrayRef<StateView *> views,
                                         int64_t columns, TileInputs inputs,
                                         Value mask, int64_t width,
                                         Component d) {
  ArrayRef<StringRef> formulas = layout.record->accumulate;
  auto isTouched = [&](unsigned s) {
    return views.front()->dim(s) == width &&
           formulas[s] != layout.state[s].name;
  };
  std::vector<Bindings> states(views.size());
  for (auto [names, view] : llvm::zip_equal(states, views))
    bindState(names, *view, d);
  for (int64_t column = 0; column < columns; ++column)
    for (unsigned v = 0; v < views.size(); ++v) {
      Bindings names = states[v];
      bindInputs(
          names,
          [&](unsigned n, Component c) { return inputs(n, c, v, column); }, d);
      for (auto [s, formula] : llvm::enumerate(formulas))
        if (isTouched(s)) {
          Value &state = states[v][layout.state[s].name];
          Type element = cast<VectorType>(state.getType()).getElementType();
          state = masked(mask, emit(formula, names, element), state);
        }
    }
  for (auto [names, view] : llvm::zip_equal(states, views))
    for (unsigned s = 0; s < formulas.size(); ++s)
      if (isTouched(s))
        view->set(s, d, names[layout.state[s].name]);
}
