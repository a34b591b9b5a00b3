//===- PrimitivesArithmetic.td - arithmetic, comparisons, rounding ---------===//
//
// First the core operations, which every target must implement: those with
// `upstream` become that operation, the others are lowered by name in
// lib/Conversion. All other records of the four files are formulas over them.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_ARITHMETIC_TD
#define KEOPS_PRIMITIVES_ARITHMETIC_TD

include "keops/KeopsBase.td"

//===----------------------------------------------------------------------===//
// Core: the four operations
//===----------------------------------------------------------------------===//

def Keops_AddOp : Keops_Binary<"add"> {
  let upstream = "arith.addf";
  let upstreamInt = "arith.addi";
  let partials = ["1", "1"];
  let aliases = ["Add"];
  let math = "a + b";
  let brief = "sum";
  let domain = ["-100, 100", "-100, 100"];
  let cost = 1;
}

def Keops_SubOp : Keops_Binary<"sub"> {
  let upstream = "arith.subf";
  let upstreamInt = "arith.subi";
  let partials = ["1", "-1"];
  let aliases = ["Subtract"];
  let math = "a - b";
  let brief = "difference";
  let domain = ["-100, 100", "-100, 100"];
  let cost = 1;
}

def Keops_MulOp : Keops_Binary<"mul"> {
  let upstream = "arith.mulf";
  let upstreamInt = "arith.muli";
  let partials = ["b", "a"];
  let aliases = ["Mult"];
  let math = "a b";
  let brief = "product";
  let domain = ["-100, 100", "-100, 100"];
  let cost = 1;
}

def Keops_DivOp : Keops_Binary<"div"> {
  let upstream = "arith.divf";
  let partials = ["1 / b", "-y / b"];
  let aliases = ["Divide"];
  let math = "a / b";
  let brief = "quotient";
  let domain = ["-100, 100", "0.01, 100"];
  let cost = 6;
}

def Keops_NegOp : Keops_Unary<"neg"> {
  let upstream = "arith.negf";
  let valueInt = "0 - x";
  let partials = ["-1"];
  let aliases = ["Minus"];
  let math = "-x";
  let brief = "opposite";
  let domain = ["-100, 100"];
  let cost = 1;
}

/// The step of Horner's scheme, `poly`, and every product whose rounding does
/// not matter.
def Keops_MulAddOp : Keops_Ternary<"muladd"> {
  let summary = "a b + c, rounded once or twice, whichever the target does faster";
  let upstream = "math.fma";
  let valueInt = "a * b + c";
  let partials = ["b", "a", "1"];
  let math = "a b + c";
  let convention = "rounded once or twice";
  let brief = "multiply-add";
  let domain = ["0, 100", "0, 100", "0, 100"];
  let isPublic = 0;
  let cost = 1;
}

/// For what cancels: reductions of arguments, errors of products.
def Keops_FmaOp : Keops_Ternary<"fma"> {
  let summary = "a b + c, rounded once on every target";
  let upstream = "math.fma";
  let partials = ["b", "a", "1"];
  let math = "a b + c";
  let convention = "rounded once";
  let brief = "fused multiply-add";
  let domain = ["0, 100", "0, 100", "0, 100"];
  let isPublic = 0;
  let cost = 1;
}

//===----------------------------------------------------------------------===//
// Core: signs, rounding, roots
//===----------------------------------------------------------------------===//

def Keops_AbsOp : Keops_Unary<"abs"> {
  let upstream = "math.absf";
  let upstreamInt = "math.absi";
  let partials = ["sign(x)"];
  let aliases = ["Abs"];
  let math = "|x|";
  let convention = "derivative 0 at 0";
  let brief = "absolute value";
  let domain = ["-100, 100"];
  let specialPoints = ["0: 0; 0", "-0.0: 0; 0", "-2: 2; -1", "inf: inf; 1", "-inf: inf; -1", "nan: nan"];
  let cost = 1;
}

def Keops_CopysignOp : Keops_Binary<"copysign"> {
  let upstream = "math.copysign";
  let partials = ["sign(a) * sign(y)", "0"];
  let math = "|a| with the sign of b";
  let convention = "the sign of -0 counts";
  let brief = "magnitude of one number, sign of another";
  let domain = ["-100, 100", "-100, 100"];
  let isPublic = 0;
  let cost = 2;
}

def Keops_FloorOp : Keops_Unary<"floor"> {
  let upstream = "math.floor";
  let partials = ["0"];
  let aliases = ["Floor"];
  let math = "largest integer <= x";
  let brief = "rounding down";
  let domain = ["-100, 100"];
  let specialPoints = ["-0.5: -1; 0", "2: 2; 0", "inf: inf", "-inf: -inf", "nan: nan"];
  let cost = 2;
}

def Keops_CeilOp : Keops_Unary<"ceil"> {
  let upstream = "math.ceil";
  let partials = ["0"];
  let aliases = ["Ceil"];
  let math = "smallest integer >= x";
  let brief = "rounding up";
  let domain = ["-100, 100"];
  let specialPoints = ["-0.5: -0.0; 0", "2: 2; 0", "inf: inf", "-inf: -inf", "nan: nan"];
  let cost = 2;
}

