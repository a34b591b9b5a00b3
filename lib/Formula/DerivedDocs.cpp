//===- DerivedDocs.cpp - what a derived kernel says of itself -------------===//

#include "DerivedKernels.h"

using namespace keops;
using llvm::StringRef;

/// "x[i]", "y[j]", "g".
static std::string row(StringRef name, IndexSet indices) {
  std::string text = name.str();
  if (indices != IndexSet::None)
    text += ("[" + suffix(indices) + "]").str();
  return text;
}

/// "a", "a and b", "a, b and c".
static std::string list(llvm::ArrayRef<std::string> items) {
  std::string text;
  for (size_t i = 0; i < items.size(); ++i)
    text += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
  return text;
}

/// "Gradient of f in x: d_x[i] = dL/dx[i], where L is the sum of d_out * out
/// over all entries."
static std::string describeGradient(const Derivation &d) {
  std::vector<std::string> variables, equations, terms, ambiguous;
  for (auto [name, number] : llvm::zip(d.resultNames, d.variables)) {
    const CheckedArray &x = d.from->variables[number];
    variables.push_back(x.name.str());
    equations.push_back(row(name, x.indices) + " = dL/d" +
                        row(x.name, x.indices));
  }
  for (auto [seed, number] : llvm::zip(d.seedNames, d.outputs)) {
    std::string output = d.from->results[number].name.str();
    terms.push_back(seed.str() + " * " + output);
    if (llvm::is_contained(d.resultNames, output))
      ambiguous.push_back(output);
  }
  std::string text = "Gradient of " + d.base + " in " + list(variables) + ": " +
                     list(equations) + ", where L is the sum of " +
                     list(terms) + " over all entries";
  if (!ambiguous.empty())
    text += ", " + list(ambiguous) + " here as " + d.base + " yields it";
  return text + ".";
}

/// "Directional derivative of f: t_out[i] = d/ds out[i] at s = 0, where x[i]
/// moves as x[i] + s t_x[i]."
static std::string describeDirection(const Derivation &d) {
  std::vector<std::string> equations, moves;
  for (auto [name, number] : llvm::zip(d.resultNames, d.outputs)) {
    const CheckedArray &output = d.from->results[number];
    equations.push_back(row(name, output.indices) + " = d/ds " +
                        row(output.name, output.indices));
  }
  for (auto [seed, number] : llvm::zip(d.seedNames, d.variables)) {
    const CheckedArray &x = d.from->variables[number];
    std::string place = row(x.name, x.indices);
    moves.push_back(place + " moves as " + place + " + s " +
                    row(seed, x.indices));
  }
  return "Directional derivative of " + d.base + ": " + list(equations) +
         " at s = 0, where " + list(moves) + ".";
}

std::string keops::documentDerivation(const Derivation &d, StringRef doc) {
  std::string text = doc.empty() ? "" : doc.str() + "\n";
  text += d.isGrad ? describeGradient(d) : describeDirection(d);
  if (!d.given.empty()) {
    std::vector<std::string> names;
    for (unsigned number : d.given)
      names.push_back(d.from->results[number].name.str());
    text += "\nGiven " + list(names) + ", as " + d.base +
            " yields it for these arguments.";
  }
  if (!d.from->doc.empty())
    text += "\n" + d.base + ": " + d.from->doc.split('\n').first.str();
  return text;
}
