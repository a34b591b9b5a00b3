//===- PrimitivesSpecial.td - roots, error function, gamma function --------===//
//
// The complementary error function is exp(-x^2) times a factor that varies
// slowly, a polynomial in (x - k)/(x + k); square and rounding error of the
// square go into the exponential separately. The gamma family uses a polynomial
// around 2, recurrences below 7.25 (6), asymptotic series above, and reflection
// for negative x, where the error is a few ulp of the larger of the two terms
// (so absolute near the zeros between the poles).
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_SPECIAL_TD
#define KEOPS_PRIMITIVES_SPECIAL_TD

include "keops/KeopsBase.td"

//===----------------------------------------------------------------------===//
// Cube root
//===----------------------------------------------------------------------===//

/// |x| = m 2^(3k) with m in [3/8, 3); a polynomial guess, a step of Halley's
/// iteration, in f64 one of Newton's.
def Keops_CbrtOp : Keops_Unary<"cbrt"> {
  defvar halley = [{
    let g = poly(m, 0.4514474, 0.8665574, -0.43219185, 0.1319816, -0.01586499)
    let s = g * g
    let c = muladd(s, g, -m) + muladd(g, g, -s) * g
    let h = g - g * c / muladd(2 * s, g, m)
  }];
  let value32 = [{
    let t = abs(x)
    let tiny = t < 1.17549435e-38
    let u = where(tiny, t * 16777216, t)
    let k = roundeven(exponent(u) * 0.33333334)
    let m = ldexp(significand(u), exponent(u) - 3 * k)
  }] # halley # [{
    let r = ldexp(h, k) * where(tiny, 0.00390625, 1)
    in where(t > 0 and t < inf, copysign(r, x), x)
  }];
  let value64 = [{
    let t = abs(x)
    let tiny = t < 2.2250738585072014e-308
    let u = where(tiny, t * 18014398509481984, t)
    let k = roundeven(exponent(u) * 0.3333333333333333)
    let m = ldexp(significand(u), exponent(u) - 3 * k)
  }] # halley # [{
    let w = h * h
    let d = muladd(w, h, -m) + muladd(h, h, -w) * h
    let r = ldexp(h - d / (3 * w), k) * where(tiny, 3.814697265625e-06, 1)
    in where(t > 0 and t < inf, copysign(r, x), x)
  }];
  let partials = ["where(x == 0, 0, y / where(x == 0, 1, 3 * x))"];
  let math = "x^(1/3)";
  let convention = "of the sign of x; derivative 0 at 0";
  let brief = "cube root";
  let domain = ["-100, 100"];
  let specialPoints = ["0: 0; 0", "-0.0: -0.0; 0", "8: 2; 0.08333333333333333", "-27: -3", "inf: inf", "-inf: -inf", "nan: nan"];
}

//===----------------------------------------------------------------------===//
// Error function and what is built on it
//===----------------------------------------------------------------------===//

/// erf on [-1, 1]: the coefficient 1.128... of the series less 1, for one
/// rounding error less.
def Keops_ErfSmallOp : Keops_Unary<"erf_small"> {
  let value32 = [{
    muladd(x, poly(x * x, 0.12837917, -0.37612626, 0.11283579, -0.026853347,
                0.0051871655, -7.9978985e-04, 7.807111e-05), x)
  }];
  let value64 = [{
    muladd(x, poly(x * x, 0.12837916709551256, -0.37612638903183343,
                0.11283791670936952, -0.026866170641959765, 0.0052239775967447,
                -0.0008548325485547573, 0.00012055280513171396,
                -1.4924465857083562e-05, 1.6444150331688904e-06,
                -1.6183952078596098e-07, 1.361629885706274e-08,
                -7.606498127032107e-10), x)
  }];
  let reference = "erf(x)";
  let partials = ["1.1283791670955126 * exp(-x * x)"];
  let math = "erf(x)";
  let convention = "|x| <= 1";
  let brief = "error function near 0";
  let domain = ["-1, 1"];
  let isPublic = 0;
}

