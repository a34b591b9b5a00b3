//===- Check.cpp - from a .kop file to checked kernels --------------------===//

#include "keops/Formula/Check.h"
#include "KernelTable.h"
#include "NameCheck.h"

using namespace keops;

std::optional<CheckedModule>
keops::checkFile(FileId main, const CheckOptions &options,
                 DiagnosticEngine &diagnostics,
                 std::vector<std::string> *dependencies) {
  unsigned before = diagnostics.errorCount();
  CheckedModule module;
  module.context = std::make_unique<ASTContext>();
  Program program =
      loadProgram(main, options, *module.context, diagnostics, dependencies);
  applyDefines(program, options, *module.context, diagnostics);
  NameCheck names = checkNames(program, diagnostics);

  Evaluator evaluator(program, names.broken, options, diagnostics);
  for (const auto &symbol : program.symbols)
    if (symbol->constant)
      evaluator.constant(*symbol);
  KernelTable kernels(program, evaluator, *module.context, options,
                      diagnostics);
  for (const Decl &decl : program.main().ast.decls)
    if (decl.kernel)
      kernels.check(*decl.kernel, program.main());
  if (diagnostics.errorCount() != before)
    return std::nullopt;
  warnUnused(program, names.unused, diagnostics);
  if (diagnostics.errorCount() != before) // -Werror
    return std::nullopt;
  for (const Decl &decl : program.main().ast.decls)
    if (decl.kernel)
      module.kernels.push_back(
          *kernels.check(*decl.kernel, program.main()).kernel);
  return module;
}
