//===- PrimitivesTrigonometric.td - circular functions and inverses --------===//
//
// x is reduced to r in [-pi/4, pi/4] by a multiple n of pi/2 that is kept in
// three parts (Cody and Waite, with fma); n mod 4 then selects the sine or the
// cosine of r and its sign. The reduction is right as long as n and the first
// product are exact, up to |x| = 1e6 (f32) and 1e15 (f64); beyond, where
// the spacing of the numbers approaches the period, the result is NaN.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_TRIGONOMETRIC_TD
#define KEOPS_PRIMITIVES_TRIGONOMETRIC_TD

include "keops/KeopsBase.td"

//===----------------------------------------------------------------------===//
// Building blocks: x = n pi/2 + r
//===----------------------------------------------------------------------===//

/// Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
def Keops_QuarterTurnsOp : Keops_Unary<"quarter_turns"> {
  let value32 = "where(abs(x) <= 1e6, muladd(x, 0.63661975, 12582912) - 12582912, nan)";
  let value64 = "where(abs(x) <= 1e15, muladd(x, 0.6366197723675814, 6755399441055744) - 6755399441055744, nan)";
  let reference = "roundeven(x * 2 / pi)";
  let partials = ["0"];
  let math = "integer nearest to x / (pi/2)";
  let brief = "multiples of a right angle";
  let domain = ["-100, 100"];
  let isPublic = 0;
}

def Keops_QuarterRestOp : Keops_Binary<"quarter_rest", ["x", "n"]> {
  let value32 = "muladd(n, -5.3903025e-15, fma(n, -7.5497894e-08, fma(n, -1.5707963, x)))";
  let value64 = "muladd(n, -1.0828566739219139e-32, fma(n, -6.123233995736765e-17, fma(n, -1.5707963267948966, x)))";
  let reference = "x - n * pi / 2";
  let partials = ["1", "-1.5707963267948966"];
  let math = "x - n pi/2";
  let brief = "rest after removing right angles";
  let domain = ["-1, 1", "-0, 0"];
  let isPublic = 0;
}

def Keops_SinQuarterOp : Keops_Unary<"sin_quarter"> {
  let value32 = [{
    let z = x * x
    in muladd(x * z, poly(z, -0.16666655, 0.008332191, -1.9518605e-04), x)
  }];
  let value64 = [{
    let z = x * x
    in muladd(x * z, poly(z, -0.16666666666666632, 0.008333333333322486,
                       -0.00019841269829853425, 2.755731370510231e-06,
                       -2.5050759897550157e-08, 1.5896887067369138e-10), x)
  }];
  let reference = "sin(x)";
  let partials = ["cos_quarter(x)"];
  let math = "sin x";
  let convention = "x in [-pi/4, pi/4]";
  let brief = "sine of a small angle";
  let domain = ["-0.785, 0.785"];
  let isPublic = 0;
}

def Keops_CosQuarterOp : Keops_Unary<"cos_quarter"> {
  let value32 = [{
    let z = x * x
    in muladd(z, muladd(z, poly(z, 0.041666646, -0.0013887301, 2.443067e-05), -0.5), 1)
  }];
  let value64 = [{
    let z = x * x
    let p = poly(z, 0.0416666666666666, -0.001388888888887447,
                 2.4801587289666905e-05, -2.7557314399269815e-07,
                 2.087572899580607e-09, -1.1359917474493942e-11)
    in muladd(z, muladd(z, p, -0.5), 1)
  }];
  let reference = "cos(x)";
  let partials = ["-sin_quarter(x)"];
  let math = "cos x";
  let convention = "x in [-pi/4, pi/4]";
  let brief = "cosine of a small angle";
  let domain = ["-0.785, 0.785"];
  let isPublic = 0;
}

/// sin(r + q pi/2): q odd takes the cosine, q mod 4 in {2, 3} changes the sign.
def Keops_SinTurnedOp : Keops_Binary<"sin_turned", ["r", "q"]> {
  let value = [{
    let h = 0.5 * q
    let f = floor(h)
    let g = 0.5 * f
    let s = where(h == f, sin_quarter(r), cos_quarter(r))
    in where(g == floor(g), s, -s)
  }];
  let reference = "sin(r + q * pi / 2)";
  let partials = ["sin_turned(r, q + 1)", "1.5707963267948966 * sin_turned(r, q + 1)"];
  let math = "sin(r + q pi/2)";
  let convention = "r in [-pi/4, pi/4], q an integer";
  let brief = "sine of an angle given in quadrants";
  let domain = ["-0.785, 0.785", "0, 0"];
  let specialPoints = ["0, 0: 0", "0, 1: 1", "0, 2: -0.0", "0, 3: -1", "0, -1: -1"];
  let isPublic = 0;
}

//===----------------------------------------------------------------------===//
// Circular functions
//===----------------------------------------------------------------------===//

