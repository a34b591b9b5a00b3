//===- CommandLine.cpp - what the tools' command lines share --------------===//

#include "keops/Compiler/CommandLine.h"

#include "keops/Support/Spelling.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/Option.h"

using namespace llvm;

namespace keops {

std::string didYouMean(StringRef word, ArrayRef<StringRef> candidates) {
  StringRef nearest = nearestName(word, candidates);
  return nearest.empty() ? "" : ("; did you mean '" + nearest + "'?").str();
}

Expected<opt::InputArgList> parseArguments(const opt::OptTable &table,
                                           ArrayRef<const char *> arguments,
                                           opt::OptSpecifier unknown) {
  unsigned missingIndex = 0, missingCount = 0;
  opt::InputArgList args =
      table.ParseArgs(arguments, missingIndex, missingCount);
  if (missingCount)
    return fail(ExitStatus::Usage, "option '" +
                                       Twine(args.getArgString(missingIndex)) +
                                       "' needs a value");
  for (const opt::Arg *arg : args.filtered(unknown)) {
    std::string text = arg->getAsString(args);
    std::string nearest;
    std::string hint;
    // About one edit in three letters, as for names in a source.
    StringRef name = StringRef(text).split('=').first;
    if (table.findNearest(text, nearest, opt::Visibility(), 2) <=
        std::max<size_t>(1, name.size() / 3))
      hint = "; did you mean '" + nearest + "'?";
    return fail(ExitStatus::Usage, "unknown option '" + text + "'" + hint);
  }
  return std::move(args);
}

/// "--emit=KIND", "-o FILE": an option as the user would write it.
static std::string spelling(const opt::OptTable &table, unsigned id) {
  std::string text = table.getOptionPrefixedName(id).str();
  const char *meta = table.getOptionMetaVar(id);
  if (!meta)
    return text;
  bool separate =
      table.getOptionKind(id) == opt::Option::JoinedOrSeparateClass;
  return text + (separate ? " " : "") + meta;
}

void printGroupedHelp(raw_ostream &os, const opt::OptTable &table,
                      ArrayRef<unsigned> groups) {
  constexpr size_t column = 29;
  for (unsigned group : groups) {
    os << '\n' << table.getOptionName(group) << ":\n";
    for (unsigned id = 1; id <= table.getNumOptions(); ++id) {
      const char *help = table.getOptionHelpText(id);
      if (table.getOptionGroupID(id) != group || !help ||
          table.getOption(id).hasFlag(opt::HelpHidden))
        continue;
      std::string text = "  " + spelling(table, id);
      text.resize(std::max(column, text.size() + 2), ' ');
      os << text << help << '\n';
    }
  }
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

} // namespace keops
