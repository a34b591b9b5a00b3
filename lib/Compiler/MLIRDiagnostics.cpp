//===- MLIRDiagnostics.cpp - what passes say, as our diagnostics ----------===//

#include "keops/Compiler/MLIRDiagnostics.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"

using namespace llvm;

namespace keops {

static constexpr StringLiteral limitation = "not yet supported";

MLIRDiagnostics::MLIRDiagnostics(mlir::MLIRContext &context,
                                 DiagnosticEngine &engine)
    : engine(engine), handler(&context, [this](mlir::Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
          return;
        messages.push_back(
            {diagnostic.str(), rangeOf(diagnostic.getLocation())});
      }) {}

bool MLIRDiagnostics::reportLimitations() {
  bool found = false;
  for (const Message &message : messages) {
    size_t at = StringRef(message.text).find(limitation);
    if (at == StringRef::npos)
      continue;
    // MLIR prefixes "'keops.reduce' op ", which users never wrote.
    engine.error(message.range, StringRef(message.text).drop_front(at));
    found = true;
  }
  return found;
}

std::string MLIRDiagnostics::text() const {
  return messages.empty() ? "no reason given" : messages.front().text;
}

SourceRange MLIRDiagnostics::rangeOf(mlir::Location location) const {
  SourceRange range;
  location->walk([&](mlir::Location part) {
    auto place = dyn_cast<mlir::FileLineColLoc>(part);
    if (!place)
      return mlir::WalkResult::advance();
    const SourceManager &sources = engine.sourceManager();
    for (FileId file = 0; file < sources.fileCount(); ++file) {
      if (sources.name(file) != place.getFilename().getValue())
        continue;
      uint32_t offset = sources.lineStart(file, place.getLine());
      offset += place.getColumn() ? place.getColumn() - 1 : 0;
      range = {file, offset, offset + 1};
      return mlir::WalkResult::interrupt();
    }
    return mlir::WalkResult::advance();
  });
  return range;
}

} // namespace keops
