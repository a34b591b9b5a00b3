//===- PrimitivesArithmetic.td - signs, rounding, remainders, lengths ------===//
//
// Functions that are a line or two over the core operations.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_ARITHMETIC_TD
#define KEOPS_PRIMITIVES_ARITHMETIC_TD

include "keops/KeopsBase.td"

def Keops_SignOp : Keops_Unary<"sign"> {
  let value = "where(x > 0, 1, where(x < 0, -1, x))";
  let partials = ["0"];
  let aliases = ["Sign"];
  let math = "-1, 0 or 1";
  let convention = "0 at 0";
  let brief = "sign";
  let domain = ["-2, 2"];
  let specialPoints = ["0: 0; 0", "inf: 1; 0", "-inf: -1; 0", "nan: nan"];
}

def Keops_StepOp : Keops_Unary<"step"> {
  let value = "where(x < 0, 0, 1)";
  let partials = ["0"];
  let aliases = ["Step"];
  let math = "0 for x < 0, else 1";
  let convention = "1 at 0";
  let brief = "Heaviside's step";
  let domain = ["-2, 2"];
  let specialPoints = ["0: 1; 0", "-0.0: 1; 0", "inf: 1; 0", "-inf: 0; 0"];
}

def Keops_ReluOp : Keops_Unary<"relu"> {
  let value = "where(x < 0, 0, x)";
  let partials = ["step(x)"];
  let aliases = ["ReLU"];
  let math = "max(x, 0)";
  let convention = "derivative 1 at 0";
  let brief = "positive part";
  let domain = ["-2, 2"];
  let specialPoints = ["0: 0; 1", "inf: inf; 1", "-inf: 0; 0", "nan: nan"];
}

def Keops_InvOp : Keops_Unary<"inv"> {
  let value = "1 / x";
  let gpu32 = "approx_inv(x)";
  let estimate32 = [{
    let r = estimate_inv(x)
    in unless_nan(fma(fma(-x, r, 1), r, r), r)
  }];
  let estimate64 = [{
    let e = estimate_inv(x)
    let r = fma(fma(-x, e, 1), e, e)
    in unless_nan(fma(fma(-x, r, 1), r, r), e)
  }];
  let dividerClocks = [10, 16];
  let partials = ["-y * y"];
  let aliases = ["Inv"];
  let math = "1 / x";
  let brief = "inverse";
  let domain = ["0.01, 100"];
  let specialPoints = ["0: inf", "-0.0: -inf", "inf: 0", "2: 0.5; -0.25", "nan: nan"];
}

def Keops_SquareOp : Keops_Unary<"square"> {
  let value = "x * x";
  let valueInt = "x * x";
  let partials = ["2 * x"];
  let aliases = ["Square"];
  let math = "x^2";
  let brief = "square";
  let domain = ["-100, 100"];
  let specialPoints = ["0: 0; 0", "-3: 9; -6", "-inf: inf; -inf", "nan: nan"];
}

/// The difference x - trunc(x) is exact, so halves are recognised exactly.
def Keops_RoundOp : Keops_Unary<"round"> {
  let value = [{
    let t = trunc(x)
    in where(abs(x - t) >= 0.5, t + copysign(1, x), t)
  }];
  let reference = "copysign(floor(abs(x) + 0.5), x)";
  let partials = ["0"];
  let aliases = ["Round"];
  let math = "integer nearest to x";
  let convention = "halves go away from zero";
  let brief = "rounding to nearest";
  let domain = ["-100, 100"];
  let specialPoints = ["0.5: 1; 0", "-0.5: -1; 0", "2.5: 3; 0", "0.49999997: 0; 0", "inf: inf", "-inf: -inf", "nan: nan"];
}

def Keops_ClampOp : Keops_Ternary<"clamp", ["x", "a", "b"]> {
  let value = "where(x < a, a, where(b < x, b, x))";
  let valueInt = "where(x < a, a, where(b < x, b, x))";
  let partials = ["where(x < a or b < x, 0, 1)",
                  "where(x < a, 1, 0)",
                  "where(x < a, 0, where(b < x, 1, 0))"];
  let aliases = ["Clamp", "ClampInt"];
  let math = "a for x < a, b for x > b, else x";
  let convention = "derivative 1 on the closed interval; a = b is allowed";
  let brief = "x held within [a, b]";
  let domain = ["-3, 3", "-2, 0", "0, 2"];
  let specialPoints = ["0, 0, 1: 0; 1, 0, 0", "1, 0, 1: 1; 1, 0, 0", "5, 1, 1: 1; 0, 0, 1", "inf, 0, 1: 1", "nan, 0, 1: nan"];
}

