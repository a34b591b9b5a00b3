//===- Options.td - the options of keopsc and keops-run ---------*- tablegen -*-===//
//
// The table is the one place where an option is written: parsing, --help and
// the suggestions for misspelt options all read it. Visibility says which tool
// knows an option.
//
//===----------------------------------------------------------------------===//

include "llvm/Option/OptParser.td"

def Keopsc : OptionVisibility;
def Run : OptionVisibility;

class InKeopsc : Visibility<[Keopsc]>;
class InRun : Visibility<[Run]>;
class InBoth : Visibility<[Keopsc, Run]>;

/// --name=VALUE, and --name VALUE.
multiclass Valued<string name, OptionGroup group, list<OptionVisibility> where,
                  string meta, string help> {
  def _EQ : Joined<["--"], name # "=">, Group<group>, Visibility<where>,
            MetaVarName<meta>, HelpText<help>;
  def _SEPARATE : Separate<["--"], name>, Visibility<where>,
                  Alias<!cast<Option>(NAME # "_EQ")>;
}

class Switch<string name, OptionGroup group, string help>
    : Flag<["--"], name>, Group<group>, HelpText<help>;

defvar everywhere = [Keopsc, Run];

def GroupSource : OptionGroup<"Source">;
def GroupOutput : OptionGroup<"Output">;
def GroupCode : OptionGroup<"Target and code">;
def GroupDepend : OptionGroup<"Dependency files">;
def GroupBuild : OptionGroup<"Build systems">;
def GroupRun : OptionGroup<"Run">;
def GroupImport : OptionGroup<"KeOps formulas">;
def GroupMessages : OptionGroup<"Messages">;

//===----------------------------------------------------------------------===//
// Source
//===----------------------------------------------------------------------===//

def D : JoinedOrSeparate<["-"], "D">, Group<GroupSource>, InBoth,
        MetaVarName<"NAME=VALUE">, HelpText<"set a constant of the file">;
def I : JoinedOrSeparate<["-"], "I">, Group<GroupSource>, InBoth,
        MetaVarName<"DIR">, HelpText<"look for imported files in DIR">;
defm dtype : Valued<"dtype", GroupSource, everywhere, "TYPE",
    "default element type: f16, bf16, f32 (default), f64">;

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

def o : JoinedOrSeparate<["-"], "o">, Group<GroupOutput>, InBoth,
    MetaVarName<"FILE">,
    HelpText<"output; the suffix says its kind; - is standard output">,
    HelpTextForVariants<[Run], "file for the result; -o NAME=FILE for one of several">;
defm emit : Valued<"emit", GroupOutput, [Keopsc], "KIND",
    "obj archive shared asm llvm ptx cubin header manifest mlir[:LEVEL]">;
defm header : Valued<"header", GroupOutput, [Keopsc], "FILE",
    "where the C header goes (default: beside the output)">;
def no_header : Switch<"no-header", GroupOutput, "write no C header">, InKeopsc;
defm prefix : Valued<"prefix", GroupOutput, [Keopsc], "NAME",
    "prefix for every exported symbol">;

//===----------------------------------------------------------------------===//
// Target and code
//===----------------------------------------------------------------------===//

defm cpu : Valued<"cpu", GroupCode, [Keopsc], "LIST",
    "variants, chosen at run time: native, any LLVM CPU name">;
defm target_triple : Valued<"target-triple", GroupCode, [Keopsc], "TRIPLE",
    "for another machine, as aarch64-linux-gnu">;
defm cuda : Valued<"cuda", GroupCode, [Keopsc], "LIST",
    "GPU architectures, as sm_90,compute_80 (none), or default">;
def O : Joined<["-"], "O">, Group<GroupCode>, InBoth, MetaVarName<"N">,
    HelpText<"optimisation, 0 to 3 (default)">;
def g : Flag<["-"], "g">, Group<GroupCode>, InKeopsc,
    HelpText<"debug lines that step through the .kop file">;
defm fp : Valued<"fp", GroupCode, everywhere, "MODE",
    "floating-point freedom: strict, contract (default), fast">;
defm accumulate : Valued<"accumulate", GroupCode, everywhere, "SCHEME",
    "summation: auto (default), plain, block, kahan, f64">;
def report : Switch<"report", GroupCode,
    "print the cost and the schedule of each kernel">, InKeopsc;
defm schedule : Valued<"schedule", GroupCode, everywhere, "HOW",
    "CPU tiles, to experiment: tile=4x1,block=128; naive">;

//===----------------------------------------------------------------------===//
// Dependency files
//===----------------------------------------------------------------------===//

def MD : Flag<["-"], "MD">, Group<GroupDepend>, InKeopsc,
    HelpText<"write which files were read, for Make and Ninja">;
def MMD : Flag<["-"], "MMD">, Group<GroupDepend>, InKeopsc,
    HelpText<"the same without the standard library">;
def MF : JoinedOrSeparate<["-"], "MF">, Group<GroupDepend>, InKeopsc,
    MetaVarName<"FILE">, HelpText<"to FILE (default: the output, with suffix .d)">;
def MT : JoinedOrSeparate<["-"], "MT">, Group<GroupDepend>, InKeopsc,
    MetaVarName<"NAME">, HelpText<"name of the target; -MQ NAME escapes it">;
def MQ : JoinedOrSeparate<["-"], "MQ">, Group<GroupDepend>, InKeopsc,
    MetaVarName<"NAME">;
def MP : Flag<["-"], "MP">, Group<GroupDepend>, InKeopsc,
    HelpText<"add an empty rule for each imported file">;

//===----------------------------------------------------------------------===//
// Build systems
//===----------------------------------------------------------------------===//

def link_flags : Switch<"link-flags", GroupBuild,
    "print what the link of an object needs">, InKeopsc;
def cmake_dir : Switch<"cmake-dir", GroupBuild,
    "print where the CMake package is">, InKeopsc;
def print_outputs : Switch<"print-outputs", GroupBuild,
    "print the files this command line would write">, InKeopsc;

//===----------------------------------------------------------------------===//
// keops-run
//===----------------------------------------------------------------------===//

defm device : Valued<"device", GroupRun, [Run], "DEVICE", "cpu (default), cuda, cuda-simulator">;
defm threads : Valued<"threads", GroupRun, [Run], "N",
    "most threads (default: OMP_NUM_THREADS)">;
defm repeat : Valued<"repeat", GroupRun, [Run], "N",
    "run N times, print the time and pairs/s">;

//===----------------------------------------------------------------------===//
// KeOps formulas
//===----------------------------------------------------------------------===//

defm import_keops : Valued<"import-keops", GroupImport, [Keopsc], "FORMULA",
    "compile a KeOps formula string (not yet supported)">;
defm alias : Valued<"alias", GroupImport, [Keopsc], "ALIAS",
    "one of its variables: 'x=Vi(3)'">;

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

def W : Joined<["-"], "W">, Group<GroupMessages>, InBoth,
        MetaVarName<"[no-]NAME">,
        HelpText<"enable or disable a group of warnings; -Werror[=NAME]">;
defm diagnostics_format : Valued<"diagnostics-format", GroupMessages, everywhere,
    "HOW", "text (default) or json, one object per line">;
defm color : Valued<"color", GroupMessages, everywhere, "WHEN",
    "auto (default), always, never">;
def time : Switch<"time", GroupMessages, "print the time of each phase">, InBoth;
def help : Switch<"help", GroupMessages, "print this">, InBoth;
def h : Flag<["-"], "h">, Alias<help>, InBoth;
def version : Switch<"version", GroupMessages,
    "print the versions and the default targets">, InBoth;

// For the tests: what happens when the compiler itself is wrong.
let Flags = [HelpHidden] in {
defm debug_bug : Valued<"debug-bug", GroupMessages, everywhere, "KIND",
    "fail on purpose: crash, fatal, error">;
}
