//===- TestChecker.h - checking a text in one line --------------*- C++ -*-===//

#ifndef KEOPS_TEST_UNIT_FORMULA_TESTCHECKER_H
#define KEOPS_TEST_UNIT_FORMULA_TESTCHECKER_H

#include "keops/Formula/Check.h"

namespace keops {

/// The outcome of checking a text as a file of its own.
struct Checked {
  std::optional<CheckedModule> module;
  /// The messages of errors and warnings, a line each.
  std::string messages;

  const CheckedKernel &kernel() const { return module->kernels.front(); }
  const Node &result(size_t number = 0) const {
    return kernel().nodes[kernel().resultNodes[number]];
  }
  /// How often an operation or a reduction of that name occurs.
  unsigned count(llvm::StringRef name) const {
    unsigned found = 0;
    for (const Node &node : kernel().nodes)
      found += node.name == name;
    return found;
  }
};

inline Checked check(llvm::StringRef text, const CheckOptions &options = {}) {
  SourceManager sources;
  DiagnosticEngine diagnostics(sources);
  Checked checked;
  checked.module =
      checkFile(sources.addBuffer(text, "t.kop"), options, diagnostics);
  for (const Diagnostic &diagnostic : diagnostics.diagnostics())
    checked.messages += diagnostic.message + "\n";
  return checked;
}

} // namespace keops

#endif // KEOPS_TEST_UNIT_FORMULA_TESTCHECKER_H