def Keops_SinOp : Keops_Unary<"sin"> {
  let value = "let n = quarter_turns(x) in where(x == 0, x, sin_turned(quarter_rest(x, n), n))";
  let partials = ["cos(x)"];
  let aliases = ["Sin"];
  let math = "sin x";
  let convention = "NaN for |x| > 1e6 (f64: 1e15), where neighbouring numbers are no longer close in angle";
  let brief = "sine";
  let domain = ["-100, 100"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "inf: nan", "nan: nan", "1.5707963267948966: 1", "10000: -0.30561438888825215"];
}

def Keops_CosOp : Keops_Unary<"cos"> {
  let value = "let n = quarter_turns(x) in sin_turned(quarter_rest(x, n), n + 1)";
  let partials = ["-sin(x)"];
  let aliases = ["Cos"];
  let math = "cos x";
  let convention = "NaN for |x| > 1e6 (f64: 1e15)";
  let brief = "cosine";
  let domain = ["-100, 100"];
  let specialPoints = ["0: 1; 0", "inf: nan", "nan: nan", "10000: -0.9521553682590149"];
}

def Keops_TanOp : Keops_Unary<"tan"> {
  let value = [{
    let n = quarter_turns(x)
    let r = quarter_rest(x, n)
    let s = sin_quarter(r)
    let c = cos_quarter(r)
    let h = 0.5 * n
    let even = h == floor(h)
    in where(x == 0, x, where(even, s, -c) / where(even, c, s))
  }];
  let partials = ["muladd(y, y, 1)"];
  let math = "sin x / cos x";
  let convention = "NaN for |x| > 1e6 (f64: 1e15)";
  let brief = "tangent";
  let domain = ["-100, 100"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "inf: nan", "nan: nan"];
}

/// The derivative (cos x - y) / x cancels near 0, where its series takes over;
/// ten terms keep four further derivatives exact to rounding.
def Keops_SinXDivXOp : Keops_Unary<"sinxdivx"> {
  let value = "where(x == 0, 1, sin(x) / where(x == 0, 1, x))";
  let partials = [[{
    let z = x * x
    let p = x * poly(z, -0.3333333333333333, 0.03333333333333333,
                     -0.0011904761904761906, 2.204585537918871e-05,
                     -2.505210838544172e-07, 1.9270852604185938e-09,
                     -1.0706029224547742e-11, 4.498331606952833e-14,
                     -1.479714344392379e-16, 3.9145882126783e-19)
    in where(abs(x) < 1, p, (cos(x) - y) / where(abs(x) < 1, 1, x))
  }]];
  let aliases = ["SinXDivX"];
  let math = "sin(x) / x";
  let convention = "1 at 0; derivative 0 at 0";
  let brief = "cardinal sine, not normalised";
  let domain = ["-10, 10"];
  let specialPoints = ["0: 1; 0", "-0.0: 1; 0", "nan: nan"];
}

//===----------------------------------------------------------------------===//
// Inverses
//===----------------------------------------------------------------------===//

/// Odd series on [-(sqrt(2) - 1), sqrt(2) - 1], the tangents of 22.5 degrees.
def Keops_AtanSmallOp : Keops_Unary<"atan_small"> {
  let value32 = [{
    let z = x * x
    in muladd(x * z, poly(z, -0.33333316, 0.1999853, -0.14244422, 0.105993606,
                       -0.060903702), x)
  }];
  let value64 = [{
    let z = x * x
    in muladd(x * z, poly(z, -0.333333333333332, 0.1999999999995377,
                       -0.14285714280212508, 0.11111110784171564,
                       -0.09090897776026767, 0.07692060503479668,
                       -0.06663106908955567, 0.0584790701516061,
                       -0.050393705045135455, 0.038065880619414336,
                       -0.017908276948551453), x)
  }];
  let reference = "atan(x)";
  let partials = ["1 / muladd(x, x, 1)"];
  let math = "atan x";
  let convention = "|x| <= sqrt(2) - 1";
  let brief = "arc tangent near 0";
  let domain = ["-0.4142, 0.4142"];
  let isPublic = 0;
}

/// In three parts: t = |x|, (|x| - 1)/(|x| + 1) or -1/|x|, added to 0, pi/4 or
/// pi/2.
def Keops_AtanOp : Keops_Unary<"atan"> {
  let value = [{
    let t = abs(x)
    let low = t < 0.4142135623730951
    let high = t > 2.414213562373095
    let num = where(low, t, where(high, -1, t - 1))
    let den = where(low, 1, where(high, t, t + 1))
    let base = where(low, 0, where(high, 1.5707963267948966, 0.7853981633974483))
    in copysign(base + atan_small(num / den), x)
  }];
  let partials = ["1 / muladd(x, x, 1)"];
  let aliases = ["Atan"];
  let math = "angle whose tangent is x, in (-pi/2, pi/2)";
  let brief = "arc tangent";
  let domain = ["-20, 20"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "1: 0.7853981633974483; 0.5", "inf: 1.5707963267948966; 0", "-inf: -1.5707963267948966; 0", "nan: nan"];
}

