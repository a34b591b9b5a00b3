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
  let hasConstantMaterializer = 1;
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
/// type where the approximation differs, `valueInt` for integers. A primitive
/// without a value is core: `upstream` (and `upstreamInt` for integers) names
/// the upstream operation it becomes, or the conversion handles it by name.
/// docs/AddingAPrimitive.md walks through a record.
class Keops_Primitive<string mnemonic, list<string> operandNames,
                      list<Trait> traits = []>
    : Keops_Op<mnemonic, !listconcat([Pure], traits)> {
  list<string> operandList = operandNames;
  /// Values of the last operands where a formula leaves them out.
  list<string> defaults = [];
  /// d result / d operand, one per operand; none: zero everywhere.
  list<string> partials = [];
  string value = "";
  string value32 = "";
  string value64 = "";
  string valueInt = "";
  string upstream = "";
  string upstreamInt = "";
  /// The value in f32 on a GPU, by its hardware's approximations; not used
  /// under --fp=strict. Empty: as elsewhere.
  string gpu32 = "";
  /// For such an approximation: LLVM's intrinsic on a GPU.
  string intrinsic = "";
  /// The value by a processor's estimate and multiply-adds that refine it, for
  /// loops that would wait for the divider; not used under --fp=strict.
  string estimate32 = "";
  string estimate64 = "";
  /// For which clocks a vector of 512 bits keeps the divider busy, f32 and f64.
  list<int> dividerClocks = [];
  /// Spellings the KeOps importer accepts.
  list<string> aliases = [];
  /// For the reference page: the mathematics, the convention at points where
  /// mathematics leaves a choice, and the purpose in a line.
  string math = "";
  string convention = "";
  string brief = "";
  /// The same function as a formula to be evaluated in exact arithmetic, which
  /// the tests compare with. Empty: a well-known function of this name, or else
  /// `value` itself.
  string reference = "";
  /// Closed interval of each operand for random tests: "lo, hi".
  list<string> domain = [];
  /// Points tested exactly: "x: value" or "x: value; derivative" (several
  /// operands and derivatives are separated by commas).
  list<string> specialPoints = [];
  /// Largest error the tests accept over the domain, in units in the last
  /// place of the result, for every element type.
  string ulps = "4";
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

class Keops_Binary<string mnemonic, list<string> names = ["a", "b"]>
    : Keops_Primitive<mnemonic, names, [SameOperandsAndResultType]> {
  let arguments = !dag(ins, [Keops_Row, Keops_Row], names);
  let results = (outs Keops_Row:$result);
}

class Keops_Ternary<string mnemonic, list<string> names = ["a", "b", "c"]>
    : Keops_Primitive<mnemonic, names, [SameOperandsAndResultType]> {
  let arguments = !dag(ins, [Keops_Row, Keops_Row, Keops_Row], names);
  let results = (outs Keops_Row:$result);
}

/// A row of booleans.
def Keops_Mask : VectorOfAnyRankOf<[I1]>;

/// a OP b, element by element. The predicates are those of arith.cmpf and
/// arith.cmpi.
class Keops_Comparison<string mnemonic, string floatPredicate = "",
                       string intPredicate = "">
    : Keops_Primitive<mnemonic, ["a", "b"], [SameTypeOperands]> {
  let arguments = (ins Keops_Row:$a, Keops_Row:$b);
  let results = (outs Keops_Mask:$result);
  string predicate = floatPredicate;
  string predicateInt = intPredicate;
}

/// A question about one number.
class Keops_Predicate<string mnemonic>
    : Keops_Primitive<mnemonic, ["x"]> {
  let arguments = (ins Keops_Row:$x);
  let results = (outs Keops_Mask:$result);
}

/// An operation on rows of booleans.
class Keops_Logical<string mnemonic, list<string> names>
    : Keops_Primitive<mnemonic, names, [SameOperandsAndResultType]> {
  let arguments = !dag(ins, !foreach(n, names, Keops_Mask), names);
  let results = (outs Keops_Mask:$result);
}

/// A reduction: a monoid on `state`, fed by `inputs`. All strings are formulas
/// on one component: state names, input names, `index` (of the reduced row).
///   identity    the state of the empty set
///   when, rare  if `when` holds in any lane, `rare` updates the state first
///   accumulate  one more row, on the common path
///   changes     the only rows that change the state, few in the long run: many
///               rows are passed by before those among them are taken in;
///               asked of the `decisive` input
///   decisive    of several rows, the input that `when` or `changes` holds for
///               if it holds for any: f and the one so far, v; from what the
///               state's first component is after a row that is its identity.
///               With `changes`: also the state's first component after them,
///               once it is not the identity any more
///   restart     the state that a block of columns starts with, given the one
///               reached so far; none: the identity
///   doubt       where it holds of the state after several rows, these are
///               taken in once more, with `when` and `rare` before each: rows
///               need not be tested one by one
///   merge       state `s` with a later state, whose names end in 1: `s1`
///   finish      the results
///   partials    d result / d input for one row, result after result, in the
///               names of the inputs, of the results, `index` and `size`;
///               none: the derivative is zero everywhere
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
  string changes = "";
  string decisive = "";
  list<string> restart = [];
  string doubt = "";
  list<string> merge = [];
  list<string> finish = [];
  /// Kind of each result, as stateKind.
  list<string> resultKind = ["value"];
  list<int> resultShape = [0];
  /// Names of the results in `partials`.
  list<string> results = ["y"];
  list<string> partials = [];
  /// The reduction that takes its place where it is differentiated: the same
  /// results first, then what the partials need besides. Empty: itself.
  string companion = "";
  /// What result 0, 1, ... is as a reduction of its own: "logsumexp(f)".
  list<string> parts = [];
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