def Keops_TruncOp : Keops_Unary<"trunc"> {
  let upstream = "math.trunc";
  let partials = ["0"];
  let math = "x without its fraction";
  let brief = "rounding towards zero";
  let domain = ["-100, 100"];
  let specialPoints = ["-0.5: -0.0; 0", "2.75: 2; 0", "inf: inf", "-inf: -inf", "nan: nan"];
  let cost = 2;
}

def Keops_RoundEvenOp : Keops_Unary<"roundeven"> {
  let upstream = "math.roundeven";
  let partials = ["0"];
  let math = "integer nearest to x";
  let convention = "halves go to the even neighbour";
  let brief = "rounding to nearest, as the processor does it";
  let domain = ["-100, 100"];
  let specialPoints = ["0.5: 0; 0", "1.5: 2; 0", "-2.5: -2; 0", "inf: inf", "-inf: -inf", "nan: nan"];
  let isPublic = 0;
  let cost = 2;
}

def Keops_SqrtOp : Keops_Unary<"sqrt"> {
  let upstream = "math.sqrt";
  let partials = ["where(y == 0, 0, 0.5 / where(y == 0, 1, y))"];
  let aliases = ["Sqrt"];
  let math = "square root";
  let convention = "NaN below 0; derivative 0 at 0";
  let brief = "square root";
  let domain = ["0, 100"];
  let specialPoints = ["0: 0; 0", "-0.0: -0.0; 0", "1: 1; 0.5", "4: 2; 0.25", "-1: nan", "inf: inf", "nan: nan"];
  let ulps = "0.5";
  let cost = 6;
}

//===----------------------------------------------------------------------===//
// Core: the floating-point representation. Lowered by name.
//===----------------------------------------------------------------------===//

