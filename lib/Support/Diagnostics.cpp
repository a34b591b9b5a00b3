//===- Diagnostics.cpp - collecting errors and warnings -------------------===//

#include "keops/Support/Diagnostics.h"
#include "keops/Support/Spelling.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cassert>
#include <tuple>

using namespace keops;
using llvm::StringRef;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Warning groups
//===----------------------------------------------------------------------===//

static constexpr WarningGroup groups[] = {
    {"missing-ptxas", true,
     "GPU machine code asked for without ptxas: PTX is embedded"},
    {"unused-variable", true,
     "a kernel's variable that its formula never uses"},
    {"unused-parameter", true, "a function's parameter that it never uses"},
    {"unused-let", true, "a 'let' name that is never used"},
    {"unused-const", true, "a constant of the compiled file, never used"},
    {"unused-function", false, "a function of the compiled file, never used"},
    {"unused-import", true, "an imported file of which nothing is used"},
    {"shadow", true, "a name that hides another one or a built-in function"},
    {"c-name", true, "a kernel called like a function of the C library"},
    {"degenerate", true, "a reduction whose formula does not use its index"},
    {"zero-derivative", true, "a derivative that is zero everywhere"},
};

llvm::ArrayRef<WarningGroup> keops::warningGroups() { return groups; }

static const WarningGroup *findGroup(StringRef name) {
  for (const WarningGroup &group : groups)
    if (group.name == name)
      return &group;
  return nullptr;
}

llvm::Error WarningOptions::apply(StringRef option) {
  StringRef name = option;
  bool off = name.consume_front("no-");
  bool error = name.consume_front("error");
  if (error && name.empty()) {
    allAsErrors = !off;
    return llvm::Error::success();
  }
  if (error && !name.consume_front("="))
    name = option;
  if (name == "all" && !error) {
    for (const WarningGroup &group : groups)
      enabled[group.name] = !off;
    return llvm::Error::success();
  }
  if (!findGroup(name)) {
    llvm::SmallVector<StringRef> names;
    for (const WarningGroup &group : groups)
      names.push_back(group.name);
    StringRef nearest = nearestName(name, names);
    std::string hint =
        nearest.empty() ? "" : ("; did you mean '" + nearest + "'?").str();
    return llvm::createStringError(std::errc::invalid_argument,
                                   "unknown warning group '%s'%s",
                                   name.str().c_str(), hint.c_str());
  }
  if (!error) {
    enabled[name] = !off;
    return llvm::Error::success();
  }
  asError[name] = !off;
  if (!off)
    enabled[name] = true;
  return llvm::Error::success();
}

bool WarningOptions::isEnabled(StringRef group) const {
  auto it = enabled.find(group);
  if (it != enabled.end())
    return it->second;
  const WarningGroup *known = findGroup(group);
  return !known || known->onByDefault;
}

bool WarningOptions::isError(StringRef group) const {
  auto it = asError.find(group);
  return it != asError.end() ? it->second : allAsErrors;
}

//===----------------------------------------------------------------------===//
// Builder
//===----------------------------------------------------------------------===//

DiagnosticBuilder::~DiagnosticBuilder() {
  if (engine)
    engine->report(std::move(diagnostic));
}

DiagnosticBuilder &DiagnosticBuilder::highlight(SourceRange range) {
  if (range.isValid())
    diagnostic.highlights.push_back(range);
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::note(const Twine &message,
                                           SourceRange range) {
  diagnostic.notes.push_back({message.str(), range});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::repair(const Twine &message,
                                             SourceRange range,
                                             const Twine &replacement) {
  diagnostic.repairs.push_back({message.str(), range, replacement.str()});
  return *this;
}

DiagnosticBuilder &DiagnosticBuilder::repair(const Twine &message) {
  diagnostic.repairs.push_back({message.str(), {}, ""});
  return *this;
}

//===----------------------------------------------------------------------===//
// Engine
//===----------------------------------------------------------------------===//

DiagnosticBuilder DiagnosticEngine::error(SourceRange range,
                                          const Twine &message) {
  Diagnostic diagnostic;
  diagnostic.message = message.str();
  diagnostic.range = range;
  return DiagnosticBuilder(*this, std::move(diagnostic));
}

DiagnosticBuilder DiagnosticEngine::warning(StringRef group, SourceRange range,
                                            const Twine &message) {
  assert(findGroup(group) && "warning group missing from the table");
  Diagnostic diagnostic;
  diagnostic.severity = Severity::Warning;
  diagnostic.group = group.str();
  diagnostic.message = message.str();
  diagnostic.range = range;
  return DiagnosticBuilder(*this, std::move(diagnostic));
}

void DiagnosticEngine::report(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Warning) {
    if (!options.isEnabled(diagnostic.group))
      return;
    if (options.isError(diagnostic.group))
      diagnostic.severity = Severity::Error;
  }
  std::string key = (Twine(diagnostic.range.file) + ":" +
                     Twine(diagnostic.range.begin) + ":" + diagnostic.message)
                        .str();
  if (!seen.insert(key).second)
    return;
  bool isError = diagnostic.severity == Severity::Error;
  ++(isError ? errors : warnings);
  if (isError && errors > maxErrors) {
    if (errors == maxErrors + 1) {
      Diagnostic last;
      last.message = "too many errors; the rest is not shown";
      reported.push_back(std::move(last));
    }
    return;
  }
  reported.push_back(std::move(diagnostic));
}

void DiagnosticEngine::print(llvm::raw_ostream &os,
                             const RenderOptions &renderOptions) {
  // In the order of the text: the lexer runs ahead of the parser, and the
  // checker visits functions where they are used. Placeless ones come last.
  std::vector<size_t> order;
  for (; printed < reported.size(); ++printed)
    order.push_back(printed);
  auto key = [&](size_t i) {
    return std::make_tuple(reported[i].range.file, reported[i].range.begin, i);
  };
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return key(a) < key(b); });
  for (size_t i : order) {
    if (renderOptions.format == DiagnosticsFormat::Json)
      renderJson(reported[i], sources, os);
    else
      renderText(reported[i], sources, renderOptions.color, os);
  }
}
