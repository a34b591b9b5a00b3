//===- Callee.cpp - what a called name stands for -------------------------===//

#include "Callee.h"
#include "Evaluator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace keops;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

llvm::ArrayRef<VectorFunction> keops::vectorFunctions() {
  using E = Evaluator;
  static constexpr VectorFunction functions[] = {
      {"sum", 1, 1, "sum(f)", &E::componentSum},
      {"min", 1, 1, "min(f) or min(a, b)", &E::componentMin},
      {"max", 1, 1, "max(f) or max(a, b)", &E::componentMax},
      {"argmin", 1, 1, "argmin(f)", &E::componentArgMin},
      {"argmax", 1, 1, "argmax(f)", &E::componentArgMax},
      {"where", 3, 3, "where(condition, a, b)", &E::where},
      {"round", 2, 2, "round(x) or round(x, digits)", &E::roundDigits},
      {"repeat", 2, 2, "repeat(f, D)", &E::repeat},
      {"extract_t", 3, 3, "extract_t(f, start, D)", &E::extractT},
      {"wsqnorm", 2, 2, "wsqnorm(s, f)", &E::weightedSqNorm},
      {"matvec", 2, 2, "matvec(A, b)", &E::matVec},
      {"vecmat", 2, 2, "vecmat(b, A)", &E::vecMat},
      {"outer", 2, 2, "outer(f, g)", &E::outer},
      {"kron", 4, 4, "kron(f, g, dimsf, dimsg)", &E::kron},
      {"tensordot", 6, 7, "tensordot(f, g, dimsf, dimsg, contf, contg, perm)",
       &E::tensorDot},
      {"grad", 3, 3, "grad(F, x, e)", &E::gradient},
      {"adjoint", 3, 3, "adjoint(F, x, e)", &E::gradient},
      {"jvp", 3, 3, "jvp(F, x, t)", &E::directionalDerivative},
      {"divergence", 2, 2, "divergence(F, x)", &E::divergence},
      {"trace", 2, 2, "trace(F, x)", &E::divergence},
      {"laplacian", 2, 2, "laplacian(F, x)", &E::laplacian},
      {"jacobian", 2, 2, "jacobian(F, x)", &E::jacobian},
      {"_iota", 1, 1, "_iota(D)", &E::iota},
  };
  return functions;
}

/// In the language, not yet in the compiler.
static constexpr StringRef unsupported[] = {
    "keops", "bspline",  "soft_dtw",     "bessel_k",     "det",   "inverse",
    "solve", "cholesky", "creal",        "cimag",        "conj",  "cmul",
    "cdiv",  "cabs",     "carg",         "csqabs",       "cexp",  "cexp1j",
    "csum",  "cscale",   "real2complex", "imag2complex", "csum_t"};

static constexpr StringRef values[] = {"size_i", "size_j", "index_i", "index_j",
                                       "pi",     "inf",    "nan"};

llvm::ArrayRef<StringRef> keops::builtinValues() { return values; }

