//===- KeopscOptions.td - the options of keopsc ------------------*- tablegen -*-===//

include "llvm/Option/OptParser.td"

def GroupOutput : OptionGroup<"Output">;
include "CommonOptions.td"
def GroupTarget : OptionGroup<"Target and code">;
def GroupDepend : OptionGroup<"Dependency files">;
def GroupBuild : OptionGroup<"Build systems">;
def GroupImport : OptionGroup<"KeOps formulas">;

// Output
def o : JoinedOrSeparate<["-"], "o">, Group<GroupOutput>, MetaVarName<"FILE">,
    HelpText<"output; its suffix says the kind: .o .a .so .s .ll .mlir .h .json; - is standard output">;
defm emit : Valued<"emit", GroupOutput, "KIND",
    "obj archive shared asm llvm header manifest mlir[:formula|tile|loops|llvm] ptx cubin">;
defm header : Valued<"header", GroupOutput, "FILE",
    "where the C header goes (default: beside the output)">;
def no_header : Switch<"no-header", GroupOutput, "write no C header">;
defm prefix : Valued<"prefix", GroupOutput, "NAME",
    "prefix for every exported symbol">;

// Target and code
defm cpu : Valued<"cpu", GroupTarget, "LIST",
    "CPU variants in the output, chosen at run time: x86-64-v2,x86-64-v3,x86-64-v4 (default), native, any LLVM CPU name">;
defm target_triple : Valued<"target-triple", GroupTarget, "TRIPLE",
    "compile for another machine, aarch64-linux-gnu for one">;
defm cuda : Valued<"cuda", GroupTarget, "LIST",
    "GPU architectures to embed: sm_80, sm_90, compute_90, default">;
def O : Joined<["-"], "O">, Group<GroupTarget>, MetaVarName<"N">,
    HelpText<"optimisation 0 to 3 (default 3)">;
def g : Flag<["-"], "g">, Group<GroupTarget>,
    HelpText<"debug lines that step through the .kop file">;
defm fp : Valued<"fp", GroupTarget, "MODE",
    "floating-point freedom: strict, contract (default), fast">;
defm accumulate : Valued<"accumulate", GroupTarget, "SCHEME",
    "summation: auto (default), plain, block, kahan, f64">;
def report : Switch<"report", GroupTarget,
    "print the cost and the schedule of each kernel">;

// Dependency files
def MD : Flag<["-"], "MD">, Group<GroupDepend>,
    HelpText<"write the files read, for Make and Ninja, beside the output">;
def MMD : Flag<["-"], "MMD">, Group<GroupDepend>,
    HelpText<"the same without the standard library">;
def MF : JoinedOrSeparate<["-"], "MF">, Group<GroupDepend>, MetaVarName<"FILE">,
    HelpText<"write them to FILE">;
def MT : JoinedOrSeparate<["-"], "MT">, Group<GroupDepend>, MetaVarName<"NAME">,
    HelpText<"name of the target; -MQ quotes it">;
def MQ : JoinedOrSeparate<["-"], "MQ">, Group<GroupDepend>, MetaVarName<"NAME">;
def MP : Flag<["-"], "MP">, Group<GroupDepend>,
    HelpText<"add an empty rule for each file read">;

// Build systems
def link_flags : Switch<"link-flags", GroupBuild,
    "print what the link of an object needs">;
def cmake_dir : Switch<"cmake-dir", GroupBuild,
    "print where the CMake package is">;
def print_outputs : Switch<"print-outputs", GroupBuild,
    "print the files this command line would write">;

// KeOps formulas
defm import_keops : Valued<"import-keops", GroupImport, "FORMULA",
    "compile a KeOps formula string">;
defm alias : Valued<"alias", GroupImport, "ALIAS", "one of its aliases: 'x=Vi(3)'">;

// For the tests: what happens when the compiler itself is wrong, and the
// reference that every schedule must agree with.
let Flags = [HelpHidden] in {
defm debug_bug : Valued<"debug-bug", GroupImport, "KIND",
    "fail on purpose: crash, fatal, error">;
defm debug_schedule : Valued<"debug-schedule", GroupImport, "NAME",
    "naive: one plain loop">;
}
