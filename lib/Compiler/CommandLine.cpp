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

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

std::string didYouMean(StringRef word, ArrayRef<StringRef> candidates) {
  StringRef nearest = nearestName(word, candidates);
  return nearest.empty() ? "" : ("; did you mean '" + nearest + "'?").str();
}

Expected<InputArgList> parseArguments(ArrayRef<const char *> arguments,
                                      Tool tool) {
  Table table;
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
    size_t allowed = std::max<size_t>(1, StringRef(text).split('=').first.size() / 3);
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

void printGroupedHelp(raw_ostream &os, Tool tool) {
  constexpr size_t column = 29;
  Table table;
  for (unsigned group :
       {OPT_GroupOutput, OPT_GroupSource, OPT_GroupCode, OPT_GroupRun,
        OPT_GroupDepend, OPT_GroupBuild, OPT_GroupImport, OPT_GroupMessages}) {
    bool isFirst = true;
    for (unsigned id = 1; id <= table.getNumOptions(); ++id) {
      const char *help = table.getOptionHelpText(id, opt::Visibility(tool));
      Option option = table.getOption(id);
      if (table.getOptionGroupID(id) != group || !help ||
          option.hasFlag(HelpHidden) || !option.hasVisibilityFlag(tool))
        continue;
      if (isFirst)
        os << table.getOptionName(group) << ":\n";
      isFirst = false;
      std::string text = "  " + spelling(table, id);
      text.resize(std::max(column, text.size() + 2), ' ');
      os << text << help << '\n';
    }
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