/// The scaling at the end of an exponential, in its cheapest form.
def Keops_LdexpOp : Keops_Binary<"ldexp", ["x", "n"]> {
  let summary = "x 2^n for an integer n between the ends of the exponent range";
  let description = [{
    `n` holds an integer in [-127, 128] (f64: [-1023, 1024]) or NaN, and the
    result is `x * 2^n` where `2^n` is 0 at the lower end and infinite at the
    upper one. So `x` times a number with the exponent bits `n + 127` is right:

        x * bitcast((bits(n + (127 + 1.5 * 2^23)) << 23)

    (adding 1.5 * 2^23 leaves the integer in the low bits; f64: 1023, 2^52 and
    52), and so is `vscalefps` of AVX-512. If `n` is NaN then so is `x`.
  }];
  let partials = ["ldexp(1, n)", "0"];
  let math = "x 2^n";
  let convention = "n an integer in [-127, 128] (f64: [-1023, 1024]); 2^n is 0 and infinite at the ends";
  let brief = "scaling by a power of two";
  let domain = ["1, 2", "-126, 127"];
  let isPublic = 0;
  let cost = 3;
}

/// With significand, the split at the start of a logarithm.
def Keops_ExponentOp : Keops_Unary<"exponent"> {
  let summary = "the integer e with x = m 2^e and m in [3/4, 3/2)";
  let description = [{
    For positive normal `x`, as a number of the element type; any number
    elsewhere. f32: `e = (bits(x) - bits(0.75)) >> 23` as integers (arithmetic
    shift), converted. AVX-512: `getexp(x) - getexp(getmant(x))`.
  }];
  let partials = ["0"];
  let math = "e in x = m 2^e, m in [3/4, 3/2)";
  let brief = "exponent of a positive normal number";
  let domain = ["0.001, 1000"];
  let specialPoints = ["1: 0; 0", "0.75: 0; 0", "1.5: 1; 0", "2: 1; 0"];
  let isPublic = 0;
  let cost = 3;
}

def Keops_SignificandOp : Keops_Unary<"significand"> {
  let summary = "the number m in [3/4, 3/2) with x = m 2^e";
  let description = [{
    For positive normal `x`; any number elsewhere. f32: the bits of `x` minus
    `e << 23`, `e` as in `exponent`. AVX-512: `getmant` with the interval
    [0.75, 1.5).
  }];
  let partials = ["y / x"];
  let math = "m in x = m 2^e, m in [3/4, 3/2)";
  let brief = "significand of a positive normal number";
  let domain = ["0.001, 1000"];
  let specialPoints = ["1: 1", "0.75: 0.75", "1.5: 0.75", "2: 1"];
  let isPublic = 0;
  let cost = 3;
}

/// Integers only: the quotient rounded down.
def Keops_FloorDivOp : Keops_Binary<"floordiv"> {
  let upstreamInt = "arith.floordivsi";
  let value = "floor(a / b)";
  let partials = ["0", "0"];
  let math = "floor(a / b)";
  let brief = "quotient rounded down";
  let domain = ["-100, 100", "1, 10"];
  let isPublic = 0;
}

//===----------------------------------------------------------------------===//
// Core: comparisons and choice
//===----------------------------------------------------------------------===//

class Keops_Order<string mnemonic, string floatPredicate, string intPredicate,
                  string sign, list<string> spellings = []>
    : Keops_Comparison<mnemonic, floatPredicate, intPredicate> {
  let aliases = spellings;
  let math = "a " # sign # " b";
  let brief = "a " # sign # " b";
  let domain = ["-2, 2", "-2, 2"];
  let cost = 1;
}

def Keops_LtOp : Keops_Order<"lt", "olt", "slt", "<", ["LessThan"]> {
  let specialPoints = ["1, 1: 0", "0, 1: 1", "nan, 1: 0"];
}
def Keops_LeOp : Keops_Order<"le", "ole", "sle", "<=", ["LessOrEqual"]> {
  let specialPoints = ["1, 1: 1", "1, 0: 0", "nan, 1: 0"];
}
def Keops_GtOp : Keops_Order<"gt", "ogt", "sgt", ">"> {
  let specialPoints = ["1, 1: 0", "1, 0: 1", "nan, 1: 0"];
}
def Keops_GeOp : Keops_Order<"ge", "oge", "sge", ">="> {
  let specialPoints = ["1, 1: 1", "0, 1: 0", "nan, 1: 0"];
}
def Keops_EqOp : Keops_Order<"eq", "oeq", "eq", "==", ["Equal"]> {
  let specialPoints = ["1, 1: 1", "0, -0.0: 1", "nan, nan: 0"];
}
def Keops_NeOp : Keops_Order<"ne", "une", "ne", "!=", ["NotEqual"]> {
  let specialPoints = ["1, 1: 0", "0, -0.0: 0", "nan, nan: 1"];
}

def Keops_AndOp : Keops_Logical<"and", ["a", "b"]> {
  let upstreamInt = "arith.andi";
  let math = "a and b";
  let brief = "both";
  let domain = ["-1, 1", "-1, 1"];
  let cost = 1;
}

def Keops_OrOp : Keops_Logical<"or", ["a", "b"]> {
  let upstreamInt = "arith.ori";
  let math = "a or b";
  let brief = "at least one";
  let domain = ["-1, 1", "-1, 1"];
  let cost = 1;
}

/// Lowered by name: arith.xori with true.
def Keops_NotOp : Keops_Logical<"not", ["a"]> {
  let math = "not a";
  let brief = "the contrary";
  let domain = ["-1, 1"];
  let cost = 1;
}

/// `where` of the language.
def Keops_SelectOp : Keops_Primitive<"select", ["c", "a", "b"],
                                     [AllTypesMatch<["a", "b", "result"]>]> {
  let arguments = (ins Keops_Mask:$c, Keops_Row:$a, Keops_Row:$b);
  let results = (outs Keops_Row:$result);
  let upstream = "arith.select";
  let upstreamInt = "arith.select";
  let partials = ["0", "where(c, 1, 0)", "where(c, 0, 1)"];
  let math = "a if c, else b";
  let convention = "a condition that is a number holds when it is not 0; NaN takes b";
  let brief = "choice";
  let domain = ["-1, 1", "-1, 1", "-1, 1"];
  let cost = 1;
}

def Keops_IsNanOp : Keops_Predicate<"isnan"> {
  let value = "x != x";
  let math = "x is not a number";
  let brief = "test for NaN";
  let domain = ["-2, 2"];
  let specialPoints = ["0: 0", "inf: 0", "nan: 1"];
  let isPublic = 0;
}

def Keops_MinOp : Keops_Binary<"min"> {
  let upstream = "arith.minnumf";
  let upstreamInt = "arith.minsi";
  let partials = ["where(b < a or isnan(a), 0, 1)", "where(b < a or isnan(a), 1, 0)"];
  let math = "min(a, b)";
  let convention = "NaN is ignored; the derivative belongs to the first on ties";
  let brief = "smaller of two numbers";
  let domain = ["-2, 2", "-2, 2"];
  let specialPoints = ["1, 1: 1; 1, 0", "1, 2: 1; 1, 0", "2, 1: 1; 0, 1", "nan, 1: 1; 0, 1", "1, nan: 1; 1, 0"];
  let cost = 3;
}

def Keops_MaxOp : Keops_Binary<"max"> {
  let upstream = "arith.maxnumf";
  let upstreamInt = "arith.maxsi";
  let partials = ["where(a < b or isnan(a), 0, 1)", "where(a < b or isnan(a), 1, 0)"];
  let math = "max(a, b)";
  let convention = "NaN is ignored; the derivative belongs to the first on ties";
  let brief = "larger of two numbers";
  let domain = ["-2, 2", "-2, 2"];
  let specialPoints = ["1, 1: 1; 1, 0", "1, 2: 2; 0, 1", "2, 1: 2; 1, 0", "nan, 1: 1; 0, 1", "1, nan: 1; 1, 0"];
  let cost = 3;
}

//===----------------------------------------------------------------------===//
// Formulas over the core
//===----------------------------------------------------------------------===//

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
