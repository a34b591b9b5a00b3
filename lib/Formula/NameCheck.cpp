//===- NameCheck.cpp - do all names mean something?
//-------------------------===//

#include "NameCheck.h"
#include "keops/Support/Spelling.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace keops;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

namespace {

/// A name that a body introduces.
struct Local {
  Identifier name;
  StringRef group;
  bool isUsed = false;
};

class NameChecker {
public:
  NameChecker(const Program &program, DiagnosticEngine &diagnostics)
      : program(program), diagnostics(diagnostics) {}

  NameCheck run();

private:
  void checkDef(const DefDecl &def);
  void checkKernel(const KernelDecl &kernel);
  void walk(const Expr &expr);
  void walkAll(llvm::ArrayRef<const Expr *> exprs);
  void walkName(const NameExpr &name);
  void walkCall(const CallExpr &call);
  void walkLet(const LetExpr &let);
  void declare(Identifier name, StringRef group);
  /// Closes the scopes of the locals from number `first` on.
  void close(size_t first, bool warn);
  void reportUnknownName(const NameExpr &name);
  void reportUnknownFunction(const CallExpr &call);
  void reportArguments(const CallExpr &call, const Callee &callee);
  void reportRecursion();
  Local *findLocal(StringRef name);

  const Program &program;
  DiagnosticEngine &diagnostics;
  BrokenExprs broken;
  std::vector<UnusedName> unused;
  const SourceFile *file = nullptr;
  std::vector<Local> locals;
  /// The function whose body is being walked, and who calls whom.
  Symbol *current = nullptr;
  llvm::MapVector<Symbol *, SmallVector<Symbol *>> calls;
};

} // namespace

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
  for (Local &local : llvm::reverse(locals))
    if (local.name.name == name)
      return &local;
  return nullptr;
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
  locals.push_back({name, group, false});
}

