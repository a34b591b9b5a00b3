//===- KeopsBase.td - the keops dialect and the shapes of its records ------===//
//
// What every file of this folder stands on: the dialect, the axes, and the
// record classes. README.md beside this file has the rules and their reasons.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_BASE_TD
#define KEOPS_BASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

def Keops_Dialect : Dialect {
  let name = "keops";
  let summary = "what a kernel computes: rows, pointwise formulas, reductions";
  let description = [{
    An SSA value is one row's small vector, `vector<D x T>`. Which rows it
    depends on (none, i, j, both) is derived from the kernel's arguments, never
    written in the type. Broadcasts and conversions are explicit.
  }];
  let cppNamespace = "::keops";
  let useDefaultAttributePrinterParser = 1;
}

/// A row: D elements of one type. Lanes below the tile level have the same
/// type, so element-wise operations serve both levels unchanged.
def Keops_Row : VectorOfAnyRankOf<[AnyFloat, AnySignlessInteger]>;

class Keops_Op<string mnemonic, list<Trait> traits = []>
    : Op<Keops_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

/// An element-wise primitive. Every string is a formula of the language: the
/// operands by name, `y` for the result. `value` may use any other primitive
/// and the core operations; `value32`/`value64` take its place for one element
/// type where the approximation differs. A primitive without a value is core:
/// `upstream` (and `upstreamInt` for integers) names the upstream operation it
/// becomes, or the conversion handles it by name.
class Keops_Primitive<string mnemonic, list<string> operandNames,
                      list<Trait> traits = []>
    : Keops_Op<mnemonic, !listconcat([Pure], traits)> {
  list<string> operandList = operandNames;
  list<string> partials = [];
  string value = "";
  string value32 = "";
  string value64 = "";
  string upstream = "";
  string upstreamInt = "";
  /// Spellings the KeOps importer accepts.
  list<string> aliases = [];
  /// For the reference page: the mathematics, the convention at points where
  /// mathematics leaves a choice, and the purpose in a line.
  string math = "";
  string convention = "";
  string brief = "";
  /// Closed interval of each operand for random tests: "lo, hi".
  list<string> domain = [];
  /// Points whose value and derivative are tested exactly: "x: value".
  list<string> specialPoints = [];
  /// False for building blocks the language does not offer to users.
  bit isPublic = 1;
  /// Vector instructions per lane vector, for the cost model; 0: count `value`.
  int cost = 0;
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

class Keops_Unary<string mnemonic>
    : Keops_Primitive<mnemonic, ["x"], [SameOperandsAndResultType]> {
  let arguments = (ins Keops_Row:$x);
  let results = (outs Keops_Row:$result);
}

class Keops_Binary<string mnemonic>
    : Keops_Primitive<mnemonic, ["a", "b"], [SameOperandsAndResultType]> {
  let arguments = (ins Keops_Row:$a, Keops_Row:$b);
  let results = (outs Keops_Row:$result);
}

class Keops_Ternary<string mnemonic, list<string> names = ["a", "b", "c"]>
    : Keops_Primitive<mnemonic, names, [SameOperandsAndResultType]> {
  let arguments = (ins Keops_Row:$a, Keops_Row:$b, Keops_Row:$c);
  let results = (outs Keops_Row:$result);
}

/// a OP b, element by element, as a row of booleans (`i1`).
class Keops_Comparison<string mnemonic>
    : Keops_Primitive<mnemonic, ["a", "b"], [SameTypeOperands]> {
  let arguments = (ins Keops_Row:$a, Keops_Row:$b);
  let results = (outs VectorOfAnyRankOf<[I1]>:$result);
}

/// A reduction: a monoid on `state`, fed by `inputs`. All strings are formulas
/// on one component: state names, input names, `index` (of the reduced row).
///   identity    the state of the empty set
///   when, rare  if `when` holds in any lane, `rare` updates the state first
///   accumulate  one more row, on the common path
///   merge       state `s` with a later state, whose names end in 1: `s1`
///   finish      the results
/// Each state component has the dimension of the input that `stateShape` names
/// and a kind: "value" (the input's element type), "index" or "count" (64-bit
/// integers), and for results also "flag" (a boolean).
class Keops_Reduction<string mnemonic> {
  string name = mnemonic;
  list<string> inputs = ["f"];
  /// How many of the inputs may be left out (from the last), and their value.
  list<string> inputDefaults = [];
  list<string> state = ["s"];
  list<string> stateKind = ["value"];
  /// Dimension of each state component: that of which input.
  list<int> stateShape = [0];
  list<string> identity = [];
  string when = "";
  list<string> rare = [];
  list<string> accumulate = [];
  list<string> merge = [];
  list<string> finish = [];
  /// Kind of each result, as stateKind.
  list<string> resultKind = ["value"];
  list<int> resultShape = [0];
  /// True when the state is K sorted entries (the K-smallest family).
  bit isSelection = 0;
  /// False for schemes that replace a public reduction inside the compiler.
  bit isPublic = 1;
  list<string> aliases = [];
  string math = "";
  string convention = "";
  string brief = "";
}

#endif // KEOPS_BASE_TD
