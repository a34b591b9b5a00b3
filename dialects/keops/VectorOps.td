//===- VectorOps.td - operations that change the dimension of a row --------===//
//
// The core on which every vector function of the language is defined: two ways
// to see a row differently (broadcast, slice, concat), sums and selections over
// components, and one contraction, tensordot, that covers matrix products,
// outer products and Kronecker products. `dot`, `sqdist`, `norm` and the rest
// are definitions on top of these, expanded by the front end.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_VECTOR_OPS_TD
#define KEOPS_VECTOR_OPS_TD

include "keops/KeopsBase.td"
include "keops/Differentiable.td"

/// Its adjoint and tangent are in lib/Dialect/Keops/Differentiable.cpp.
class Keops_RowOp<string mnemonic>
    : Keops_Op<mnemonic,
               [Pure, DeclareOpInterfaceMethods<Keops_DifferentiableOp>]>;

def Keops_BroadcastOp : Keops_RowOp<"broadcast"> {
  let summary = "a row of one element, repeated";
  let arguments = (ins Keops_Row:$x);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Keops_CastOp : Keops_RowOp<"cast"> {
  let summary = "the same row in another element type";
  let description = [{
    Integers become reals exactly where they can; booleans become 1 and 0.
  }];
  let arguments = (ins Keops_Row:$x);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Keops_IotaOp : Keops_Op<"iota", [Pure]> {
  let summary = "the row 0, 1, ..., D-1";
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def Keops_SliceOp : Keops_RowOp<"slice"> {
  let summary = "consecutive elements of a row";
  let arguments = (ins Keops_Row:$x, I64Attr:$offset);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$x `from` $offset attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Keops_ConcatOp : Keops_RowOp<"concat"> {
  let summary = "rows put one after the other";
  let arguments = (ins Variadic<Keops_Row>:$rows);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$rows attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

/// D elements to one: a fold over the components, in their order.
class Keops_ComponentFold<string mnemonic> : Keops_RowOp<mnemonic> {
  let arguments = (ins Keops_Row:$x);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}

def Keops_SumOp : Keops_ComponentFold<"sum"> {
  let summary = "sum of the components";
}
def Keops_VMinOp : Keops_ComponentFold<"vmin"> {
  let summary = "smallest component; NaN is ignored";
}
def Keops_VMaxOp : Keops_ComponentFold<"vmax"> {
  let summary = "largest component; NaN is ignored";
}
/// An index has no derivative.
class Keops_ComponentSearch<string mnemonic> : Keops_Op<mnemonic, [Pure]> {
  let arguments = (ins Keops_Row:$x);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
}
def Keops_VArgMinOp : Keops_ComponentSearch<"vargmin"> {
  let summary = "position of the smallest component, the first of equals";
}
def Keops_VArgMaxOp : Keops_ComponentSearch<"vargmax"> {
  let summary = "position of the largest component, the first of equals";
}

def Keops_TensorDotOp : Keops_RowOp<"tensordot"> {
  let summary = "contraction of two row-major tensors";
  let description = [{
    `f` has shape `dimsf`, `g` has shape `dimsg`; axis `contf[k]` of f is summed
    with axis `contg[k]` of g. The result has the kept axes of f, then the kept
    axes of g; `perm[k]` is the place of axis k in the result (empty: in order).

    A matrix times a vector, A of shape [2, 3]:
    ```mlir
    %r = keops.tensordot %A, %b dims [2, 3], [3] contract [1], [0]
        : (vector<6xf32>, vector<3xf32>) -> vector<2xf32>
    ```
  }];
  let arguments = (ins Keops_Row:$f, Keops_Row:$g,
                       DenseI64ArrayAttr:$dimsf, DenseI64ArrayAttr:$dimsg,
                       DenseI64ArrayAttr:$contf, DenseI64ArrayAttr:$contg,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$perm);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = [{
    $f `,` $g `dims` $dimsf `,` $dimsg `contract` $contf `,` $contg
    (`perm` $perm^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // KEOPS_VECTOR_OPS_TD