/// As atan, of |a| / |b|, without forming the quotient; halving both sides of
/// the middle part keeps |a| + |b| from overflowing.
def Keops_Atan2Op : Keops_Binary<"atan2"> {
  let value = [{
    let u = abs(a)
    let v = abs(b)
    let low = u < 0.4142135623730951 * v
    let high = v < 0.4142135623730951 * u
    let num = where(low, u, where(high, -v, where(u == v, 0, 0.5 * u - 0.5 * v)))
    let den = where(low, v, where(high, u, 0.5 * u + 0.5 * v))
    let base = where(low, 0, where(high, 1.5707963267948966, 0.7853981633974483))
    let t = where(u == 0 and v == v, 0, base + atan_small(num / den))
    let back = copysign(1, b) < 0
    in copysign(where(back, 3.141592653589793 - t, t), a)
  }];
  let partials = [
    "let r = muladd(a, a, b * b) in where(r == 0, 0, b / where(r == 0, 1, r))",
    "let r = muladd(a, a, b * b) in where(r == 0, 0, -a / where(r == 0, 1, r))"];
  let aliases = ["Atan2"];
  let math = "angle of the point (b, a), in [-pi, pi]";
  let convention = "operands in the order of C: ordinate, abscissa; derivative 0 at the origin";
  let brief = "angle of a point in the plane";
  let domain = ["-10, 10", "-10, 10"];
  let specialPoints = ["0, 0: 0; 0, 0", "0, -0.0: 3.141592653589793", "-0.0, 1: -0.0", "-0.0, -1: -3.141592653589793", "1, 0: 1.5707963267948966; 0, -1", "inf, inf: 0.7853981633974483", "inf, -inf: 2.356194490192345", "1, inf: 0", "1, -inf: 3.141592653589793", "inf, 1: 1.5707963267948966", "nan, 1: nan", "1, nan: nan", "0, nan: nan"];
}

/// Odd series on [-1/2, 1/2].
def Keops_AsinSmallOp : Keops_Unary<"asin_small"> {
  let value32 = [{
    let z = x * x
    in muladd(x * z, poly(z, 0.16666754, 0.07495252, 0.045476053, 0.02415198,
                       0.042212088), x)
  }];
  let value64 = [{
    let z = x * x
    in muladd(x * z, poly(z, 0.1666666666666538, 0.07500000000343424,
                       0.04464285682322397, 0.03038195934070446,
                       0.022371753312685008, 0.017359774148784278,
                       0.013884569135293871, 0.01217346972389272,
                       0.006510032788369563, 0.019576154592452516,
                       -0.016297617308087264, 0.031961410171319184), x)
  }];
  let reference = "asin(x)";
  let partials = ["rsqrt(muladd(-x, x, 1))"];
  let math = "asin x";
  let convention = "|x| <= 1/2";
  let brief = "arc sine near 0";
  let domain = ["-0.5, 0.5"];
  let isPublic = 0;
}

/// Beyond 1/2 through the half angle: asin t = pi/2 - 2 asin(sqrt((1 - t)/2)).
def Keops_AsinOp : Keops_Unary<"asin"> {
  let value = [{
    let t = abs(x)
    let low = t < 0.5
    let r = asin_small(where(low, t, sqrt(0.5 - 0.5 * t)))
    in copysign(where(low, r, muladd(-2, r, 1.5707963267948966)), x)
  }];
  let partials = ["rsqrt((1 - x) * (1 + x))"];
  let aliases = ["Asin"];
  let math = "angle whose sine is x, in [-pi/2, pi/2]";
  let convention = "NaN outside [-1, 1]; derivative 0 at the ends";
  let brief = "arc sine";
  let domain = ["-0.999, 0.999"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "1: 1.5707963267948966; 0", "-1: -1.5707963267948966; 0", "2: nan", "-2: nan", "nan: nan"];
}

def Keops_AcosOp : Keops_Unary<"acos"> {
  let value = [{
    let t = abs(x)
    let low = t < 0.5
    let r = asin_small(where(low, x, sqrt(0.5 - 0.5 * t)))
    in where(low, 1.5707963267948966 - r,
             where(x < 0, muladd(-2, r, 3.141592653589793), 2 * r))
  }];
  let partials = ["-rsqrt((1 - x) * (1 + x))"];
  let aliases = ["Acos"];
  let math = "angle whose cosine is x, in [0, pi]";
  let convention = "NaN outside [-1, 1]; derivative 0 at the ends";
  let brief = "arc cosine";
  let domain = ["-0.999, 0.999"];
  let specialPoints = ["0: 1.5707963267948966; -1", "1: 0; 0", "-1: 3.141592653589793; 0", "2: nan", "-2: nan", "nan: nan"];
}

#endif // KEOPS_PRIMITIVES_TRIGONOMETRIC_TD
