//===- TestsEmitter.cpp - material for the generated property test --------===//
//
// A kernel per public primitive and, as JSON, where to evaluate it and what to
// compare with. test/Integration/primitives runs them.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Emitters.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <cmath>

using namespace keops::tblgen;
using llvm::raw_ostream;
using llvm::StringRef;

void keops::tblgen::emitPrimitiveKernels(const Library &library,
                                         raw_ostream &os) {
  os << "// Written by keops-tblgen --gen-primitive-kernels.\n";
  for (const ParsedPrimitive &parsed : library.all()) {
    const Primitive &p = *parsed.source;
    if (!p.isPublic)
      continue;
    std::string variables;
    std::vector<std::string> operands;
    for (auto [name, isMask] : llvm::zip(p.operands, p.operandIsMask)) {
      variables += (variables.empty() ? "i v_" : ", i v_") + name.str();
      operands.push_back(isMask ? "(v_" + name.str() + " > 0)"
                                : "v_" + name.str());
    }
    os << "kernel prim_" << p.name << "(" << variables
       << ") = " << usage(p, operands) << "\n";
  }
}

/// JSON has no words for infinities and NaN: numbers travel as text.
static llvm::json::Array texts(llvm::ArrayRef<double> numbers) {
  llvm::json::Array array;
  for (double number : numbers) {
    std::string text;
    llvm::raw_string_ostream os(text);
    if (std::isnan(number))
      os << "nan";
    else if (std::isinf(number))
      os << (number > 0 ? "inf" : "-inf");
    else
      os << llvm::format("%.17g", number);
    array.push_back(text);
  }
  return array;
}

static llvm::json::Object testOf(const Primitive &p) {
  llvm::json::Array operands, domain, points;
  for (StringRef name : p.operands)
    operands.push_back(name);
  for (StringRef text : p.domain)
    if (auto interval = parseInterval(text))
      domain.push_back(texts({interval->first, interval->second}));
  for (StringRef text : p.specialPoints)
    if (auto point = parseSpecialPoint(text))
      points.push_back(
          llvm::json::Object{{"operands", texts(point->operands)},
                             {"value", texts(point->value)[0]},
                             {"partials", texts(point->partials)}});
  double ulps = 0;
  p.ulps.getAsDouble(ulps);
  return llvm::json::Object{{"name", p.name},
                            {"operands", std::move(operands)},
                            {"domain", std::move(domain)},
                            {"points", std::move(points)},
                            {"reference", p.reference},
                            {"value", p.valueFor(64)},
                            {"ulps", ulps}};
}

void keops::tblgen::emitPrimitiveTests(const Library &library,
                                       raw_ostream &os) {
  llvm::json::Array tests;
  for (const ParsedPrimitive &parsed : library.all())
    if (parsed.source->isPublic)
      tests.push_back(testOf(*parsed.source));
  os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(tests)));
}
