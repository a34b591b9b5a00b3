//===- TableEmitters.cpp - the records as C++ tables ----------------------===//
//
// Lists become named arrays in front of the table, so that a record is one
// brace initialiser and the whole table is constant data.
//
//===----------------------------------------------------------------------===//

#include "Emitters.h"

#include "llvm/ADT/StringExtras.h"

using namespace keops::tblgen;
using namespace llvm;

namespace {

/// Writes fields of one record: lists to `arrays`, the rest to `fields`.
class RecordWriter {
public:
  RecordWriter(StringRef record, raw_ostream &arrays, raw_ostream &fields)
      : record(record), arrays(arrays), fields(fields) {
    fields << "  {";
  }
  ~RecordWriter() { fields << "},\n"; }

  RecordWriter &text(StringRef value) {
    next() << '"';
    fields.write_escaped(value);
    fields << '"';
    return *this;
  }
  RecordWriter &plain(const Twine &value) {
    next() << value;
    return *this;
  }
  RecordWriter &texts(StringRef field, ArrayRef<StringRef> values) {
    return list(field, "llvm::StringRef", values, [&](StringRef value) {
      arrays << '"';
      arrays.write_escaped(value);
      arrays << '"';
    });
  }
  template <typename Range, typename Print>
  RecordWriter &list(StringRef field, StringRef type, const Range &values,
                     Print print) {
    if (values.empty())
      return plain("{}");
    std::string name = (record + "_" + field).str();
    arrays << "static constexpr " << type << " " << name << "[] = {";
    ListSeparator comma;
    for (const auto &value : values) {
      arrays << comma;
      print(value);
    }
    arrays << "};\n";
    return plain(name);
  }

private:
  raw_ostream &next() { return fields << comma; }

  StringRef record;
  raw_ostream &arrays, &fields;
  ListSeparator comma;
};

} // namespace

static StringRef kindOf(bool isMask) {
  return isMask ? "OperandKind::Mask" : "OperandKind::Number";
}

/// What stands in for the divider in f32 (0) or f64 (1).
static std::string divider(const Primitive &p, unsigned type, StringRef formula,
                           int cost) {
  if (p.dividerClocks.empty())
    return "{}";
  std::string text;
  raw_string_ostream os(text);
  os << "{" << p.dividerClocks[type] << ", \"";
  os.write_escaped(formula) << "\", " << cost << "}";
  return text;
}

void keops::tblgen::emitPrimitiveTable(const Library &library,
                                       raw_ostream &os) {
  std::string arrays, fields;
  raw_string_ostream arrayStream(arrays), fieldStream(fields);
  for (const ParsedPrimitive &parsed : library.all()) {
    const Primitive &p = *parsed.source;
    RecordWriter record(p.name, arrayStream, fieldStream);
    record.text(p.name)
        .texts("operands", p.operands)
        .list("operandKinds", "OperandKind", p.operandIsMask,
              [&](bool mask) { arrayStream << kindOf(mask); })
        .plain(kindOf(p.resultIsMask))
        .texts("defaults", p.defaults)
        .texts("partials", p.partials)
        .text(p.valueFor(32))
        .text(p.valueFor(64))
        .text(p.valueInt)
        .text(p.gpu32)
        .text(p.intrinsic)
        .plain(divider(p, 0, p.estimate32, library.cost(parsed.estimate32)))
        .plain(divider(p, 1, p.estimate64, library.cost(parsed.estimate64)))
        .text(p.upstream)
        .text(p.upstreamInt)
        .text(p.predicate)
        .text(p.predicateInt)
        .texts("aliases", p.aliases)
        .plain(p.isPublic ? "true" : "false")
        .plain(Twine(library.cost(p.name)))
        .text(p.math)
        .text(p.convention)
        .text(p.brief);
  }
  os << "// Written by keops-tblgen --gen-primitive-table.\n"
     << "#ifdef KEOPS_PRIMITIVE_TABLE\n"
     << arrays << "static constexpr PrimitiveRecord primitives[] = {\n"
     << fields << "};\n#undef KEOPS_PRIMITIVE_TABLE\n#endif\n";
}

static std::string stateKind(StringRef kind) {
  return ("StateKind::" + Twine(toUpper(kind.front())) + kind.drop_front())
      .str();
}

void keops::tblgen::emitReductionTable(ArrayRef<Reduction> reductions,
                                       raw_ostream &os) {
  std::string arrays, fields;
  raw_string_ostream arrayStream(arrays), fieldStream(fields);
  auto printKind = [&](StringRef kind) { arrayStream << stateKind(kind); };
  auto printInt = [&](int64_t value) { arrayStream << value; };
  for (const Reduction &r : reductions) {
    RecordWriter record(r.name, arrayStream, fieldStream);
    record.text(r.name)
        .texts("inputs", r.inputs)
        .texts("inputDefaults", r.inputDefaults)
        .texts("state", r.state)
        .list("stateKind", "StateKind", r.stateKind, printKind)
        .list("stateShape", "int", r.stateShape, printInt)
        .texts("identity", r.identity)
        .text(r.when)
        .texts("rare", r.rare)
        .texts("accumulate", r.accumulate)
        .text(r.changes)
        .text(r.decisive)
        .texts("restart", r.restart)
        .text(r.doubt)
        .texts("merge", r.merge)
        .texts("finish", r.finish)
        .list("resultKind", "StateKind", r.resultKind, printKind)
        .list("resultShape", "int", r.resultShape, printInt)
        .texts("results", r.results)
        .texts("partials", r.partials)
        .text(r.companion)
        .texts("parts", r.parts)
        .plain(r.isSelection ? "true" : "false")
        .plain(r.isPublic ? "true" : "false")
        .texts("aliases", r.aliases)
        .text(r.math)
        .text(r.convention)
        .text(r.brief);
  }
  os << "// Written by keops-tblgen --gen-reduction-table.\n"
     << "#ifdef KEOPS_REDUCTION_TABLE\n"
     << arrays << "static constexpr ReductionRecord reductions[] = {\n"
     << fields << "};\n#undef KEOPS_REDUCTION_TABLE\n#endif\n";
}
