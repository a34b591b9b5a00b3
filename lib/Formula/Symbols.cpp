//===- Symbols.cpp - scopes, -D constants ---------------------------------===//

#include "Symbols.h"
#include "keops/Formula/Lexer.h"
#include "keops/Formula/Parser.h"
#include "keops/Support/Spelling.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace keops;
using llvm::SmallVector;
using llvm::StringRef;

/// The symbol that `file` or a file it imports declares.
static Symbol *findBelow(const SourceFile &file, StringRef name,
                         llvm::DenseSet<const SourceFile *> &visited) {
  if (!visited.insert(&file).second)
    return nullptr;
  if (Symbol *own = file.symbols.lookup(name))
    return own;
  for (const SourceFile::Import &import : file.imports)
    if (Symbol *found = findBelow(*import.file, name, visited))
      return found;
  return nullptr;
}

Lookup keops::lookup(const Program &program, const SourceFile &file,
                     StringRef name) {
  if (Symbol *own = file.symbols.lookup(name))
    return {own, nullptr};
  Lookup result;
  for (SourceFile::Import &import : file.imports) {
    llvm::DenseSet<const SourceFile *> visited;
    Symbol *found = findBelow(*import.file, name, visited);
    if (!found)
      continue;
    import.isUsed = true;
    if (!result.symbol)
      result.symbol = found;
    else if (result.symbol != found)
      result.rival = found;
  }
  return result;
}

static void addNames(const SourceFile &file, bool functions,
                     llvm::SmallVectorImpl<StringRef> &names,
                     llvm::DenseSet<const SourceFile *> &visited) {
  if (!visited.insert(&file).second)
    return;
  // In the order written: the map's order must not decide between suggestions.
  for (const Decl &decl : file.ast.decls) {
    if (decl.constant && !functions)
      names.push_back(decl.constant->name.name);
    if (decl.def && functions && !decl.def->name.name.starts_with("_"))
      names.push_back(decl.def->name.name);
  }
  for (const SourceFile::Import &import : file.imports)
    addNames(*import.file, functions, names, visited);
}

void keops::visibleNames(const Program &program, const SourceFile &file,
                         bool functions,
                         llvm::SmallVectorImpl<StringRef> &names) {
  llvm::DenseSet<const SourceFile *> visited;
  addNames(file, functions, names, visited);
  addNames(program.prelude(), functions, names, visited);
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

using FileSet = llvm::DenseSet<const SourceFile *>;

static KernelLookup findKernelBelow(const SourceFile &file, StringRef name,
                                    FileSet &visited) {
  if (!visited.insert(&file).second)
    return {};
  if (const KernelDecl *own = file.kernels.lookup(name))
    return {own, &file, nullptr};
  for (const SourceFile::Import &import : file.imports)
    if (KernelLookup found = findKernelBelow(*import.file, name, visited);
        found.kernel)
      return found;
  return {};
}

KernelLookup keops::lookupKernel(const SourceFile &file, StringRef name) {
  if (const KernelDecl *own = file.kernels.lookup(name))
    return {own, &file, nullptr};
  KernelLookup result;
  for (SourceFile::Import &import : file.imports) {
    FileSet visited;
    KernelLookup found = findKernelBelow(*import.file, name, visited);
    if (!found.kernel)
      continue;
    import.isUsed = true;
    if (!result.kernel)
      result = found;
    else if (result.kernel != found.kernel)
      result.rival = found.kernel;
  }
  return result;
}

static void addKernels(const SourceFile &file,
                       llvm::SmallVectorImpl<StringRef> &names,
                       FileSet &visited) {
  if (!visited.insert(&file).second)
    return;
  for (const Decl &decl : file.ast.decls)
    if (decl.kernel)
      names.push_back(decl.kernel->name.name);
  for (const SourceFile::Import &import : file.imports)
    addKernels(*import.file, names, visited);
}

void keops::visibleKernels(const SourceFile &file,
                           llvm::SmallVectorImpl<StringRef> &names) {
  FileSet visited;
  addKernels(file, names, visited);
}

//===----------------------------------------------------------------------===//
// -D
//===----------------------------------------------------------------------===//

static bool isName(StringRef text) {
  auto isWordChar = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= '0' && c <= '9');
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         llvm::all_of(text, isWordChar) && !isKeyword(text);
}

static void reportUnknownDefine(const Program &program, StringRef name,
                                DiagnosticEngine &diagnostics) {
  SmallVector<StringRef> names;
  visibleNames(program, program.main(), /*functions=*/false, names);
  DiagnosticBuilder error = diagnostics.error(
      {}, "'-D " + name + "' sets a constant that the file does not have");
  StringRef nearest = nearestName(name, names);
  if (!nearest.empty())
    error.repair("did you mean '-D " + nearest + "'?");
  else if (names.empty())
    error.note("the file has no constants");
  else
    error.note("its constants are " + llvm::join(names, ", "));
}

void keops::applyDefines(Program &program, const CheckOptions &options,
                         ASTContext &context, DiagnosticEngine &diagnostics) {
  for (const auto &[name, value] : options.defines) {
    if (!isName(name)) {
      diagnostics
          .error({}, "'-D " + llvm::Twine(name) + "' does not name a constant")
          .note("write '-D NAME=VALUE'");
      continue;
    }
    SmallVector<Symbol *> targets;
    for (const auto &symbol : program.symbols)
      if (symbol->constant && symbol->name.name == name)
        targets.push_back(symbol.get());
    if (targets.empty()) {
      reportUnknownDefine(program, name, diagnostics);
      continue;
    }
    FileId file = diagnostics.sourceManager().addBuffer(
        value, "<-D " + name + "=" + value + ">");
    const Expr *expr = parseExpression(file, context, diagnostics);
    for (Symbol *target : targets) {
      target->override = expr;
      if (!expr)
        target->state = Symbol::State::Broken;
    }
  }
}
