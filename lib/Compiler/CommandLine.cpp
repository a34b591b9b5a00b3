//===- CommandLine.cpp - parsing, help and suggestions --------------------===//

#include "keops/Compiler/CommandLine.h"

#include "keops/Support/Spelling.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace llvm::opt;

namespace keops {

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

#define OPTTABLE_STR_TABLE_CODE
#include "keops/Compiler/Options.inc"
#undef OPTTABLE_STR_TABLE_CODE

#define OPTTABLE_PREFIXES_TABLE_CODE
#include "keops/Compiler/Options.inc"
#undef OPTTABLE_PREFIXES_TABLE_CODE

static constexpr OptTable::Info optionInfos[] = {
#define OPTION(...) LLVM_CONSTRUCT_OPT_INFO(__VA_ARGS__),
#include "keops/Compiler/Options.inc"
#undef OPTION
};

namespace {
class Table : public GenericOptTable {
public:
  Table() : GenericOptTable(OptionStrTable, OptionPrefixesTable, optionInfos) {}
};
} // namespace

/// Parsed arguments point into the table, so it lives as long as the program.
static const OptTable &optionTable() {
  static const Table table;
  return table;
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

std::string didYouMean(StringRef word, ArrayRef<StringRef> candidates) {
  StringRef nearest = nearestName(word, candidates);
  return nearest.empty() ? "" : ("; did you mean '" + nearest + "'?").str();
}

Expected<InputArgList> parseArguments(ArrayRef<const char *> arguments,
                                      Tool tool) {
  const OptTable &table = optionTable();
  unsigned missingIndex = 0, missingCount = 0;
  InputArgList args = table.ParseArgs(arguments, missingIndex, missingCount,
                                      opt::Visibility(tool));
  if (missingCount)
    return fail(ExitStatus::Usage, "option '" +
                                       Twine(args.getArgString(missingIndex)) +
                                       "' needs a value");
  for (const Arg *arg : args.filtered(OPT_UNKNOWN)) {
    std::string text = arg->getAsString(args);
    std::string nearest, hint;
    // About one edit in three letters, as for names in a source.
    size_t allowed =
        std::max<size_t>(1, StringRef(text).split('=').first.size() / 3);
    if (table.findNearest(text, nearest, opt::Visibility(tool), 2) <= allowed)
      hint = "; did you mean '" + nearest + "'?";
    return fail(ExitStatus::Usage, "unknown option '" + text + "'" + hint);
  }
  return args;
}

Expected<unsigned> chooseValue(StringRef what, StringRef value,
                               ArrayRef<StringRef> allowed) {
  const StringRef *found = llvm::find(allowed, value);
  if (found != allowed.end())
    return static_cast<unsigned>(found - allowed.begin());
  std::string hint = didYouMean(value, allowed);
  if (hint.empty())
    hint = "; use one of " + join(allowed, ", ");
  return fail(ExitStatus::Usage, "unknown " + what + " '" + value + "'" + hint);
}

//===----------------------------------------------------------------------===//
// Help and version
//===----------------------------------------------------------------------===//

/// "--emit=KIND", "-o FILE": an option as the user would write it.
static std::string spelling(const OptTable &table, unsigned id) {
  std::string text = table.getOptionPrefixedName(id).str();
  const char *meta = table.getOptionMetaVar(id);
  if (!meta)
    return text;
  bool separate = table.getOptionKind(id) == Option::JoinedOrSeparateClass;
  return text + (separate ? " " : "") + meta;
}

static void printOption(raw_ostream &os, unsigned id, Tool tool) {
  constexpr size_t column = 29;
  std::string text = "  " + spelling(optionTable(), id);
  text.resize(std::max(column, text.size() + 2), ' ');
  os << text << optionTable().getOptionHelpText(id, opt::Visibility(tool))
     << '\n';
}

/// The options of a group that a tool shows: those of one letter first.
static SmallVector<unsigned> shownOptions(unsigned group, Tool tool) {
  const OptTable &table = optionTable();
  SmallVector<unsigned> shown;
  for (unsigned id = 1; id <= table.getNumOptions(); ++id) {
    Option option = table.getOption(id);
    if (table.getOptionGroupID(id) == group && table.getOptionHelpText(id) &&
        !option.hasFlag(HelpHidden) && option.hasVisibilityFlag(tool))
      shown.push_back(id);
  }
  std::stable_partition(shown.begin(), shown.end(), [&](unsigned id) {
    return table.getOptionPrefix(id) == "-";
  });
  return shown;
}

void printGroupedHelp(raw_ostream &os, Tool tool) {
  for (unsigned group :
       {OPT_GroupOutput, OPT_GroupSource, OPT_GroupCode, OPT_GroupRun,
        OPT_GroupDepend, OPT_GroupBuild, OPT_GroupImport, OPT_GroupMessages}) {
    SmallVector<unsigned> shown = shownOptions(group, tool);
    if (shown.empty())
      continue;
    os << optionTable().getOptionName(group) << ":\n";
    for (unsigned id : shown)
      printOption(os, id, tool);
  }
}

void printVersion(raw_ostream &os, StringRef toolName) {
  std::string triple = Triple::normalize(sys::getDefaultTargetTriple());
  os << toolName << ' ' << KEOPS_VERSION << '\n'
     << "LLVM " << LLVM_VERSION_STRING << '\n'
     << "default target: " << triple << '\n'
     << "default CPUs: " << defaultCpus(triple) << '\n'
     << "this machine's CPU: " << nativeCpu() << '\n';
}

} // namespace keops