/// exp(x^2) erfc(x), which decreases like 1 / x.
def Keops_ErfcxOp : Keops_Unary<"erfcx"> {
  let value32 = [{
    poly((x - 2) / (x + 2), 1.2769784, -0.0927634, -0.16602975, 0.16403848,
         -0.05422583, -0.0079262145, 0.0087193465, 9.1582304e-04,
         -0.001340726) / muladd(2, x, 1)
  }];
  let value64 = [{
    poly((x - 3) / (x + 3), 1.2530080582697296, -0.1356211061245808,
         -0.047562294353434245, 0.12964515870271273, -0.11927366341631937,
         0.06830802734584493, -0.023770514894578095, 0.002529391782462631,
         0.001888690066185427, -0.0007798319368701921, -0.00010515772859949451,
         0.00012509732503623554, 4.940423445877455e-06, -2.00928143481946e-05,
         -7.06314606143762e-07, 3.453488544465484e-06, 3.1242771187222477e-07,
         -5.87875544458121e-07, -9.366653912786024e-08, 7.65967185985951e-08,
         1.26124380173015e-08, -2.764025248153158e-09) / muladd(2, x, 1)
  }];
  let reference = "exp(x * x) * erfc(x)";
  let partials = ["2 * x * y - 1.1283791670955126"];
  let math = "exp(x^2) erfc(x)";
  let convention = "x in [0.45, 10] (f64: [0.45, 27])";
  let brief = "complementary error function without its exponential";
  let domain = ["0.5, 10"];
  let isPublic = 0;
}

/// Where |x| is so large that the result is 0 or 2, |x| = 28 stands for it.
def Keops_ErfcOp : Keops_Unary<"erfc"> {
  let value = [{
    let t = where(abs(x) > 28, 28, abs(x))
    let s = t * t
    let e = exp(-s)
    let r = muladd(-e, fma(t, t, -s), e) * erfcx(t)
    in where(t < 0.5, 1 - erf_small(x), where(x < 0, 2 - r, r))
  }];
  let partials = ["-1.1283791670955126 * exp(-x * x)"];
  let math = "2/sqrt(pi) times the integral of exp(-t^2) from x to infinity";
  let brief = "complementary error function";
  let domain = ["-4, 9"];
  let specialPoints = ["0: 1; -1.1283791670955126", "inf: 0; 0", "-inf: 2; 0", "nan: nan"];
}

def Keops_ErfOp : Keops_Unary<"erf"> {
  let value = "where(abs(x) < 1, erf_small(x), copysign(1 - erfc(abs(x)), x))";
  let partials = ["1.1283791670955126 * exp(-x * x)"];
  let math = "2/sqrt(pi) times the integral of exp(-t^2) from 0 to x";
  let brief = "error function";
  let domain = ["-4, 4"];
  let specialPoints = ["0: 0; 1.1283791670955126", "-0.0: -0.0", "inf: 1; 0", "-inf: -1; 0", "nan: nan"];
}

/// The exact form, with the error function. For x < 0 it is a product of small
/// numbers, so the tail r = -x Phi(x) is computed first. |x| = 40 stands for
/// larger ones.
def Keops_GeluOp : Keops_Unary<"gelu"> {
  let value = [{
    let t = where(abs(x) > 40, 40, abs(x))
    let s = t * t
    let e = exp(-0.5 * s)
    let g = muladd(-e, 0.5 * fma(t, t, -s), e)
    let r = 0.5 * t * g * erfcx(0.7071067811865476 * t)
    let h = 0.5 * x
    in where(t < 0.7, muladd(h, erf_small(0.7071067811865476 * x), h),
             where(x < 0, -r, x - r))
  }];
  let reference = "x * erfc(-x / sqrt(2)) / 2";
  let partials = ["0.5 * erfc(-0.7071067811865476 * x) + 0.3989422804014327 * x * exp(-0.5 * x * x)"];
  let math = "x Phi(x), Phi the normal distribution";
  let brief = "Gaussian error linear unit";
  let domain = ["-10, 10"];
  let specialPoints = ["0: 0; 0.5", "inf: inf", "-inf: 0", "nan: nan"];
  let ulps = "6";
}

//===----------------------------------------------------------------------===//
// Gamma function
//===----------------------------------------------------------------------===//

/// For the reflection formulas. The quarter turns are exact: no reduction error.
def Keops_SinPiOp : Keops_Unary<"sin_pi"> {
  let value = "let n = roundeven(2 * x) in sin_turned((x - 0.5 * n) * 3.141592653589793, n)";
  let reference = "sin(pi * x)";
  let partials = ["3.141592653589793 * sin_pi(x + 0.5)"];
  let math = "sin(pi x)";
  let brief = "sine of half turns";
  let domain = ["-3.3, 3.3"];
  let specialPoints = ["0: 0", "0.5: 1", "1: 0", "-0.5: -1"];
  let isPublic = 0;
}

