//===- Diagnostics.h - errors and warnings for the user ---------*- C++ -*-===//
//
// A diagnostic points at a source range, says what was found and what was
// expected, and proposes the likeliest repair:
//
//     gauss.kop:9:31: error: operands of '*' have dimensions 3 and 2
//       sum_j(gaussian(x, y, g) * x * b)
//                                 ~ ^ ~
//       note: 'x' is i x[3], 'b' is j b[2]; only dimension 1 broadcasts
//
// The engine collects; whoever runs the compiler prints, as text or as JSON
// (one object per line). The same diagnostic twice is kept once, so a function
// inlined in ten places complains once.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_SUPPORT_DIAGNOSTICS_H
#define KEOPS_SUPPORT_DIAGNOSTICS_H

#include "keops/Support/SourceManager.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

namespace keops {

enum class Severity { Error, Warning };

/// A remark below a diagnostic; with a range, it shows that place too.
struct Note {
  std::string message;
  SourceRange range;
};

/// A change of the text that would probably make it right. An empty
/// `replacement` removes the range; an empty range inserts.
struct Repair {
  std::string message;
  SourceRange range;
  std::string replacement;
};

struct Diagnostic {
  Severity severity = Severity::Error;
  /// The warning group without "-W"; empty for errors.
  std::string group;
  std::string message;
  /// Where the caret stands.
  SourceRange range;
  /// Underlined with '~'.
  std::vector<SourceRange> highlights;
  std::vector<Note> notes;
  std::vector<Repair> repairs;
};

/// A named group of warnings.
struct WarningGroup {
  llvm::StringLiteral name;
  bool onByDefault;
  llvm::StringLiteral summary;
};

/// All groups, in the order of the documentation.
llvm::ArrayRef<WarningGroup> warningGroups();

/// What -W options ask for. Later options win.
class WarningOptions {
public:
  /// Takes what follows "-W": "name", "no-name", "error", "error=name",
  /// "no-error", "no-error=name", "all", "no-all". Fails on an unknown name,
  /// suggesting the nearest.
  llvm::Error apply(llvm::StringRef option);
  bool isEnabled(llvm::StringRef group) const;
  bool isError(llvm::StringRef group) const;

private:
  llvm::StringMap<bool> enabled;
  llvm::StringMap<bool> asError;
  bool allAsErrors = false;
};

enum class DiagnosticsFormat { Text, Json };

struct RenderOptions {
  DiagnosticsFormat format = DiagnosticsFormat::Text;
  bool color = false;
};

class DiagnosticEngine;

/// Adds details to a diagnostic, then reports it when it goes out of scope.
class DiagnosticBuilder {
public:
  DiagnosticBuilder(DiagnosticEngine &engine, Diagnostic diagnostic)
      : engine(&engine), diagnostic(std::move(diagnostic)) {}
  DiagnosticBuilder(DiagnosticBuilder &&other)
      : engine(other.engine), diagnostic(std::move(other.diagnostic)) {
    other.engine = nullptr;
  }
  DiagnosticBuilder(const DiagnosticBuilder &) = delete;
  DiagnosticBuilder &operator=(const DiagnosticBuilder &) = delete;
  ~DiagnosticBuilder();

  DiagnosticBuilder &highlight(SourceRange range);
  DiagnosticBuilder &note(const llvm::Twine &message, SourceRange range = {});
  /// A repair whose replacement is clear from its message.
  DiagnosticBuilder &repair(const llvm::Twine &message, SourceRange range,
                            const llvm::Twine &replacement);
  /// A repair in words only.
  DiagnosticBuilder &repair(const llvm::Twine &message);

private:
  DiagnosticEngine *engine;
  Diagnostic diagnostic;
};

class DiagnosticEngine {
public:
  explicit DiagnosticEngine(SourceManager &sources) : sources(sources) {}

  DiagnosticBuilder error(SourceRange range, const llvm::Twine &message);
  /// `group` is one of warningGroups().
  DiagnosticBuilder warning(llvm::StringRef group, SourceRange range,
                            const llvm::Twine &message);
  /// Drops disabled warnings, promotes those asked for, forgets repetitions,
  /// and stops listing after `maxErrors` errors.
  void report(Diagnostic diagnostic);

  unsigned errorCount() const { return errors; }
  unsigned warningCount() const { return warnings; }
  bool hasErrors() const { return errors != 0; }
  llvm::ArrayRef<Diagnostic> diagnostics() const { return reported; }
  SourceManager &sourceManager() const { return sources; }
  WarningOptions &warningOptions() { return options; }

  /// Writes everything that was reported since the last call.
  void print(llvm::raw_ostream &os, const RenderOptions &options = {});

  static constexpr unsigned maxErrors = 100;

private:
  SourceManager &sources;
  WarningOptions options;
  std::vector<Diagnostic> reported;
  llvm::StringSet<> seen;
  unsigned errors = 0;
  unsigned warnings = 0;
  size_t printed = 0;
};

/// One diagnostic as text, in the form shown at the top of this file.
void renderText(const Diagnostic &diagnostic, const SourceManager &sources,
                bool color, llvm::raw_ostream &os);
/// One diagnostic as one line of JSON.
void renderJson(const Diagnostic &diagnostic, const SourceManager &sources,
                llvm::raw_ostream &os);

} // namespace keops

#endif // KEOPS_SUPPORT_DIAGNOSTICS_H
