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

/// "i x[3], i d_out -> i d_x[3]": what the C function of the last kernel shows,
/// or the messages.
inline std::string signature(llvm::StringRef text) {
  Checked checked = check(text);
  if (!checked.module)
    return checked.messages;
  const CheckedKernel &kernel = checked.module->kernels.back();
  auto show = [](llvm::ArrayRef<CheckedArray> arrays) {
    std::string shown;
    for (const CheckedArray &array : arrays) {
      shown += shown.empty() ? "" : ", ";
      if (array.indices != IndexSet::None)
        shown += (suffix(array.indices) + " ").str();
      shown += array.name;
      if (array.type != ElementType::F32)
        shown += (":" + spelling(array.type)).str();
      bool isMatrix = array.dims.size() == 2;
      if (isMatrix || array.dims[0] != 1)
        shown += describe(isMatrix ? matrixShape(array.dims[0], array.dims[1])
                                   : vectorShape(array.dims[0]));
    }
    return shown;
  };
  return show(kernel.variables) + " -> " + show(kernel.results);
}

} // namespace keops

#endif // KEOPS_TEST_UNIT_FORMULA_TESTCHECKER_H