/// The rounded quotient may be an integer that the exact one just misses; the
/// remainder by fma is exact then and has the wrong sign, which is put right.
def Keops_ModOp : Keops_Ternary<"mod", ["x", "n", "d"]> {
  let defaults = ["0"];
  let value = [{
    let q = floor((x - d) / n)
    let r = fma(-n, q, x)
    in where((r - d) * n < 0, r + n, r)
  }];
  let valueInt = "x - n * floordiv(x - d, n)";
  let reference = "x - n * floor((x - d) / n)";
  let partials = ["1", "-floor((x - d) / n)", "0"];
  let aliases = ["Mod"];
  let math = "x - n floor((x - d) / n)";
  let convention = "in [d, d + n)";
  let brief = "x moved by multiples of n into [d, d + n)";
  let domain = ["-20, 20", "1, 5", "-1, 1"];
  let specialPoints = ["5, 3, 0: 2; 1, -1, 0", "-1, 3, 0: 2; 1, 1, 0", "3, 3, 0: 0", "-5, 3, -1: 1", "nan, 1, 0: nan"];
}

def Keops_RsqrtOp : Keops_Unary<"rsqrt"> {
  let value = "where(x == 0, 0, 1 / sqrt(x))";
  let gpu32 = "where(x == 0, 0, approx_rsqrt(x))";
  let estimate32 = [{
    let r = estimate_rsqrt(x)
    in zero_ends(fma(fma(-(x * r), r, 1), 0.5 * r, r), x)
  }];
  let estimate64 = [{
    let r = estimate_rsqrt(x)
    let e = fma(-(x * r), r, 1)
    in zero_ends(fma(r * e, poly(e, 0.5, 0.375, 0.3125), r), x)
  }];
  let dividerClocks = [22, 40];
  let partials = ["-0.5 * y * y * y"];
  let aliases = ["Rsqrt"];
  let math = "1 / sqrt(x)";
  let convention = "0 at 0, and so is the derivative; NaN below 0";
  let brief = "inverse of the square root";
  let reference = "where(x == 0, 0, 1 / sqrt(x))";
  let domain = ["0.01, 100"];
  let specialPoints = ["0: 0; 0", "4: 0.5; -0.0625", "inf: 0", "-1: nan", "nan: nan"];
}

/// Scaled by a power of two where the squares would leave the range.
def Keops_HypotOp : Keops_Binary<"hypot"> {
  let value32 = [{
    let u = abs(a)
    let v = abs(b)
    let m = where(u < v, v, u)
    let s = where(m > 4.6116860184273879e18, 5.421010862427522e-20,
                  where(m < 2.168404344971009e-19, 1.8446744073709552e19, 1))
    let t = where(m > 4.6116860184273879e18, 1.8446744073709552e19,
                  where(m < 2.168404344971009e-19, 5.421010862427522e-20, 1))
    let r = t * sqrt(muladd(s * a, s * a, (s * b) * (s * b)))
    in where(u == inf or v == inf, inf, r)
  }];
  let value64 = [{
    let u = abs(a)
    let v = abs(b)
    let m = where(u < v, v, u)
    let s = where(m > 1e150, 2.409919865102884e-181, where(m < 1e-150, 4.149515568880993e180, 1))
    let t = where(m > 1e150, 4.149515568880993e180, where(m < 1e-150, 2.409919865102884e-181, 1))
    let r = t * sqrt(muladd(s * a, s * a, (s * b) * (s * b)))
    in where(u == inf or v == inf, inf, r)
  }];
  let partials = ["where(y == 0, 0, a / where(y == 0, 1, y))",
                  "where(y == 0, 0, b / where(y == 0, 1, y))"];
  let math = "sqrt(a^2 + b^2)";
  let convention = "derivative 0 at the origin";
  let brief = "length of the hypotenuse";
  let domain = ["-100, 100", "-100, 100"];
  let specialPoints = ["0, 0: 0; 0, 0", "3, 4: 5; 0.6, 0.8", "inf, nan: inf", "nan, -inf: inf", "nan, 1: nan"];
}

#endif // KEOPS_PRIMITIVES_ARITHMETIC_TD