/// log Gamma(x) for x >= 0. With d = x - j in [-3/4, 1/4): log Gamma(2 + d) is a
/// polynomial times d, and Gamma(x) = Gamma(2 + d) times (j > 2) or divided by
/// (j < 2) the product p of the steps between. From 7.25 on Stirling's series.
def Keops_LgammaPositiveOp : Keops_Unary<"lgamma_positive"> {
  defvar before = [{
    let large = x >= 7.25
    let j = floor(x + 0.75)
    let d = x - j
    let up = where(j > 2, d + 2, 1) * where(j > 3, d + 3, 1)
             * where(j > 4, d + 4, 1) * where(j > 5, d + 5, 1)
             * where(j > 6, d + 6, 1)
    let p = where(j < 1, x * (x + 1), where(j < 2, x, up))
    let l = log(where(large, x, p))
    let i = 1 / x
  }];
  defvar after = [{
    in where(large, muladd(x - 0.5, l - 1, 0.4189385332046727 + s),
             where(j < 2, r - l, r + l))
  }];
  let value32 = before # [{
    let r = d * poly(d, 0.42278433, 0.32246706, -0.06735093, 0.02058153,
                     -0.0074289194, 0.0027867816, -9.271951e-04, 0.001830047,
                     0.0016114308, 0.001030021)
    let s = i * poly(i * i, 0.083333336, -0.002778183, 7.9857797e-04)
  }] # after;
  let value64 = before # [{
    let r = d * poly(d, 0.42278433509846713, 0.3224670334241132,
                     -0.06735230105319367, 0.0205808084277967,
                     -0.007385551029308593, 0.0028905103283796345,
                     -0.0011927538802194914, 0.0005096696872189098,
                     -0.0002231553109685644, 9.9452787189712e-05,
                     -4.4927849653496565e-05, 2.0562481478213717e-05,
                     -9.299040263234834e-06, 4.287799507108344e-06,
                     -3.00953737523831e-06, -8.48754365605201e-07,
                     -1.669994852559576e-06, 6.24216592355435e-07,
                     1.0132178201479035e-06, 5.799996883160835e-07)
    let s = i * poly(i * i, 0.08333333333333262, -0.0027777777767118124,
                     0.0007936503382413886, -0.0005951543818915444,
                     0.0008341934023383394, -0.0015809705194310155)
  }] # after;
  let reference = "lgamma(x)";
  let partials = ["digamma(x)"];
  let math = "log Gamma(x)";
  let convention = "x >= 0";
  let brief = "logarithm of the gamma function, positive side";
  let domain = ["0.01, 30"];
  let specialPoints = ["1: 0", "2: 0", "0: inf", "inf: inf"];
  let isPublic = 0;
}

def Keops_LgammaOp : Keops_Unary<"lgamma"> {
  let value = [{
    let p = lgamma_positive(where(x > 0, x, 1 - x))
    let f = x - roundeven(x)
    let r = (1.1447298858494002 - log(abs(sin_pi(f)))) - p
    in where(x > 0, p, where(f == 0 or x == -inf, inf, r))
  }];
  let partials = ["digamma(x)"];
  let math = "log |Gamma(x)|";
  let convention = "infinite at 0, -1, -2, ...";
  let brief = "logarithm of the gamma function";
  let domain = ["0.01, 30"];
  let specialPoints = ["1: 0; -0.5772156649015329", "2: 0; 0.42278433509846713", "0: inf", "-1: inf", "-0.5: 1.2655121234846454", "inf: inf", "-inf: inf", "nan: nan"];
}

