//===- Symbols.h - files and what they declare ------------------*- C++ -*-===//
//
// Each file is a scope: its own declarations, then those of the files it
// imports (and they import), then the prelude. So a file may redefine what the
// standard library offers, and a library never sees the names of its users.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_LIB_FORMULA_SYMBOLS_H
#define KEOPS_LIB_FORMULA_SYMBOLS_H

#include "Number.h"
#include "keops/Formula/AST.h"
#include "keops/Formula/Check.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include <memory>

namespace keops {

struct SourceFile;

/// A constant or a function.
struct Symbol {
  Identifier name;
  const SourceFile *file = nullptr;
  const ConstDecl *constant = nullptr;
  const DefDecl *def = nullptr;
  bool isUsed = false;
  /// A function that reaches itself: reported, never inlined.
  bool isRecursive = false;

  // Constants.
  enum class State { Unknown, Computing, Known, Broken } state = State::Unknown;
  Number value;
  /// The -D expression that replaces the declared value.
  const Expr *override = nullptr;
};

struct SourceFile {
  FileAST ast;
  std::string path;
  bool isPrelude = false;
  /// True when an import failed: names it would have brought are unknown, and
  /// that is not reported again.
  bool isIncomplete = false;
  struct Import {
    SourceFile *file;
    const ImportDecl *decl;
    bool isUsed = false;
  };
  mutable std::vector<Import> imports;
  llvm::StringMap<Symbol *> symbols;
  llvm::StringMap<const KernelDecl *> kernels;
};

/// All files of a compilation; the main file first, the prelude last.
struct Program {
  std::vector<std::unique_ptr<SourceFile>> files;
  std::vector<std::unique_ptr<Symbol>> symbols;

  const SourceFile &main() const { return *files.front(); }
  SourceFile &prelude() const { return *files.back(); }
};

struct Lookup {
  Symbol *symbol = nullptr;
  /// Another symbol of the same name that is just as near.
  Symbol *rival = nullptr;
};

/// What `name` means in `file`, marking the import that provides it as used.
Lookup lookup(const Program &program, const SourceFile &file,
              llvm::StringRef name);

struct KernelLookup {
  const KernelDecl *kernel = nullptr;
  /// The file that declares it.
  const SourceFile *file = nullptr;
  /// A kernel of the same name in another import.
  const KernelDecl *rival = nullptr;
};

/// The kernel `name` of `file` or of an import, which is marked as used.
KernelLookup lookupKernel(const SourceFile &file, llvm::StringRef name);

/// Kernels that can be differentiated in `file`.
void visibleKernels(const SourceFile &file,
                    llvm::SmallVectorImpl<llvm::StringRef> &names);

/// Names visible in `file`: constants or functions.
void visibleNames(const Program &program, const SourceFile &file,
                  bool functions,
                  llvm::SmallVectorImpl<llvm::StringRef> &names);

/// Reads the files, the prelude included, and enters their declarations.
/// Reports files that cannot be read, import cycles, and names declared twice.
Program loadProgram(FileId main, const CheckOptions &options,
                    ASTContext &context, DiagnosticEngine &diagnostics,
                    std::vector<std::string> *dependencies);

/// Attaches the -D values. Reports names that no constant has, and values that
/// are no expressions.
void applyDefines(Program &program, const CheckOptions &options,
                  ASTContext &context, DiagnosticEngine &diagnostics);

} // namespace keops

#endif // KEOPS_LIB_FORMULA_SYMBOLS_H