bool keops::isBuiltinValue(StringRef name) {
  return llvm::is_contained(values, name);
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

const ReductionRecord *keops::splitReduction(StringRef name, IndexSet &axis) {
  for (IndexSet each : {IndexSet::I, IndexSet::J, IndexSet::IJ}) {
    StringRef base = name;
    if (!base.consume_back(suffix(each)) || !base.consume_back("_"))
      continue;
    const ReductionRecord *record = lookupReduction(base);
    if (!record || !record->isPublic)
      continue;
    axis = each;
    return record;
  }
  return nullptr;
}

std::string keops::signature(const ReductionRecord &record, IndexSet axis) {
  std::string text = (record.name + "_" + suffix(axis) + "(").str();
  size_t required = record.inputs.size() - record.inputDefaults.size();
  for (auto [number, input] : llvm::enumerate(record.inputs)) {
    text += number >= required ? "[" : "";
    text += number ? ", " : "";
    text += input;
    text += number >= required ? "]" : "";
  }
  return text + (record.isSelection ? ", K)" : ")");
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static const VectorFunction *findVectorFunction(StringRef name, unsigned args,
                                                bool exact) {
  for (const VectorFunction &function : vectorFunctions())
    if (function.name == name &&
        (!exact || (args >= function.minArgs && args <= function.maxArgs)))
      return &function;
  return nullptr;
}

static const PrimitiveRecord *publicPrimitive(const SourceFile &file,
                                              StringRef name) {
  const PrimitiveRecord *record = lookupPrimitive(name);
  return record && (record->isPublic || file.isPrelude) ? record : nullptr;
}

static Callee calleeOf(Symbol &definition, Symbol *rival) {
  Callee callee;
  callee.kind = Callee::Kind::Definition;
  callee.definition = &definition;
  callee.rival = rival;
  callee.minArgs = callee.maxArgs = definition.def->params.size();
  return callee;
}

static Callee calleeOf(const VectorFunction &function) {
  Callee callee;
  callee.kind = Callee::Kind::Vector;
  callee.vector = &function;
  callee.minArgs = function.minArgs;
  callee.maxArgs = function.maxArgs;
  return callee;
}

static Callee calleeOf(const PrimitiveRecord &record) {
  Callee callee;
  callee.kind = Callee::Kind::Primitive;
  callee.primitive = &record;
  callee.maxArgs = record.operands.size();
  callee.minArgs = callee.maxArgs - record.defaults.size();
  return callee;
}

Callee keops::findCallee(const Program &program, const SourceFile &file,
                         StringRef name, unsigned args) {
  Lookup found = lookup(program, file, name);
  if (found.symbol && found.symbol->def)
    return calleeOf(*found.symbol, found.rival);
  bool isPrivate = name.starts_with("_") && !file.isPrelude;
  if (isPrivate)
    return {};
  const PrimitiveRecord *primitive = publicPrimitive(file, name);
  if (const VectorFunction *exact = findVectorFunction(name, args, true))
    return calleeOf(*exact);
  if (primitive)
    return calleeOf(*primitive);
  if (const VectorFunction *near = findVectorFunction(name, args, false))
    return calleeOf(*near);
  Callee callee;
  if ((callee.reduction = splitReduction(name, callee.axis))) {
    const ReductionRecord &record = *callee.reduction;
    callee.kind = Callee::Kind::Reduction;
    callee.maxArgs = record.inputs.size() + record.isSelection;
    callee.minArgs = callee.maxArgs - record.inputDefaults.size();
    return callee;
  }
  Symbol *prelude = program.prelude().symbols.lookup(name);
  if (prelude)
    return calleeOf(*prelude, nullptr);
  if (llvm::is_contained(unsupported, name)) {
    callee.kind = Callee::Kind::Unsupported;
    callee.maxArgs = ~0u;
  }
  return callee;
}

bool keops::isBuiltinFunction(const Program &program, StringRef name) {
  IndexSet axis;
  return !name.starts_with("_") &&
         (findVectorFunction(name, 0, false) ||
          publicPrimitive(program.main(), name) || splitReduction(name, axis) ||
          program.prelude().symbols.count(name) ||
          llvm::is_contained(unsupported, name));
}

std::vector<std::string> keops::callableNames(const Program &program,
                                              const SourceFile &file) {
  std::vector<std::string> names;
  llvm::SmallVector<StringRef> defined;
  visibleNames(program, file, /*functions=*/true, defined);
  for (StringRef name : defined)
    names.push_back(name.str());
  for (const VectorFunction &function : vectorFunctions())
    if (!function.name.starts_with("_"))
      names.push_back(function.name.str());
  for (const PrimitiveRecord &record : allPrimitives())
    if (record.isPublic)
      names.push_back(record.name.str());
  for (const ReductionRecord &record : allReductions())
    if (record.isPublic)
      for (IndexSet axis : {IndexSet::J, IndexSet::I, IndexSet::IJ})
        names.push_back((record.name + "_" + suffix(axis)).str());
  return names;
}
