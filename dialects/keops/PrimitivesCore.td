//===- PrimitivesCore.td - operations that every target implements ---------===//
//
// Those with `upstream` become that operation, the others are lowered by name in
// lib/Conversion. All other records are formulas over them.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_CORE_TD
#define KEOPS_PRIMITIVES_CORE_TD

include "keops/KeopsBase.td"

//===----------------------------------------------------------------------===//
// The four operations
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
  let gpu32 = "a * approx_inv(b)";
  // Where the inverse or the quotient is infinite its remainder is NaN.
  let estimate32 = [{
    let r = estimate_inv(b)
    let q = a * r
    in unless_nan(fma(fma(-b, q, a), r, q), q)
  }];
  let estimate64 = [{
    let e = estimate_inv(b)
    let r = fma(fma(-b, e, 1), e, e)
    let q = a * r
    in unless_nan(fma(fma(-b, q, a), r, q), a * e)
  }];
  let dividerClocks = [10, 16];
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
// Signs, rounding, roots
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
  let gpu32 = "approx_sqrt(x)";
  let estimate32 = [{
    let r = estimate_rsqrt(x)
    let s = x * r
    in keep_ends(fma(fma(-s, s, x), 0.5 * r, s), x)
  }];
  let estimate64 = [{
    let r = estimate_rsqrt(x)
    let h = 0.5 * r
    let s = x * r
    let e = fma(-s, h, 0.5)
    let t = fma(s, e, s)
    in keep_ends(fma(fma(-t, t, x), fma(h, e, h), t), x)
  }];
  let dividerClocks = [12, 24];
  let partials = ["0.5 * rsqrt(x)"];
  let aliases = ["Sqrt"];
  let math = "square root";
  let convention = "NaN below 0; derivative 0 at 0";
  let brief = "square root";
  let domain = ["0, 100"];
  let specialPoints = ["0: 0; 0", "-0.0: -0.0; 0", "1: 1; 0.5", "4: 2; 0.25", "-1: nan", "inf: inf", "nan: nan"];
  let ulps = "1";
  let cost = 6;
}

//===----------------------------------------------------------------------===//
// The floating-point representation. Lowered by name
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
    52), and so is `vscalefps` of AVX-512 where it is masked at the lower end. If
    `n` is NaN then so is `x`.
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
// Comparisons and choice
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

#endif // KEOPS_PRIMITIVES_CORE_TD
