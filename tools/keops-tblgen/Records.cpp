//===- Records.cpp - from TableGen records to plain data ------------------===//

#include "Records.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Record.h"

using namespace keops::tblgen;
using namespace llvm;

/// Definitions in the order of the source, which the language's documentation
/// and tables keep; TableGen's own order is alphabetical.
static std::vector<const Record *> definitions(const RecordKeeper &records,
                                               StringRef className) {
  ArrayRef<const Record *> found = records.getAllDerivedDefinitions(className);
  std::vector<const Record *> ordered(found.begin(), found.end());
  llvm::sort(ordered, [](const Record *a, const Record *b) {
    return a->getID() < b->getID();
  });
  return ordered;
}

static std::string topicOf(const Record &record) {
  unsigned buffer = SrcMgr.FindBufferContainingLoc(record.getLoc().front());
  StringRef file =
      sys::path::stem(SrcMgr.getMemoryBuffer(buffer)->getBufferIdentifier());
  file.consume_front("Primitives");
  return file.str();
}

static bool isMask(const Init *type) {
  const auto *def = dyn_cast<DefInit>(type);
  return def && def->getDef()->getName() == "Keops_Mask";
}

static Primitive readPrimitive(const Record &record) {
  Primitive p;
  p.record = &record;
  p.name = record.getValueAsString("opName");
  p.operands = record.getValueAsListOfStrings("operandList");
  const DagInit *arguments = record.getValueAsDag("arguments");
  if (arguments->getNumArgs() != p.operands.size())
    PrintFatalError(&record, "operandList and arguments differ in number");
  for (unsigned k = 0; k < p.operands.size(); ++k) {
    if (arguments->getArgNameStr(k) != p.operands[k])
      PrintFatalError(&record, "operand '" + p.operands[k] +
                                   "' has another name in the arguments");
    p.operandIsMask.push_back(isMask(arguments->getArg(k)));
  }
  p.resultIsMask = isMask(record.getValueAsDag("results")->getArg(0));
  p.defaults = record.getValueAsListOfStrings("defaults");
  p.partials = record.getValueAsListOfStrings("partials");
  p.value = record.getValueAsString("value").trim();
  p.value32 = record.getValueAsString("value32").trim();
  p.value64 = record.getValueAsString("value64").trim();
  p.valueInt = record.getValueAsString("valueInt").trim();
  p.gpu32 = record.getValueAsString("gpu32").trim();
  p.estimate32 = record.getValueAsString("estimate32").trim();
  p.estimate64 = record.getValueAsString("estimate64").trim();
  p.dividerClocks = record.getValueAsListOfInts("dividerClocks");
  p.intrinsic = record.getValueAsString("intrinsic");
  p.upstream = record.getValueAsString("upstream");
  p.upstreamInt = record.getValueAsString("upstreamInt");
  p.predicate = record.getValueAsOptionalString("predicate").value_or("");
  p.predicateInt = record.getValueAsOptionalString("predicateInt").value_or("");
  p.aliases = record.getValueAsListOfStrings("aliases");
  p.math = record.getValueAsString("math");
  p.convention = record.getValueAsString("convention");
  p.brief = record.getValueAsString("brief");
  p.description = record.getValueAsString("description").trim();
  p.reference = record.getValueAsString("reference").trim();
  p.ulps = record.getValueAsString("ulps");
  p.domain = record.getValueAsListOfStrings("domain");
  p.specialPoints = record.getValueAsListOfStrings("specialPoints");
  p.isPublic = record.getValueAsBit("isPublic");
  p.cost = record.getValueAsInt("cost");
  p.topic = topicOf(record);
  return p;
}

static Reduction readReduction(const Record &record) {
  Reduction r;
  r.record = &record;
  r.name = record.getValueAsString("name");
  r.inputs = record.getValueAsListOfStrings("inputs");
  r.inputDefaults = record.getValueAsListOfStrings("inputDefaults");
  r.state = record.getValueAsListOfStrings("state");
  r.stateKind = record.getValueAsListOfStrings("stateKind");
  r.stateShape = record.getValueAsListOfInts("stateShape");
  r.identity = record.getValueAsListOfStrings("identity");
  r.when = record.getValueAsString("when");
  r.rare = record.getValueAsListOfStrings("rare");
  r.accumulate = record.getValueAsListOfStrings("accumulate");
  r.restart = record.getValueAsListOfStrings("restart");
  r.changes = record.getValueAsString("changes");
  r.decisive = record.getValueAsString("decisive");
  r.doubt = record.getValueAsString("doubt");
  r.merge = record.getValueAsListOfStrings("merge");
  r.finish = record.getValueAsListOfStrings("finish");
  r.resultKind = record.getValueAsListOfStrings("resultKind");
  r.resultShape = record.getValueAsListOfInts("resultShape");
  r.results = record.getValueAsListOfStrings("results");
  r.partials = record.getValueAsListOfStrings("partials");
  r.parts = record.getValueAsListOfStrings("parts");
  r.companion = record.getValueAsString("companion");
  r.isSelection = record.getValueAsBit("isSelection");
  r.isPublic = record.getValueAsBit("isPublic");
  r.aliases = record.getValueAsListOfStrings("aliases");
  r.math = record.getValueAsString("math");
  r.convention = record.getValueAsString("convention");
  r.brief = record.getValueAsString("brief");
  return r;
}

std::vector<Primitive>
keops::tblgen::readPrimitives(const RecordKeeper &records) {
  std::vector<Primitive> primitives;
  for (const Record *record : definitions(records, "Keops_Primitive"))
    primitives.push_back(readPrimitive(*record));
  return primitives;
}

std::vector<Reduction>
keops::tblgen::readReductions(const RecordKeeper &records) {
  std::vector<Reduction> reductions;
  for (const Record *record : definitions(records, "Keops_Reduction"))
    reductions.push_back(readReduction(*record));
  return reductions;
}
