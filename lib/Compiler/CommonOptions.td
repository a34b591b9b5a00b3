//===- CommonOptions.td - options that every tool takes ----------*- tablegen -*-===//
//
// The table is the one place where an option is written: parsing, --help and
// the suggestions for misspelt options all read it.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMMON_OPTIONS_TD
#define KEOPS_COMMON_OPTIONS_TD

include "llvm/Option/OptParser.td"

/// --name=VALUE, and --name VALUE.
multiclass Valued<string name, OptionGroup group, string meta, string help> {
  def _EQ : Joined<["--"], name # "=">, Group<group>, MetaVarName<meta>,
            HelpText<help>;
  def _SEPARATE : Separate<["--"], name>,
                  Alias<!cast<Option>(NAME # "_EQ")>;
}

class Switch<string name, OptionGroup group, string help>
    : Flag<["--"], name>, Group<group>, HelpText<help>;

def GroupSource : OptionGroup<"Source">;

def D : JoinedOrSeparate<["-"], "D">, Group<GroupSource>,
        MetaVarName<"NAME=VALUE">, HelpText<"set a constant of the file">;
def I : JoinedOrSeparate<["-"], "I">, Group<GroupSource>, MetaVarName<"DIR">,
        HelpText<"look for imported files in DIR">;
defm dtype : Valued<"dtype", GroupSource, "TYPE",
    "default element type: f16, bf16, f32 (default), f64">;

def GroupMessages : OptionGroup<"Messages">;

def W : Joined<["-"], "W">, Group<GroupMessages>, MetaVarName<"[no-]NAME">,
        HelpText<"enable or disable a group of warnings; -Werror[=NAME]">;
defm diagnostics_format : Valued<"diagnostics-format", GroupMessages, "FORMAT",
    "text (default) or json, one object per line">;
defm color : Valued<"color", GroupMessages, "WHEN", "auto (default), always, never">;
def time : Switch<"time", GroupMessages, "print the time of each phase">;
def help : Switch<"help", GroupMessages, "print this">;
def h : Flag<["-"], "h">, Alias<help>;
def version : Switch<"version", GroupMessages,
    "print the versions and the default targets">;

#endif // KEOPS_COMMON_OPTIONS_TD