void NameChecker::close(size_t first, bool warn) {
  for (size_t i = first; i < locals.size(); ++i) {
    const Local &local = locals[i];
    if (local.isUsed || !warn || local.name.name.starts_with("_"))
      continue;
    unused.push_back({local.name, local.group});
  }
  locals.resize(first);
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
  if (!kernel.hasVariables) // A derived kernel: evaluation reports it.
    return;
  SmallVector<Identifier> names;
  for (const VariableDecl &variable : kernel.variables)
    names.push_back(variable.name);
  for (const ResultDecl &result : kernel.results)
    names.push_back(result.name);
  for (size_t i = 0; i < names.size(); ++i)
    declaredTwice(names, i, "arguments", diagnostics);
  // Dimensions are constants: they do not see the variables.
  for (const VariableDecl &variable : kernel.variables)
    walkAll(variable.dims);
  for (const ResultDecl &result : kernel.results)
    walkAll(result.dims);
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

void NameChecker::reportUnknownName(const NameExpr &name) {
  IndexSet axis;
  Lookup found = lookup(program, *file, name.name);
  if ((found.symbol && found.symbol->def) ||
      isBuiltinFunction(program, name.name)) {
    StringRef what = splitReduction(name.name, axis) ? "reduction" : "function";
    diagnostics
        .error(name.range, "'" + name.name + "' is a " + what + ", not a value")
        .repair("call it: '" + name.name + "(...)'");
    return;
  }
  if (file->kernels.count(name.name)) {
    diagnostics
        .error(name.range, "'" + name.name + "' is a kernel, not a value")
        .note("kernels are called from C; formulas share code through 'def'");
    return;
  }
  SmallVector<StringRef> names;
  for (const Local &local : llvm::reverse(locals))
    names.push_back(local.name.name);
  visibleNames(program, *file, /*functions=*/false, names);
  names.append(builtinValues().begin(), builtinValues().end());
  StringRef nearest = nearestName(name.name, names);
  DiagnosticBuilder error =
      diagnostics.error(name.range, "unknown name '" + name.name + "'");
  if (!nearest.empty()) {
    error.repair("did you mean '" + nearest + "'?", name.range, nearest);
    // A misspelt use is a use.
    if (Local *local = findLocal(nearest))
      local->isUsed = true;
    Lookup meant = lookup(program, *file, nearest);
    if (meant.symbol)
      meant.symbol->isUsed = true;
  }
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

void NameChecker::reportArguments(const CallExpr &call, const Callee &callee) {
  std::string expected = std::to_string(callee.minArgs);
  if (callee.maxArgs != callee.minArgs)
    expected += (callee.maxArgs == callee.minArgs + 1 ? " or " : " to ") +
                std::to_string(callee.maxArgs);
  StringRef plural = expected == "1" ? "" : "s";
  StringRef name = call.callee.name;
  DiagnosticBuilder error = diagnostics.error(
      call.callee.range, "'" + name + "' takes " + expected + " argument" +
                             plural + ", found " + Twine(call.args.size()));
  for (size_t i = callee.maxArgs; i < call.args.size(); ++i)
    error.highlight(call.args[i]->range);
  auto join = [](auto &&names) { return llvm::join(names, ", "); };
  if (callee.definition && !callee.definition->file->isPrelude)
    error.note("'" + name + "' is defined here", callee.definition->name.range);
  else if (callee.definition) {
    SmallVector<StringRef> params;
    for (const Identifier &param : callee.definition->def->params)
      params.push_back(param.name);
    error.repair("write '" + name + "(" + join(params) + ")'");
  } else if (callee.primitive)
    error.repair("write '" + name + "(" + join(callee.primitive->operands) +
                 ")'");
  else if (callee.vector)
    error.repair("write '" + callee.vector->signature + "'");
  else if (callee.reduction)
    error.repair("write '" + signature(*callee.reduction, callee.axis) + "'");
}

void NameChecker::reportUnknownFunction(const CallExpr &call) {
  StringRef name = call.callee.name;
  if (Local *local = findLocal(name)) {
    local->isUsed = true;
    diagnostics.error(call.callee.range, "'" + name + "' is not a function")
        .note("it is introduced here", local->name.range)
        .repair("write '" + name + " * (...)' for a product");
    return;
  }
  if (file->kernels.count(name)) {
    diagnostics
        .error(call.callee.range, "kernels cannot be called in a formula")
        .note("the kernel '" + name +
              "' is called from C; formulas share code through 'def'");
    return;
  }
  if (lookupReduction(name)) {
    diagnostics
        .error(call.callee.range,
               "reduction '" + name + "' does not say over which index")
        .repair("write '" + name + "_j' (over j), '" + name +
                    "_i' (over i) or '" + name + "_ij' (over both)",
                call.callee.range, name + "_j");
    return;
  }
  std::vector<std::string> callable = callableNames(program, *file);
  SmallVector<StringRef> names(callable.begin(), callable.end());
  StringRef nearest = nearestName(name, names);
  if (const PrimitiveRecord *alias = lookupPrimitiveAlias(name))
    nearest = alias->name == "select" ? StringRef("where") : alias->name;
  DiagnosticBuilder error =
      diagnostics.error(call.callee.range, "unknown function '" + name + "'");
  if (nearest.empty())
    return;
  error.repair("did you mean '" + nearest + "'?", call.callee.range, nearest);
  Lookup meant = lookup(program, *file, nearest);
  if (meant.symbol)
    meant.symbol->isUsed = true;
}

//===----------------------------------------------------------------------===//
// Recursion
//===----------------------------------------------------------------------===//

/// Reports each function that reaches itself, once per cycle.
void NameChecker::reportRecursion() {
  llvm::DenseSet<Symbol *> finished, reported;
  for (const auto &[start, unused] : calls) {
    // Depth-first with an explicit stack: chains of calls can be long.
    struct Visit {
      Symbol *function;
      size_t next;
    };
    SmallVector<Visit> path;
    if (!finished.count(start))
      path.push_back({start, 0});
    while (!path.empty()) {
      Visit &visit = path.back();
      auto callees = calls.lookup(visit.function);
      if (visit.next == callees.size()) {
        finished.insert(visit.function);
        path.pop_back();
        continue;
      }
      Symbol *next = callees[visit.next++];
      auto onPath = llvm::find_if(
          path, [&](const Visit &each) { return each.function == next; });
      if (onPath == path.end()) {
        if (!finished.count(next))
          path.push_back({next, 0});
        continue;
      }
      std::string chain;
      for (auto it = onPath; it != path.end(); ++it) {
        it->function->isRecursive = true;
        chain += "'" + it->function->name.name.str() + "' calls ";
      }
      StringRef name = next->name.name;
      if (reported.insert(next).second)
        diagnostics
            .error(next->name.range, "function '" + name + "' is recursive")
            .note(chain + "'" + name +
                  "'; functions are inlined, so none can reach itself");
    }
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
