//===- NameReports.cpp - what to say of a name that means nothing ---------===//

#include "NameChecker.h"
#include "keops/Support/Spelling.h"
#include "llvm/ADT/StringExtras.h"

using namespace keops;
using llvm::SmallVector;
using llvm::StringRef;
using llvm::Twine;

void NameChecker::reportUnknownName(const NameExpr &name) {
  bool isVariable =
      header && llvm::any_of(header->variables, [&](const VariableDecl &each) {
        return each.name.name == name.name;
      });
  if (isVariable) {
    diagnostics
        .error(name.range, "a dimension must be a constant, '" + name.name +
                               "' is a variable")
        .repair("declare 'const N' and give its value with '-D N=VALUE'");
    return;
  }
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
  if (file->isIncomplete)
    return;
  if (isListFull())
    return void(diagnostics.error(name.range, "unknown name"));
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
  if (file->isIncomplete)
    return;
  if (isListFull())
    return void(diagnostics.error(call.callee.range, "unknown function"));
  std::vector<std::string> callable = callableNames(program, *file);
  SmallVector<StringRef> names(callable.begin(), callable.end());
  StringRef nearest = nearestName(name, names);
  if (const PrimitiveRecord *alias = lookupPrimitiveAlias(name))
    nearest = alias->name == "select" ? StringRef("where") : alias->name;
  if (name == "IfElse") // `IfElse(f, a, b)` is where(f >= 0, a, b).
    nearest = "where";
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
