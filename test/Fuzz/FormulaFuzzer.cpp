//===- FormulaFuzzer.cpp - any bytes as a .kop file -----------------------===//
//
// A libFuzzer harness over everything the front end does before MLIR; the words
// of the language are in Inputs/formula.dict. Whatever the text, the compiler
// returns, says why when it refuses, and an expression that parses prints as
// text that parses to the same tree.
//
//   clang++ -fsanitize=fuzzer,address ... FormulaFuzzer.cpp -o formula-fuzzer
//   formula-fuzzer -dict=Inputs/formula.dict corpus Inputs/formula
//
//===----------------------------------------------------------------------===//

#include "keops/Formula/Check.h"
#include "keops/Formula/Parser.h"
#include "keops/Formula/Printer.h"

#include <cstdlib>

using namespace keops;

static void checkRoundTrip(llvm::StringRef text) {
  SourceManager sources;
  DiagnosticEngine diagnostics(sources);
  ASTContext context;
  const Expr *expr =
      parseExpression(sources.addBuffer(text, "text"), context, diagnostics);
  if (!expr)
    return;
  std::string once = toString(*expr);
  const Expr *again =
      parseExpression(sources.addBuffer(once, "once"), context, diagnostics);
  // Parentheses that printing adds may exceed the parser's limit.
  if (again && toString(*again) != once)
    std::abort();
}

static void checkWholeFile(llvm::StringRef text) {
  SourceManager sources;
  DiagnosticEngine diagnostics(sources);
  CheckOptions options;
  options.defines = {{"K", "4"}};
  std::optional<CheckedModule> checked =
      checkFile(sources.addBuffer(text, "fuzz.kop"), options, diagnostics);
  if (checked.has_value() == diagnostics.hasErrors())
    std::abort();
  std::string shown;
  llvm::raw_string_ostream os(shown);
  diagnostics.print(os);
  for (const Diagnostic &diagnostic : diagnostics.diagnostics())
    renderJson(diagnostic, sources, os);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef text(reinterpret_cast<const char *>(data), size);
  checkRoundTrip(text);
  checkWholeFile(text);
  return 0;
}
