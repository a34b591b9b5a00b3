//===- Loading.cpp - reading a file and what it imports -------------------===//

#include "Prelude.h"
#include "Symbols.h"
#include "keops/Formula/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace keops;
using llvm::StringRef;

namespace {
class Loader {
public:
  Loader(const CheckOptions &options, ASTContext &context,
         DiagnosticEngine &diagnostics, std::vector<std::string> *dependencies)
      : options(options), context(context), diagnostics(diagnostics),
        dependencies(dependencies) {}

  Program run(FileId main);

private:
  SourceFile *addFile(FileId file, StringRef path);
  void loadImports(SourceFile &file);
  SourceFile *loadImport(const SourceFile &from, const ImportDecl &import);
  /// The existing file `import` means, and where it was looked for.
  std::string find(const SourceFile &from, StringRef path,
                   std::vector<std::string> &tried);
  void reportCycle(const ImportDecl &import, const SourceFile &target);
  void declare(SourceFile &file);
  void declareSymbol(SourceFile &file, Symbol symbol);

  const CheckOptions &options;
  ASTContext &context;
  DiagnosticEngine &diagnostics;
  std::vector<std::string> *dependencies;
  Program program;
  /// By canonical path; a file imported twice is read once.
  llvm::StringMap<SourceFile *> loaded;
  /// The chain of imports that led here.
  std::vector<const SourceFile *> active;
};
} // namespace

/// One file for all its spellings.
static std::string canonical(StringRef path) {
  llvm::SmallString<256> real;
  if (llvm::sys::fs::real_path(path, real))
    return path.str();
  return real.str().str();
}

Program Loader::run(FileId main) {
  StringRef name = diagnostics.sourceManager().name(main);
  SourceFile *file = addFile(main, name);
  loaded[canonical(name)] = file;
  loadImports(*file);
  SourceManager &sources = diagnostics.sourceManager();
  SourceFile *prelude =
      addFile(sources.addBuffer(preludeText, "<prelude>"), "");
  prelude->isPrelude = true;
  for (const auto &each : program.files)
    declare(*each);
  return std::move(program);
}

SourceFile *Loader::addFile(FileId file, StringRef path) {
  auto source = std::make_unique<SourceFile>();
  source->ast = parseFile(file, context, diagnostics);
  source->path = path.str();
  program.files.push_back(std::move(source));
  return program.files.back().get();
}

void Loader::loadImports(SourceFile &file) {
  active.push_back(&file);
  // The list of declarations is settled: imports add files, not declarations.
  for (const Decl &decl : file.ast.decls) {
    if (!decl.import)
      continue;
    SourceFile *target = loadImport(file, *decl.import);
    file.isIncomplete |= !target || target->isIncomplete;
    if (target)
      file.imports.push_back({target, decl.import});
  }
  active.pop_back();
}

std::string Loader::find(const SourceFile &from, StringRef path,
                         std::vector<std::string> &tried) {
  std::vector<std::string> dirs;
  dirs.push_back(llvm::sys::path::parent_path(from.path).str());
  dirs.insert(dirs.end(), options.includeDirs.begin(),
              options.includeDirs.end());
  if (!options.stdDir.empty())
    dirs.push_back(options.stdDir);
  if (llvm::sys::path::is_absolute(path))
    dirs = {""};
  for (const std::string &dir : dirs) {
    llvm::SmallString<256> full(dir);
    llvm::sys::path::append(full, path);
    tried.push_back(full.str().str());
    if (llvm::sys::fs::is_regular_file(full))
      return full.str().str();
  }
  return "";
}

void Loader::reportCycle(const ImportDecl &import, const SourceFile &target) {
  std::string chain;
  bool inside = false;
  for (const SourceFile *file : active) {
    inside |= file == &target;
    if (inside)
      chain += "'" + file->path + "' imports ";
  }
  diagnostics.error(import.pathRange, "import cycle")
      .note(chain + "'" + target.path + "'")
      .repair("move what both need into a third file");
}

SourceFile *Loader::loadImport(const SourceFile &from,
                               const ImportDecl &import) {
  std::vector<std::string> tried;
  std::string path = import.path.empty() ? "" : find(from, import.path, tried);
  if (path.empty()) {
    DiagnosticBuilder error = diagnostics.error(
        import.pathRange, "cannot find '" + import.path + "'");
    for (const std::string &place : tried)
      error.note("looked for '" + place + "'");
    error.repair("name its folder with '-I DIR'");
    return nullptr;
  }
  SourceFile *&entry = loaded[canonical(path)];
  if (entry) {
    if (llvm::is_contained(active, entry)) {
      reportCycle(import, *entry);
      return nullptr;
    }
    return entry;
  }
  llvm::Expected<FileId> file = diagnostics.sourceManager().addFile(path);
  if (!file) {
    diagnostics.error(import.pathRange, "cannot read '" + path + "': " +
                                            llvm::toString(file.takeError()));
    return nullptr;
  }
  if (dependencies)
    dependencies->push_back(path);
  constexpr size_t maxImportDepth = 200;
  if (active.size() > maxImportDepth) {
    diagnostics.error(import.pathRange,
                      "more than 200 files import one another");
    return nullptr;
  }
  SourceFile *loadedFile = addFile(*file, path);
  entry = loadedFile;
  loadImports(*loadedFile);
  return loadedFile;
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void Loader::declareSymbol(SourceFile &file, Symbol symbol) {
  symbol.file = &file;
  StringRef name = symbol.name.name;
  auto [entry, isNew] = file.symbols.try_emplace(name, nullptr);
  if (!isNew) {
    diagnostics.error(symbol.name.range, "'" + name + "' is already defined")
        .note("the first definition is here", entry->second->name.range)
        .repair("choose another name");
    return;
  }
  program.symbols.push_back(std::make_unique<Symbol>(symbol));
  entry->second = program.symbols.back().get();
}

void Loader::declare(SourceFile &file) {
  for (const Decl &decl : file.ast.decls) {
    Symbol symbol;
    symbol.constant = decl.constant;
    symbol.def = decl.def;
    if (decl.constant || decl.def) {
      symbol.name = decl.constant ? decl.constant->name : decl.def->name;
      declareSymbol(file, symbol);
    } else if (decl.kernel) {
      const Identifier &name = decl.kernel->name;
      auto [entry, isNew] = file.kernels.try_emplace(name.name, decl.kernel);
      if (!isNew)
        diagnostics
            .error(name.range, "kernel '" + name.name + "' is already defined")
            .note("the first definition is here", entry->second->name.range)
            .repair("choose another name");
    }
  }
}

Program keops::loadProgram(FileId main, const CheckOptions &options,
                           ASTContext &context, DiagnosticEngine &diagnostics,
                           std::vector<std::string> *dependencies) {
  return Loader(options, context, diagnostics, dependencies).run(main);
}
