//===- Differentiable.td - derivatives of operations with a shape ----------===//
//
// Element-wise primitives need no code: their records have partial derivatives.
// Operations that change the dimension implement these two methods.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_DIFFERENTIABLE_TD
#define KEOPS_DIFFERENTIABLE_TD

include "mlir/IR/OpBase.td"

def Keops_DifferentiableOp : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::keops";
  let description = "one result; both methods create operations at the builder";
  let methods = [
    InterfaceMethod<
      "The cotangent that operand `operand` receives from that of the result, "
      "of the operand's type; null where it is zero.",
      "::mlir::Value", "adjoint",
      (ins "::mlir::OpBuilder &":$builder, "unsigned":$operand,
           "::mlir::Value":$cotangent)>,
    InterfaceMethod<
      "The tangent of the result. `tangents` has one per operand, null where "
      "it is zero; at least one is not. Null if the result's is zero.",
      "::mlir::Value", "tangent",
      (ins "::mlir::OpBuilder &":$builder,
           "::llvm::ArrayRef<::mlir::Value>":$tangents)>,
  ];
}

#endif // KEOPS_DIFFERENTIABLE_TD
