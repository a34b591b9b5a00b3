//===- StructureOps.td - kernels, variables, constants, reductions ---------===//
//
// The frame around the formulas. A kernel is a flat list of pure operations on
// rows: a reduction is an ordinary operation whose operands are per-pair
// values. Which operations run per pair, per row or once follows from the
// index sets; `convert-keops-to-tile` groups reductions over one axis into one
// pass. README.md says why this is flat rather than nested in regions.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_STRUCTURE_OPS_TD
#define KEOPS_STRUCTURE_OPS_TD

include "keops/KeopsBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/OpAsmInterface.td"

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Keops_AxisNone : I32EnumAttrCase<"none", 0, "param">;
def Keops_AxisI    : I32EnumAttrCase<"i", 1>;
def Keops_AxisJ    : I32EnumAttrCase<"j", 2>;
def Keops_AxisIJ   : I32EnumAttrCase<"ij", 3>;

/// A set of indices, as bits: i = 1, j = 2.
def Keops_Axis : I32EnumAttr<"Axis", "an index set",
    [Keops_AxisNone, Keops_AxisI, Keops_AxisJ, Keops_AxisIJ]> {
  let cppNamespace = "::keops";
  let genSpecializedAttr = 0;
}

def Keops_AxisAttr : EnumAttr<Keops_Dialect, Keops_Axis, "axis">;

def Keops_ArgumentAttr : AttrDef<Keops_Dialect, "Argument"> {
  let mnemonic = "argument";
  let summary = "one variable of a kernel: name, role, stored element type, shape";
  let description = [{
    `dims` is the shape of one row as the user wrote it: one number, or two for
    a matrix, which the body sees flattened row-major. `elementType` is the type
    in memory; the body's block argument has the type computed with.
  }];
  let parameters = (ins "::mlir::StringAttr":$name,
                        EnumParameter<Keops_Axis>:$role,
                        "::mlir::Type":$elementType,
                        ArrayRefParameter<"int64_t">:$dims);
  let assemblyFormat = "`<` $name `,` $role `,` $elementType `,` `[` $dims `]` `>`";
  let extraClassDeclaration = [{
    /// Elements per row.
    int64_t getSize() const {
      int64_t size = 1;
      for (int64_t dim : getDims())
        size *= dim;
      return size;
    }
  }];
}

def Keops_ArgumentArrayAttr
    : TypedArrayAttrBase<Keops_ArgumentAttr, "kernel variables">;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

def Keops_KernelOp : Keops_Op<"kernel", [IsolatedFromAbove, Symbol,
    SingleBlock, NoTerminator]> {
  let summary = "an exported operation";
  let description = [{
    One block argument per variable, in the order of the C function. `results`
    describes the outputs in the same way; their roles are the index sets of the
    returned values.

    ```mlir
    keops.kernel @total arguments [#keops.argument<"b", j, f32, [1]>]
                        results [#keops.argument<"out", param, f32, [1]>] {
    ^bb0(%b: vector<1xf32>):
      %0 = keops.reduce "sum" over j (%b) : (vector<1xf32>) -> vector<1xf32>
      keops.return %0 : vector<1xf32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       Keops_ArgumentArrayAttr:$args,
                       Keops_ArgumentArrayAttr:$results,
                       OptionalAttr<StrAttr>:$doc);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `arguments` $args `results` $results
    attr-dict-with-keyword $body
  }];
  let extraClassDeclaration = [{
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
    ArgumentAttr getArgument(unsigned i) {
      return ::mlir::cast<ArgumentAttr>(getArgs()[i]);
    }
    ArgumentAttr getResultInfo(unsigned i) {
      return ::mlir::cast<ArgumentAttr>(getResults()[i]);
    }
  }];
  let hasVerifier = 1;
}

def Keops_ReturnOp : Keops_Op<"return", [Terminator, HasParent<"KernelOp">, Pure]> {
  let summary = "the results of a kernel";
  let arguments = (ins Variadic<Keops_Row>:$results);
  let assemblyFormat = "($results^ `:` type($results))? attr-dict";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

def Keops_ConstantOp : Keops_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a row of constants";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$value attr-dict";
  let hasFolder = 1;
}

def Keops_IndexOp : Keops_Op<"index", [Pure]> {
  let summary = "this row's index along an axis, as an integer";
  let arguments = (ins Keops_AxisAttr:$axis);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$axis attr-dict `:` type($result)";
}

def Keops_SizeOp : Keops_Op<"size", [Pure]> {
  let summary = "the extent of an axis (of both: the number of pairs)";
  let arguments = (ins Keops_AxisAttr:$axis);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$axis attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

def Keops_ReduceOp : Keops_Op<"reduce", [Pure]> {
  let summary = "a reduction over one axis or both, by name of its record";
  let description = [{
    `kind` names a record of Reductions.td. The operands are per-pair rows, the
    results are rows without the reduced axis. `k` is the number of entries a
    selection (the K-smallest family) keeps: its results have K times the
    dimension of the operand, as K blocks.

    ```mlir
    %d2, %index = keops.reduce "kmin_argkmin" over j (%f) k = 10
        : (vector<1xf32>) -> (vector<10xf32>, vector<10xi64>)
    ```
  }];
  let arguments = (ins StrAttr:$kind, Keops_AxisAttr:$axis,
                       Variadic<Keops_Row>:$inputs,
                       DefaultValuedAttr<I64Attr, "0">:$k);
  let results = (outs Variadic<Keops_Row>:$outputs);
  let assemblyFormat = [{
    $kind `over` $axis `(` $inputs `)` (`k` `=` $k^)? attr-dict `:`
    functional-type($inputs, $outputs)
  }];
  let hasVerifier = 1;
}

#endif // KEOPS_STRUCTURE_OPS_TD
