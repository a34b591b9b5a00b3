//===- DocsEmitter.cpp - the reference pages
//--------------------------------===//
//
// Markdown for docs/Primitives.md and docs/Reductions.md. Measured errors come
// from a JSON file that the property test writes: {"exp": {"f32": 1.2, ...}}.
//
//===----------------------------------------------------------------------===//

#include "Emitters.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"

using namespace keops::tblgen;
using llvm::ArrayRef;
using llvm::raw_ostream;
using llvm::StringRef;

static StringRef operatorOf(StringRef name) {
  return llvm::StringSwitch<StringRef>(name)
      .Case("add", "+")
      .Case("sub", "-")
      .Case("mul", "*")
      .Case("div", "/")
      .Case("lt", "<")
      .Case("le", "<=")
      .Case("gt", ">")
      .Case("ge", ">=")
      .Case("eq", "==")
      .Case("ne", "!=")
      .Case("and", "and")
      .Case("or", "or")
      .Default("");
}

static StringRef languageName(const Primitive &primitive) {
  return primitive.name == "select" ? "where" : primitive.name;
}

std::string keops::tblgen::usage(const Primitive &primitive,
                                 ArrayRef<std::string> operands) {
  StringRef symbol = operatorOf(primitive.name);
  if (!symbol.empty())
    return operands[0] + " " + symbol.str() + " " + operands[1];
  if (primitive.name == "neg")
    return "-" + operands[0];
  if (primitive.name == "not")
    return "not " + operands[0];
  return languageName(primitive).str() + "(" + llvm::join(operands, ", ") + ")";
}

/// The operands as a reader meets them: `d = 0` where one may be left out.
static std::string usageWithDefaults(const Primitive &primitive) {
  std::vector<std::string> operands;
  size_t required = primitive.operands.size() - primitive.defaults.size();
  for (auto [number, name] : llvm::enumerate(primitive.operands)) {
    std::string text = name.str();
    if (number >= required)
      text += " = " + primitive.defaults[number - required].str();
    operands.push_back(text);
  }
  return usage(primitive, operands);
}

static void line(raw_ostream &os, StringRef label, StringRef text) {
  if (!text.empty())
    os << "- " << label << ": " << text << "\n";
}

static std::string code(ArrayRef<StringRef> texts) {
  std::string joined;
  for (StringRef text : texts)
    joined += (joined.empty() ? "`" : ", `") + text.str() + "`";
  return joined;
}

/// Formulas of several lines on one.
static std::string flat(StringRef formula) {
  llvm::SmallVector<StringRef> words;
  llvm::SplitString(formula, words);
  return llvm::join(words, " ");
}

static void emitDerivatives(const Primitive &p, raw_ostream &os) {
  if (p.partials.empty() ||
      llvm::all_of(p.partials, [](StringRef text) { return text == "0"; })) {
    line(os, "derivative", "0");
    return;
  }
  for (auto [operand, partial] : llvm::zip(p.operands, p.partials))
    if (p.operands.size() == 1)
      line(os, "derivative", "`" + flat(partial) + "`");
    else
      line(os, ("derivative in " + operand).str(), "`" + flat(partial) + "`");
}

static void emitAccuracy(const Primitive &p, const Accuracy &accuracy,
                         raw_ostream &os) {
  auto found = accuracy.find(p.name);
  if (found == accuracy.end())
    return;
  if (found->second == std::make_pair(0.0, 0.0)) {
    line(os, "accuracy", "exact or correctly rounded");
    return;
  }
  os << "- largest error measured: "
     << llvm::format("%.2f", found->second.first) << " ulp in f32, "
     << llvm::format("%.2f", found->second.second) << " ulp in f64";
  std::vector<std::string> intervals;
  for (auto [operand, interval] : llvm::zip(p.operands, p.domain))
    intervals.push_back(operand.str() + " in [" + interval.str() + "]");
  os << ", for " << llvm::join(intervals, ", ") << "\n";
}

static void emitPrimitive(const Primitive &p, const Accuracy &accuracy,
                          raw_ostream &os) {
  os << "\n### " << languageName(p) << "\n\n`" << usageWithDefaults(p)
     << "`: " << p.brief << "\n\n";
  line(os, "mathematics", p.math);
  line(os, "convention", p.convention);
  emitDerivatives(p, os);
  line(os, "KeOps", code(p.aliases));
  if (p.actsOnIntegers())
    line(os, "integers", "stay integers");
  emitAccuracy(p, accuracy, os);
  if (!p.dividerClocks.empty())
    line(os, "AVX-512",
         "within 1 ulp, and exact where the result is a number of the type, in "
         "loops over pairs that would wait for the divider");
}

void keops::tblgen::emitPrimitiveDocs(const Library &library,
                                      const Accuracy &accuracy,
                                      raw_ostream &os) {
  os << "# Element-wise primitives\n\n"
     << "Written by `keops-tblgen --gen-primitive-docs` from the records in "
        "`dialects/keops`; do not edit.\n\n"
     << "Every primitive acts on each component by itself; an operand of "
        "dimension 1 meets any dimension. Derivatives are\nformulas of the "
        "language in which `y` is the result. Errors are in units in the last "
        "place (ulp) of the result, the\nlargest found by the property test on "
        "the machine's CPU variants. A primitive without a line on integers "
        "converts\nthem to the real type first. Reductions have "
        "[a page of their own](Reductions.md).\n";
  StringRef topic;
  for (const ParsedPrimitive &parsed : library.all()) {
    const Primitive &p = *parsed.source;
    if (!p.isPublic)
      continue;
    if (topic != p.topic) {
      topic = p.topic;
      os << "\n## " << topic << "\n";
    }
    emitPrimitive(p, accuracy, os);
  }
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

static void emitReduction(const Reduction &r, raw_ostream &os) {
  std::vector<std::string> inputs;
  for (StringRef input : r.inputs)
    inputs.push_back(input.str());
  size_t required = inputs.size() - r.inputDefaults.size();
  for (auto [number, value] : llvm::enumerate(r.inputDefaults))
    inputs[required + number] += " = " + value.str();
  if (r.isSelection)
    inputs.push_back("K");
  os << "\n### " << r.name << "\n\n`" << r.name << "_j("
     << llvm::join(inputs, ", ") << ")`: " << r.brief << "\n\n";
  line(os, "mathematics", r.math);
  line(os, "convention", r.convention);
  line(os, "KeOps", code(r.aliases));
  std::vector<std::string> kinds;
  for (StringRef kind : r.resultKind)
    kinds.push_back(kind == "value"  ? "of the input's type"
                    : kind == "flag" ? "1 or 0"
                                     : "64-bit integer");
  line(os, kinds.size() > 1 ? "results" : "result", llvm::join(kinds, "; "));
}

void keops::tblgen::emitReductionDocs(ArrayRef<Reduction> reductions,
                                      raw_ostream &os) {
  os << "# Reductions\n\n"
     << "Written by `keops-tblgen --gen-reduction-docs` from the records in "
        "`dialects/keops/Reductions.td`; do not edit.\n\n"
     << "A reduction is called with its axis: `sum_j` leaves a result per row "
        "i, `sum_i` one per row j, `sum_ij` a single one.\nIt acts on each "
        "component of its input by itself.\n";
  for (const Reduction &reduction : reductions)
    if (reduction.isPublic)
      emitReduction(reduction, os);
}
