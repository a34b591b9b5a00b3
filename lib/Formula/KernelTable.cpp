//===- KernelTable.cpp - kernels by declaration ---------------------------===//

#include "KernelTable.h"
#include "DerivedKernels.h"
#include "KernelCheck.h"

using namespace keops;

/// The kernel at the bottom of `grad(jvp(f, x), y)`, f.
static KernelLookup baseOf(const KernelDecl &decl, const SourceFile &file) {
  if (decl.hasVariables || decl.isBroken)
    return {};
  const Expr *expr = decl.body;
  const auto *call = llvm::dyn_cast<CallExpr>(expr);
  while (call && isDerivation(*call) && !call->args.empty()) {
    expr = call->args.front();
    call = llvm::dyn_cast<CallExpr>(expr);
  }
  const auto *name = llvm::dyn_cast<NameExpr>(expr);
  return name ? lookupKernel(file, name->name) : KernelLookup();
}

const KernelEntry &KernelTable::check(const KernelDecl &decl,
                                      const SourceFile &file) {
  // Chains of derived kernels can be long: a list, not recursion.
  llvm::SmallVector<Link> chain;
  for (Link link{&decl, &file}; link.decl;) {
    std::unique_ptr<Cell> &cell = cells[link.decl];
    if (!cell)
      cell = std::make_unique<Cell>();
    if (cell->state == State::Checking)
      reportCycle(chain, *link.decl);
    if (cell->state != State::Unknown)
      break;
    cell->state = State::Checking;
    chain.push_back(link);
    KernelLookup base = baseOf(*link.decl, *link.file);
    link = {base.kernel, base.file};
  }
  for (const Link &link : llvm::reverse(chain)) {
    Cell &cell = *cells[link.decl];
    checkOne(link, cell.entry);
    cell.state = State::Done;
  }
  return cells[&decl]->entry;
}

void KernelTable::checkOne(const Link &link, KernelEntry &entry) {
  const KernelDecl &decl = *link.decl;
  if (link.file == &program.main())
    checkCName(decl.name, "kernel", options.prefix, diagnostics);
  if (decl.isBroken)
    return;
  if (decl.hasVariables)
    entry.kernel =
        checkKernel(decl, *link.file, evaluator, options, diagnostics);
  else
    entry = deriveKernel(decl, *link.file, *this, evaluator, context, options,
                         diagnostics);
}

void KernelTable::reportCycle(llvm::ArrayRef<Link> chain,
                              const KernelDecl &again) {
  std::string text;
  bool inside = false;
  for (const Link &link : chain) {
    inside |= link.decl == &again;
    if (inside)
      text += "'" + link.decl->name.name.str() + "' is derived from ";
  }
  diagnostics
      .error(again.name.range,
             "kernel '" + again.name.name + "' is derived from itself")
      .note(text + "'" + again.name.name + "'")
      .repair("write the formula of one of them");
}
