//===- SharedOptions.cpp - options that keopsc and keops-run share --------===//

#include "keops/Analysis/Schedule.h"
#include "keops/Compiler/CommandLine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/Arg.h"
#include "llvm/Support/Process.h"

using namespace llvm;
using namespace llvm::opt;

namespace keops {

/// Colours on a terminal that shows them, unless the user's environment
/// (NO_COLOR, see no-color.org) asks for none.
static bool terminalWantsColor() {
  std::optional<std::string> veto = sys::Process::GetEnv("NO_COLOR");
  bool vetoed = veto && !veto->empty();
  return !vetoed && sys::Process::StandardErrHasColors();
}

Error readMessageOptions(const InputArgList &args, MessageOptions &messages) {
  StringRef format = args.getLastArgValue(OPT_diagnostics_format_EQ, "text");
  Expected<unsigned> isJson =
      chooseValue("diagnostics format", format, {"text", "json"});
  if (!isJson)
    return isJson.takeError();
  messages.render.format =
      *isJson ? DiagnosticsFormat::Json : DiagnosticsFormat::Text;

  StringRef when = args.getLastArgValue(OPT_color_EQ, "auto");
  Expected<unsigned> color =
      chooseValue("value of --color", when, {"auto", "always", "never"});
  if (!color)
    return color.takeError();
  messages.render.color = *color == 1 || (*color == 0 && terminalWantsColor());

  messages.time = args.hasArg(OPT_time);
  WarningOptions check;
  for (StringRef name : args.getAllArgValues(OPT_W)) {
    if (Error error = check.apply(name))
      return fail(ExitStatus::Usage, toString(std::move(error)));
    messages.warnings.push_back(name.str());
  }
  return Error::success();
}

static bool isIdentifier(StringRef name) {
  return !name.empty() && !isDigit(name[0]) &&
         llvm::all_of(name, [](char c) { return isAlnum(c) || c == '_'; });
}

static Error readConstants(const InputArgList &args, Request &request) {
  for (StringRef text : args.getAllArgValues(OPT_D)) {
    auto [name, value] = text.split('=');
    name = name.trim();
    if (!isIdentifier(name))
      return fail(ExitStatus::Usage,
                  "'-D " + text + "' names no constant; write -D NAME=VALUE");
    if (value.trim().empty())
      return fail(ExitStatus::Usage, "constant '" + name +
                                         "' needs a value; write -D " + name +
                                         "=VALUE");
    request.constants.emplace_back(name.str(), value.trim().str());
  }
  return Error::success();
}

Error readSourceOptions(const InputArgList &args, Request &request) {
  if (Error error = readConstants(args, request))
    return error;
  request.importPaths = args.getAllArgValues(OPT_I);

  // Option, what a wrong value is called, the values, where it goes.
  struct Choice {
    unsigned option;
    StringRef what;
    std::vector<StringRef> values;
    std::string &place;
  };
  Choice choices[] = {{OPT_dtype_EQ,
                       "element type",
                       {"f16", "bf16", "f32", "f64"},
                       request.dtype},
                      {OPT_fp_EQ,
                       "floating-point mode",
                       {"strict", "contract", "fast"},
                       request.fp},
                      {OPT_accumulate_EQ,
                       "summation scheme",
                       {"auto", "plain", "block", "kahan", "f64"},
                       request.accumulate}};
  for (Choice &choice : choices) {
    const Arg *arg = args.getLastArg(choice.option);
    if (!arg)
      continue;
    Expected<unsigned> chosen =
        chooseValue(choice.what, arg->getValue(), choice.values);
    if (!chosen)
      return chosen.takeError();
    choice.place = arg->getValue();
  }

  if (const Arg *arg = args.getLastArg(OPT_schedule_EQ)) {
    request.schedule = arg->getValue();
    ScheduleOptions ignored;
    if (Error error = parseSchedule(request.schedule, ignored))
      return fail(ExitStatus::Usage, toString(std::move(error)));
  }
  if (const Arg *arg = args.getLastArg(OPT_O)) {
    Expected<unsigned> level = chooseValue(
        "optimisation level", arg->getValue(), {"0", "1", "2", "3"});
    if (!level)
      return level.takeError();
    request.optLevel = *level;
  }
  if (const Arg *arg = args.getLastArg(OPT_debug_bug_EQ)) {
    Expected<unsigned> bug =
        chooseValue("bug", arg->getValue(), {"crash", "fatal", "error"});
    if (!bug)
      return bug.takeError();
    request.debugBug = static_cast<DebugBug>(*bug + 1);
  }
  return Error::success();
}

} // namespace keops
