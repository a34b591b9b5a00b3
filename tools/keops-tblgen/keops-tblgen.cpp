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
#include "llvm/TableGen/Main.h"
#include "llvm/TableGen/Record.h"

using namespace keops::tblgen;
using namespace llvm;

namespace {
enum class Output { PrimitiveTable, ReductionTable };
} // namespace

static cl::opt<Output> output(
    cl::desc("What to write:"), cl::Required,
    cl::values(clEnumValN(Output::PrimitiveTable, "gen-primitive-table",
                          "C++ table of the primitives"),
               clEnumValN(Output::ReductionTable, "gen-reduction-table",
                          "C++ table of the reductions")));

/// True on error, as TableGen wants it.
static bool write(raw_ostream &os, const RecordKeeper &records) {
  std::vector<Primitive> primitives = readPrimitives(records);
  std::vector<Reduction> reductions = readReductions(records);
  Library library(primitives);
  if (!checkPrimitives(library) || !checkReductions(reductions, library))
    return true;
  switch (output) {
  case Output::PrimitiveTable:
    emitPrimitiveTable(library, os);
    return false;
  case Output::ReductionTable:
    emitReductionTable(reductions, os);
    return false;
  }
  return true;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "records of the keops dialect\n");
  return TableGenMain(argv[0],
                      [](raw_ostream &os, const RecordKeeper &records) {
                        return write(os, records);
                      });
}
