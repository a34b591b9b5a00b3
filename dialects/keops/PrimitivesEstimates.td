//===- PrimitivesEstimates.td - quotients and roots without the divider ----===//
//
// A processor divides, and takes roots, in a unit that is busy for ten clocks
// and more, while twice as many multiply-adds could run. AVX-512 has estimates
// with 14 digits, which multiply-adds refine: records use them in `estimate32`
// and `estimate64`. Elsewhere the functions here are what they stand for.
//
// A last step from the remainder, which a fused multiply-add gives exactly,
// makes the error little more than half a unit, and quotients and roots that are
// numbers of the type exact.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_ESTIMATES_TD
#define KEOPS_PRIMITIVES_ESTIMATES_TD

include "keops/KeopsBase.td"

class Keops_Estimate<string mnemonic, string exact>
    : Keops_Unary<mnemonic> {
  let value = exact;
  let math = exact;
  let domain = ["0.01, 100"];
  let isPublic = 0;
  /// Two clocks of both units.
  let cost = 4;
}

/// vrcp14: relative error 2^-14; infinite at 2^-128 and below (f64: 2^-1024).
def Keops_EstimateInvOp : Keops_Estimate<"estimate_inv", "1 / x"> {
  let partials = ["-y * y"];
  let brief = "estimate of the inverse";
}

/// vrsqrt14: relative error 2^-14; infinite at 0.
def Keops_EstimateRsqrtOp : Keops_Estimate<"estimate_rsqrt", "1 / sqrt(x)"> {
  let partials = ["-0.5 * y * y * y"];
  let brief = "estimate of the inverse square root";
}

/// A refined quotient is NaN where its parts are infinite. One instruction
/// (vfixupimm), as the next two.
def Keops_UnlessNanOp : Keops_Binary<"unless_nan"> {
  let value = "where(isnan(a), b, a)";
  let partials = ["where(isnan(a), 0, 1)", "where(isnan(a), 1, 0)"];
  let math = "a, but b where a is NaN";
  let brief = "replacement of NaN";
  let domain = ["-2, 2", "-2, 2"];
  let specialPoints = ["nan, 1: 1", "inf, 1: inf", "0, nan: 0"];
  let isPublic = 0;
  let cost = 1;
}

def Keops_KeepEndsOp : Keops_Binary<"keep_ends", ["a", "x"]> {
  let value = "where(x == 0 or x == inf, x, a)";
  let partials = ["where(x == 0 or x == inf, 0, 1)", "where(x == 0 or x == inf, 1, 0)"];
  let math = "a, but x where x is 0 or infinite";
  let brief = "ends of a square root";
  let domain = ["-2, 2", "0.1, 2"];
  let specialPoints = ["nan, 0: 0", "nan, inf: inf", "nan, -1: nan"];
  let isPublic = 0;
  let cost = 1;
}

def Keops_ZeroEndsOp : Keops_Binary<"zero_ends", ["a", "x"]> {
  let value = "where(x == 0 or x == inf, 0, a)";
  let partials = ["where(x == 0 or x == inf, 0, 1)", "0"];
  let math = "a, but 0 where x is 0 or infinite";
  let brief = "ends of an inverse square root";
  let domain = ["-2, 2", "0.1, 2"];
  let specialPoints = ["nan, 0: 0", "nan, inf: 0", "nan, -1: nan"];
  let isPublic = 0;
  let cost = 1;
}

#endif // KEOPS_PRIMITIVES_ESTIMATES_TD
