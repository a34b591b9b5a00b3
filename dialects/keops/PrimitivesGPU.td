//===- PrimitivesGPU.td - functions that GPUs have in hardware -------------===//
//
// One instruction each, in f32, subnormal numbers counting as 0. Records use
// them in `gpu32`; elsewhere they are the functions they approximate, so that
// kernels can be tested without a GPU.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_GPU_TD
#define KEOPS_PRIMITIVES_GPU_TD

include "keops/KeopsBase.td"

class Keops_Approximation<string mnemonic, string exact, string instruction>
    : Keops_Unary<mnemonic> {
  let value = exact # "(x)";
  let intrinsic = instruction;
  let math = exact # "(x)";
  let brief = exact # " as GPUs compute it in one instruction";
  let isPublic = 0;
  let cost = 1;
}

/// Relative error 2^-22.5.
def Keops_ApproxExp2Op
    : Keops_Approximation<"approx_exp2", "exp2", "llvm.nvvm.ex2.approx.ftz"> {
  let partials = ["0.6931471805599453 * y"];
  let domain = ["-100, 100"];
}

/// Relative error 2^-23; 0 above 2^126. A quotient is a product with it.
def Keops_ApproxInvOp
    : Keops_Approximation<"approx_inv", "inv", "llvm.nvvm.rcp.approx.ftz.f"> {
  let partials = ["-y * y"];
  let domain = ["0.01, 100"];
}

/// Relative error 2^-23; infinite at 0.
def Keops_ApproxRsqrtOp
    : Keops_Approximation<"approx_rsqrt", "1 / sqrt", "llvm.nvvm.rsqrt.approx.ftz.f"> {
  let partials = ["-0.5 * y * y * y"];
  let domain = ["0.01, 100"];
}

/// Relative error 2^-23.
def Keops_ApproxSqrtOp
    : Keops_Approximation<"approx_sqrt", "sqrt", "llvm.nvvm.sqrt.approx.ftz.f"> {
  let partials = ["0.5 * approx_rsqrt(x)"];
  let domain = ["0.01, 100"];
}

#endif // KEOPS_PRIMITIVES_GPU_TD