/// d/dx log Gamma. On [1, 2] a polynomial times the distance from the zero at
/// 1.4616...; n / d sums the steps of the recurrence as one fraction.
def Keops_DigammaOp : Keops_Unary<"digamma"> {
  defvar before = [{
    let z = where(x > 0, x, 1 - x)
    let k = floor(z)
    let t = z - k
    let na = where(k < 1, -1, where(k < 2, 0, 1))
    let da = where(k < 1, z, where(k < 2, 1, t + 1))
    let nb = where(k > 2, muladd(na, t + 2, da), na)
    let db = where(k > 2, da * (t + 2), da)
    let nc = where(k > 3, muladd(nb, t + 3, db), nb)
    let dc = where(k > 3, db * (t + 3), db)
    let n = where(k > 4, muladd(nc, t + 4, dc), nc)
    let d = where(k > 4, dc * (t + 4), dc)
    let i = 1 / z
    let w = i * i
  }];
  defvar after = [{
    let positive = where(z >= 6, log(z) - muladd(0.5, i, w * q), c * p + n / d)
    let f = x - roundeven(x)
    let a = sin_pi(f)
    let b = sin_pi(f + 0.5)
    in where(x > 0, positive,
             where(f == 0 and x < 0, nan, positive - 3.141592653589793 * b / a))
  }];
  let value32 = before # [{
    let c = (t - 0.4616321325302124) - 1.243815e-08
    let p = poly(t - 0.5, 0.9510559, -0.42362484, 0.24053998, -0.14854084,
                 0.09508554, -0.06000759, 0.039565638, -0.036725506,
                 0.023517156, 0.0030902855)
    let q = poly(w, 0.08333332, -0.0083303, 0.0037659265)
  }] # after;
  let value64 = before # [{
    let c = (t - 0.46163214496836225) - 9.549995429965697e-17
    let p = poly(t - 0.5, 0.9510558760318328, -0.42362742128145614,
                 0.24054248424082153, -0.14840492305514583,
                 0.09498872444844965, -0.06192213316963449,
                 0.040760834155817334, -0.02697580072838469,
                 0.01790724325430155, -0.011908134015131366,
                 0.007927085284789156, -0.005281033863972833,
                 0.0035176990866512543, -0.0023367277797296756,
                 0.0015641354968031855, -0.0010807702476718325,
                 0.0006973503933272023, -0.00034847165772509503,
                 0.00027693411010349127, -0.0003837861129426827,
                 0.00021932887895079848)
    let q = poly(w, 0.08333333333332585, -0.008333333326317,
                 0.003968251736328656, -0.004166327823918048,
                 0.007547890165234624, -0.0197987602741864,
                 0.04999784134846953)
  }] # after;
  let partials = ["trigamma(x)"];
  let math = "d/dx log Gamma(x)";
  let convention = "-infinity at 0, NaN at -1, -2, ...";
  let brief = "logarithmic derivative of the gamma function";
  let ulps = "6";
  let domain = ["0.01, 30"];
  let specialPoints = ["1: -0.5772156649015329; 1.6449340668482264", "0: -inf", "-1: nan", "-0.5: 0.03648997397857652", "inf: inf", "nan: nan"];
}

/// Six steps of the recurrence below 6, then the asymptotic series.
def Keops_TrigammaOp : Keops_Unary<"trigamma"> {
  defvar before = [{
    let z = where(x > 0, x, 1 - x)
    let low = z < 6
    let i = 1 / where(low, z + 6, z)
    let w = i * i
    let steps = square(1 / z) + square(1 / (z + 1)) + square(1 / (z + 2))
                + square(1 / (z + 3)) + square(1 / (z + 4)) + square(1 / (z + 5))
  }];
  defvar after = [{
    let p = muladd(w, muladd(i, q, 0.5), i) + where(low, steps, 0)
    let s = 3.141592653589793 / sin_pi(x - roundeven(x))
    in where(x > 0, p, s * s - p)
  }];
  let value32 = before # "let q = poly(w, 0.16666655, -0.03330783, 0.022174576)" # after;
  let value64 = before # [{
    let q = poly(w, 0.16666666666666097, -0.03333333332652517,
                 0.02380952102122802, -0.033332777804184796,
                 0.0756956825867716, -0.2490133118821647, 1.0023669908793398,
                 -3.1669257086510285)
  }] # after;
  let partials = ["tetragamma(x)"];
  let math = "d^2/dx^2 log Gamma(x)";
  let convention = "infinite at 0, -1, -2, ...";
  let brief = "second derivative of log Gamma";
  let domain = ["0.01, 30"];
  let isPublic = 0;
}

/// As trigamma. Its own derivative is not available: NaN says so.
def Keops_TetragammaOp : Keops_Unary<"tetragamma"> {
  defvar before = [{
    let z = where(x > 0, x, 1 - x)
    let low = z < 6
    let i = 1 / where(low, z + 6, z)
    let w = i * i
    let a = 1 / z
    let b = 1 / (z + 1)
    let c = 1 / (z + 2)
    let d = 1 / (z + 3)
    let e = 1 / (z + 4)
    let f = 1 / (z + 5)
    let steps = a * a * a + b * b * b + c * c * c + d * d * d + e * e * e + f * f * f
  }];
  defvar after = [{
    let p = muladd(w * w, q, -muladd(w, i, w)) - 2 * where(low, steps, 0)
    let r = x - roundeven(x)
    let s = 3.141592653589793 / sin_pi(r)
    in where(x > 0, p, p - 2 * s * s * s * sin_pi(r + 0.5))
  }];
  let value32 = before # "let q = poly(w, -0.499999, 0.16644105, -0.15216659)" # after;
  let value64 = before # [{
    let q = poly(w, -0.4999999999999019, 0.16666666654924653,
                 -0.16666661845355393, 0.2999903627439386,
                 -0.8322548421446001, 3.218557997717194, -14.586480997264838,
                 49.47250637305918)
  }] # after;
  let partials = ["nan"];
  let math = "d^3/dx^3 log Gamma(x)";
  let brief = "third derivative of log Gamma";
  let domain = ["0.01, 30"];
  let isPublic = 0;
}

#endif // KEOPS_PRIMITIVES_SPECIAL_TD
