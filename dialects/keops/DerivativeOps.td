//===- DerivativeOps.td - derivatives, asked for and not yet taken ---------===//
//
// What the front end writes for `grad` and `jvp`; `keops-differentiate` replaces
// each by the operations that compute it. And the interface through which that
// pass knows the operations that are not element-wise.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_DERIVATIVE_OPS_TD
#define KEOPS_DERIVATIVE_OPS_TD

include "keops/Differentiable.td"
include "keops/StructureOps.td"

class Keops_DerivativeOp<string mnemonic>
    : Keops_Op<mnemonic, [Pure, AttrSizedOperandSegments]>;

def Keops_GradOp : Keops_DerivativeOp<"grad"> {
  let summary = "reverse mode: the vector-Jacobian product";
  let description = [{
    For outputs F_r and cotangents e_r of their shapes, the gradient in a value x
    is (dF/dx)' e = sum_r sum (dF_r/dx)' e_r: `outputs` are seen as functions of
    the values `wrt`, which count as independent wherever they occur.

    The sum runs over every row that x reaches: for x with one row per j, over
    i. With `pointwise` it does not: rows i and j stand still, F and x are the
    vectors of one pair, and no reduction lies between them.

    Where the derivative needs the value of an output that is `given`, it takes
    the one supplied, and does not compute the output again.

    ```mlir
    %dx = keops.grad (%out) by (%e) wrt (%x)
        : (vector<1xf32>), (vector<1xf32>), (vector<3xf32>) -> vector<3xf32>
    ```
  }];
  let arguments = (ins Variadic<Keops_Row>:$outputs,
                       Variadic<Keops_Row>:$cotangents,
                       Variadic<Keops_Row>:$wrt, Variadic<Keops_Row>:$given,
                       Variadic<Keops_Row>:$supplied, UnitAttr:$pointwise);
  let results = (outs Variadic<Keops_Row>:$gradients);
  let assemblyFormat = [{
    (`pointwise` $pointwise^)? `(` $outputs `)` `by` `(` $cotangents `)` `wrt`
    `(` $wrt `)` (`given` `(` $given^ `:` type($given) `)` `as`
    `(` $supplied `:` type($supplied) `)`)?
    attr-dict `:` `(` type($outputs) `)` `,`
    `(` type($cotangents) `)` `,` `(` type($wrt) `)` `->` type($gradients)
  }];
  let hasVerifier = 1;
}

def Keops_JvpOp : Keops_DerivativeOp<"jvp"> {
  let summary = "forward mode: the Jacobian-vector product";
  let description = [{
    The derivative of each output when every value x of `wrt` moves with its
    tangent t: sum_x (dF/dx) t_x. With `pointwise` this happens within one pair:
    a tangent may have rows that F and x do not have. `given` as in `grad`.
  }];
  let arguments = (ins Variadic<Keops_Row>:$outputs,
                       Variadic<Keops_Row>:$tangents,
                       Variadic<Keops_Row>:$wrt, Variadic<Keops_Row>:$given,
                       Variadic<Keops_Row>:$supplied, UnitAttr:$pointwise);
  let results = (outs Variadic<Keops_Row>:$derivatives);
  let assemblyFormat = [{
    (`pointwise` $pointwise^)? `(` $outputs `)` `by` `(` $tangents `)` `wrt`
    `(` $wrt `)` (`given` `(` $given^ `:` type($given) `)` `as`
    `(` $supplied `:` type($supplied) `)`)?
    attr-dict `:` `(` type($outputs) `)` `,` `(` type($tangents) `)` `,`
    `(` type($wrt) `)` `->` type($derivatives)
  }];
  let hasVerifier = 1;
}

def Keops_ReplicateOp
    : Keops_Op<"replicate", [Pure, SameOperandsAndResultType,
                             DeclareOpInterfaceMethods<Keops_DifferentiableOp>]> {
  let summary = "the same row for every index of an axis";
  let description = [{
    The gradient in x_i may turn out not to depend on i; there is still one per
    i, and the derivative of their sum is a sum over i. This operation keeps
    that in the index set until all derivatives are taken.
  }];
  let arguments = (ins Keops_Row:$x, Keops_AxisAttr:$axis);
  let results = (outs Keops_Row:$result);
  let assemblyFormat = "$x `over` $axis attr-dict `:` type($result)";
}

#endif // KEOPS_DERIVATIVE_OPS_TD
