//===- NameCheck.cpp - do all names mean something? -----------------------===//

#include "NameChecker.h"

using namespace keops;
using llvm::SmallVector;
using llvm::StringRef;

NameCheck NameChecker::run() {
  for (const auto &each : program.files) {
    if (each->isPrelude)
      continue;
    file = each.get();
    for (const Decl &decl : file->ast.decls) {
      if (decl.constant && decl.constant->value)
        walk(*decl.constant->value);
      if (decl.def && !decl.def->isBroken)
        checkDef(*decl.def);
      if (decl.kernel && !decl.kernel->isBroken)
        checkKernel(*decl.kernel);
      const Identifier *name = decl.constant ? &decl.constant->name
                               : decl.def    ? &decl.def->name
                                             : nullptr;
      bool hides =
          name && ((decl.constant && isBuiltinValue(name->name)) ||
                   (decl.def && isBuiltinFunction(program, name->name)));
      if (hides)
        diagnostics.warning("shadow", name->range,
                            "'" + name->name +
                                "' hides the built-in of this name");
    }
  }
  file = &program.main();
  for (const auto &symbol : program.symbols)
    if (symbol->override)
      walk(*symbol->override);
  reportRecursion();
  return {std::move(broken), std::move(unused)};
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

Local *NameChecker::findLocal(StringRef name) {
  auto found = innermost.find(name);
  return found == innermost.end() ? nullptr : &locals[found->second];
}

void NameChecker::declare(Identifier name, StringRef group) {
  if (const Local *outer = findLocal(name.name))
    diagnostics
        .warning("shadow", name.range,
                 "'" + name.name + "' hides an earlier name")
        .note("which is introduced here", outer->name.range);
  else if (isBuiltinValue(name.name))
    diagnostics.warning("shadow", name.range,
                        "'" + name.name + "' hides the built-in of this name");
  Local local;
  local.name = name;
  local.group = group;
  auto [entry, isNew] = innermost.try_emplace(name.name, locals.size());
  if (!isNew)
    local.hidden = std::exchange(entry->second, locals.size());
  locals.push_back(local);
}

void NameChecker::close(size_t first, bool warn) {
  for (size_t i = first; i < locals.size(); ++i) {
    const Local &local = locals[i];
    if (local.isUsed || !warn || local.name.name.starts_with("_"))
      continue;
    unused.push_back({local.name, local.group});
  }
  while (locals.size() > first) {
    const Local &local = locals.back();
    if (local.hidden)
      innermost[local.name.name] = *local.hidden;
    else
      innermost.erase(local.name.name);
    locals.pop_back();
  }
}

static bool declaredTwice(llvm::ArrayRef<Identifier> names, size_t last,
                          StringRef what, DiagnosticEngine &diagnostics) {
  for (size_t i = 0; i < last; ++i) {
    if (names[i].name != names[last].name)
      continue;
    diagnostics
        .error(names[last].range,
               "two " + what + " are called '" + names[last].name + "'")
        .note("the first one is here", names[i].range)
        .repair("choose another name");
    return true;
  }
  return false;
}

void NameChecker::checkDef(const DefDecl &def) {
  current = file->symbols.lookup(def.name.name);
  for (size_t i = 0; i < def.params.size(); ++i)
    if (!declaredTwice(def.params, i, "parameters", diagnostics))
      declare(def.params[i], "unused-parameter");
  walk(*def.body);
  close(0, !llvm::isa<ErrorExpr>(def.body));
  current = nullptr;
}

void NameChecker::checkKernel(const KernelDecl &kernel) {
  SmallVector<Identifier> names;
  for (const VariableDecl &variable : kernel.variables)
    names.push_back(variable.name);
  for (const ResultDecl &result : kernel.results)
    names.push_back(result.name);
  for (size_t i = 0; i < names.size(); ++i)
    declaredTwice(names, i, "arguments", diagnostics);
  // Dimensions are constants: they do not see the variables.
  header = &kernel;
  for (const VariableDecl &variable : kernel.variables)
    walkAll(variable.dims);
  for (const ResultDecl &result : kernel.results)
    walkAll(result.dims);
  header = nullptr;
  if (!kernel.hasVariables) // Its formula has names of kernels and variables.
    return;
  for (const VariableDecl &variable : kernel.variables)
    if (!findLocal(variable.name.name))
      declare(variable.name, "unused-variable");
  walk(*kernel.body);
  close(0, true);
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

void NameChecker::walkAll(llvm::ArrayRef<const Expr *> exprs) {
  for (const Expr *expr : exprs)
    walk(*expr);
}

void NameChecker::walk(const Expr &expr) {
  switch (expr.kind) {
  case Expr::Kind::Error:
    // What the lost text used is unknown: warn of nothing unused here.
    for (Local &local : locals)
      local.isUsed = true;
    return;
  case Expr::Kind::Integer:
  case Expr::Kind::Real:
  case Expr::Kind::String:
    return;
  case Expr::Kind::Name:
    return walkName(llvm::cast<NameExpr>(expr));
  case Expr::Kind::Unary:
    return walk(*llvm::cast<UnaryExpr>(expr).operand);
  case Expr::Kind::Binary:
    walk(*llvm::cast<BinaryExpr>(expr).lhs);
    return walk(*llvm::cast<BinaryExpr>(expr).rhs);
  case Expr::Kind::Call:
    return walkCall(llvm::cast<CallExpr>(expr));
  case Expr::Kind::Subscript: {
    const auto &subscript = llvm::cast<SubscriptExpr>(expr);
    walk(*subscript.base);
    for (const SubscriptIndex &index : subscript.indices)
      for (const Expr *bound : {index.first, index.last})
        if (bound)
          walk(*bound);
    return;
  }
  case Expr::Kind::Concat:
    return walkAll(llvm::cast<ConcatExpr>(expr).parts);
  case Expr::Kind::Let:
    return walkLet(llvm::cast<LetExpr>(expr));
  case Expr::Kind::Tuple:
    return walkAll(llvm::cast<TupleExpr>(expr).parts);
  }
}

void NameChecker::walkLet(const LetExpr &let) {
  size_t first = locals.size();
  for (const LetBinding &binding : let.bindings) {
    walk(*binding.value);
    declare(binding.name, "unused-let");
  }
  walk(*let.body);
  close(first, true);
}

void NameChecker::walkName(const NameExpr &name) {
  if (Local *local = findLocal(name.name)) {
    local->isUsed = true;
    return;
  }
  Lookup found = lookup(program, *file, name.name);
  if (found.symbol && found.symbol->constant) {
    found.symbol->isUsed = true;
    if (!found.rival)
      return;
    broken.insert(&name);
    diagnostics
        .error(name.range,
               "'" + name.name + "' is defined by two imported files")
        .note("one definition is here", found.symbol->name.range)
        .note("the other is here", found.rival->name.range);
    return;
  }
  if (isBuiltinValue(name.name))
    return;
  broken.insert(&name);
  reportUnknownName(name);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void NameChecker::walkCall(const CallExpr &call) {
  Callee callee =
      findCallee(program, *file, call.callee.name, call.args.size());
  if (callee.kind == Callee::Kind::Unsupported) {
    for (Local &local : locals)
      local.isUsed = true;
    broken.insert(&call);
    diagnostics.error(call.callee.range,
                      "not yet supported: '" + call.callee.name + "'");
    return;
  }
  walkAll(call.args);
  if (callee.kind == Callee::Kind::Unknown) {
    broken.insert(&call);
    return reportUnknownFunction(call);
  }
  if (callee.definition) {
    callee.definition->isUsed = true;
    if (current && !callee.definition->file->isPrelude)
      calls[current].push_back(callee.definition);
    if (callee.definition->def->isBroken) {
      broken.insert(&call);
      return;
    }
  }
  if (callee.rival) {
    broken.insert(&call);
    diagnostics
        .error(call.callee.range,
               "'" + call.callee.name + "' is defined by two imported files")
        .note("one definition is here", callee.definition->name.range)
        .note("the other is here", callee.rival->name.range);
    return;
  }
  if (call.args.size() < callee.minArgs || call.args.size() > callee.maxArgs) {
    broken.insert(&call);
    reportArguments(call, callee);
  }
}

NameCheck keops::checkNames(const Program &program,
                            DiagnosticEngine &diagnostics) {
  return NameChecker(program, diagnostics).run();
}

void keops::warnUnused(const Program &program, llvm::ArrayRef<UnusedName> names,
                       DiagnosticEngine &diagnostics) {
  for (const UnusedName &unused : names) {
    DiagnosticBuilder warning =
        diagnostics.warning(unused.group, unused.name.range,
                            "'" + unused.name.name + "' is never used");
    if (unused.group == "unused-let")
      warning.repair("leave the 'let' out");
    else if (unused.group == "unused-variable")
      warning.note("it stays an argument of the kernel");
  }
  const SourceFile &main = program.main();
  // A file without kernels is a library: others use what it defines.
  if (main.kernels.empty())
    return;
  for (const auto &symbol : program.symbols) {
    if (symbol->file != &main || symbol->isUsed)
      continue;
    StringRef group = symbol->constant ? "unused-const" : "unused-function";
    diagnostics.warning(group, symbol->name.range,
                        "'" + symbol->name.name + "' is never used");
  }
  for (const SourceFile::Import &import : main.imports)
    if (!import.isUsed)
      diagnostics.warning("unused-import", import.decl->pathRange,
                          "nothing of '" + import.decl->path + "' is used");
}
