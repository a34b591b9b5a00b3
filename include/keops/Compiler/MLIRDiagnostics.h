//===- MLIRDiagnostics.h - what passes say, as our diagnostics --*- C++ -*-===//
//
// Passes report through MLIR with a location of the source. Limitations ("not
// yet supported: ...") become diagnostics at the formula; other errors are kept
// for the report of a bug.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_MLIRDIAGNOSTICS_H
#define KEOPS_COMPILER_MLIRDIAGNOSTICS_H

#include "keops/Support/Diagnostics.h"

#include "mlir/IR/Diagnostics.h"

#include <string>
#include <vector>

namespace keops {

class MLIRDiagnostics {
public:
  MLIRDiagnostics(mlir::MLIRContext &context, DiagnosticEngine &engine);

  /// Moves every limitation to the engine. True when there was one.
  bool reportLimitations();
  /// The first other error, or "no reason given".
  std::string text() const;
  /// The place in the source that a location stands for; invalid if none.
  SourceRange rangeOf(mlir::Location location) const;

private:
  struct Message {
    std::string text;
    SourceRange range;
  };
  DiagnosticEngine &engine;
  std::vector<Message> messages;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace keops

#endif // KEOPS_COMPILER_MLIRDIAGNOSTICS_H
