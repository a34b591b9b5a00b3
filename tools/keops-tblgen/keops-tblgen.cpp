//===- keops-tblgen.cpp - tables, documentation and tests from records ----===//
//
// Reads dialects/keops/*.td and writes what the option asks for. Whatever it
// writes, it checks every formula first and fails on the first wrong record.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Emitters.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Main.h"
#include "llvm/TableGen/Record.h"

using namespace keops::tblgen;
using namespace llvm;

namespace {
enum class Output {
  PrimitiveTable,
  ReductionTable,
  PrimitiveDocs,
  ReductionDocs,
  PrimitiveKernels,
  PrimitiveTests
};
} // namespace

static cl::opt<Output> output(
    cl::desc("What to write:"), cl::Required,
    cl::values(clEnumValN(Output::PrimitiveTable, "gen-primitive-table",
                          "C++ table of the primitives"),
               clEnumValN(Output::ReductionTable, "gen-reduction-table",
                          "C++ table of the reductions"),
               clEnumValN(Output::PrimitiveDocs, "gen-primitive-docs",
                          "reference page of the primitives"),
               clEnumValN(Output::ReductionDocs, "gen-reduction-docs",
                          "reference page of the reductions"),
               clEnumValN(Output::PrimitiveKernels, "gen-primitive-kernels",
                          "a kernel per public primitive, for tests"),
               clEnumValN(Output::PrimitiveTests, "gen-primitive-tests",
                          "points and references of these kernels, as JSON")));

static cl::opt<std::string>
    accuracyFile("accuracy", cl::value_desc("file"),
                 cl::desc("measured errors for --gen-primitive-docs, as JSON"));

/// {"exp": {"f32": 1.2, "f64": 1.4}, ...}; false after an error.
static bool readAccuracy(const Library &library, Accuracy &accuracy) {
  if (accuracyFile.empty())
    return true;
  auto buffer = MemoryBuffer::getFile(accuracyFile);
  if (!buffer) {
    PrintError("cannot read " + accuracyFile + ": " +
               buffer.getError().message());
    return false;
  }
  Expected<json::Value> parsed = json::parse((*buffer)->getBuffer());
  if (!parsed) {
    PrintError(accuracyFile + ": " + toString(parsed.takeError()));
    return false;
  }
  const json::Object *table = parsed->getAsObject();
  for (const ParsedPrimitive &primitive : library.all()) {
    StringRef name = primitive.source->name;
    if (const json::Object *row = table ? table->getObject(name) : nullptr)
      accuracy[name] = {row->getNumber("f32").value_or(0),
                        row->getNumber("f64").value_or(0)};
  }
  return true;
}

/// True on error, as TableGen wants it.
static bool write(raw_ostream &os, const RecordKeeper &records) {
  std::vector<Primitive> primitives = readPrimitives(records);
  std::vector<Reduction> reductions = readReductions(records);
  Library library(primitives);
  Accuracy accuracy;
  if (!checkPrimitives(library) || !checkReductions(reductions, library) ||
      !readAccuracy(library, accuracy))
    return true;
  switch (output) {
  case Output::PrimitiveTable:
    emitPrimitiveTable(library, os);
    break;
  case Output::ReductionTable:
    emitReductionTable(reductions, os);
    break;
  case Output::PrimitiveDocs:
    emitPrimitiveDocs(library, accuracy, os);
    break;
  case Output::ReductionDocs:
    emitReductionDocs(reductions, os);
    break;
  case Output::PrimitiveKernels:
    emitPrimitiveKernels(library, os);
    break;
  case Output::PrimitiveTests:
    emitPrimitiveTests(library, os);
    break;
  }
  return false;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "records of the keops dialect\n");
  return TableGenMain(argv[0],
                      [](raw_ostream &os, const RecordKeeper &records) {
                        return write(os, records);
                      });
}
