//===- PrimitivesExponential.td - exponentials, logarithms, powers ---------===//
//
// The exponentials split x into an integer power of two and a rest on which a
// polynomial is accurate; logarithms split off the exponent. Both are free of
// branches and tables. Results of exponentials below the smallest normal number
// (1.2e-38, 2.2e-308) are flushed to zero.
//
// A clamp compares what it then selects, so that it becomes a minimum and a
// maximum of the processor, which keep NaN.
//
// Constants come in pairs where one number of the type is not enough: ln 2 =
// 0.693145751953125 + 1.42860677e-06 (f32), where the first has so few bits
// that its product with an exponent is exact.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_EXPONENTIAL_TD
#define KEOPS_PRIMITIVES_EXPONENTIAL_TD

include "keops/KeopsBase.td"

//===----------------------------------------------------------------------===//
// Exponentials
//===----------------------------------------------------------------------===//

/// AVX-512 has this as one instruction (vreduceps, rounding down).
def Keops_Exp2FractionOp : Keops_Unary<"exp2_fraction"> {
  let summary = "x - floor(x), for exp2; 0 where 2^x overflows or underflows";
  let value32 = "let u = where(x > 128, 128, x) let c = where(u < -127, -127, u) in c - floor(c)";
  let value64 = "let u = where(x > 1024, 1024, x) let c = where(u < -1023, -1023, u) in c - floor(c)";
  let partials = ["1"];
  let math = "x - floor(x)";
  let brief = "fraction of an exponent";
  let domain = ["-100, 100"];
  let specialPoints = ["inf: 0", "-inf: 0", "-0.25: 0.75", "nan: nan"];
  let isPublic = 0;
}

/// AVX-512 has this as one instruction (vscalefps).
def Keops_Exp2ScaleOp : Keops_Binary<"exp2_scale", ["p", "x"]> {
  let summary = "p 2^floor(x) for p in [1, 2], for exp2; 0 or infinite outside the range";
  let value32 = "let u = where(x > 128, 128, x) let c = where(u < -127, -127, u) in ldexp(p, floor(c))";
  let value64 = "let u = where(x > 1024, 1024, x) let c = where(u < -1023, -1023, u) in ldexp(p, floor(c))";
  let partials = ["exp2_scale(1, x)", "0"];
  let math = "p 2^floor(x)";
  let brief = "scaling by the integer part of an exponent";
  let domain = ["1, 2", "-100, 100"];
  let specialPoints = ["1, inf: inf", "1, -inf: 0", "1.5, 2.75: 6"];
  let isPublic = 0;
}

/// The cheapest exponential, for kernels that fold the factor log2(e) into their
/// points: 5 multiply-adds in f32, relative error 1.5e-7; 10 in f64, 3.2e-16: less
/// than the rounded product log2(e) x has in exp(x) = exp2(log2(e) x) for x = -3.
def Keops_Exp2Op : Keops_Unary<"exp2"> {
  let gpu32 = "approx_exp2(x)";
  let value32 = [{
    let p = poly(exp2_fraction(x), 1, 0.6931513, 0.2401646, 0.055799514,
                 0.0090174815, 0.0018669516)
    in exp2_scale(p, x)
  }];
  let value64 = [{
    let p = poly(exp2_fraction(x), 1, 0.6931471805598968, 0.24022650696145037,
                 0.05550410862549225, 0.00961812943330312,
                 0.0013333542672117104, 0.00015403984192264227,
                 1.5244255395784714e-05, 1.3316351709849877e-06,
                 9.44309665385251e-08, 9.989189541508898e-09)
    in exp2_scale(p, x)
  }];
  let partials = ["0.6931471805599453 * y"];
  let math = "2^x";
  let convention = "0 for results below the smallest normal number";
  let brief = "power of two";
  let domain = ["-120, 120"];
  let specialPoints = ["0: 1; 0.6931471805599453", "-0.0: 1", "10: 1024", "-3: 0.125", "inf: inf", "-inf: 0", "nan: nan"];
  let ulps = "3";
}

/// x = n ln 2 + r with n = floor(x / ln 2), so that the last power of two is
/// reached without overflow; outside the clamp 2^n is 0 or infinite.
def Keops_ExpOp : Keops_Unary<"exp"> {
  let gpu32 = "approx_exp2(x * 1.4426950408889634)";
  let value32 = [{
    let u = where(x > 89, 89, x)
    let t = where(u < -88, -88, u)
    let n = floor(t * 1.442695)
    let r = muladd(n, -1.4286068e-06, muladd(n, -0.693145751953125, t))
    in ldexp(poly(r, 1, 0.9999998, 0.50000554, 0.1666117, 0.04191104,
                  0.0077968673, 0.0019467665), n)
  }];
  let value64 = [{
    let u = where(x > 710, 710, x)
    let t = where(u < -709, -709, u)
    let n = floor(t * 1.4426950408889634)
    let r = muladd(n, -5.497923018708371e-14, muladd(n, -0.6931471805598903, t))
    in ldexp(poly(r, 1, 1.0000000000000009, 0.4999999999999224,
                  0.16666666666900556, 0.041666666631729375,
                  0.00833333363493904, 0.001388887259717124,
                  0.00019841843481829697, 2.478823195149448e-05,
                  2.7760664585009646e-06, 2.562265222220514e-07,
                  3.529584487395128e-08), n)
  }];
  let partials = ["y"];
  let aliases = ["Exp"];
  let math = "e^x";
  let convention = "0 for results below the smallest normal number";
  let brief = "exponential";
  let domain = ["-87, 88"];
  let specialPoints = ["0: 1; 1", "-0.0: 1; 1", "1: 2.718281828459045", "inf: inf; inf", "-inf: 0; 0", "nan: nan"];
  let ulps = "2";
}

/// e^x / 2 for x >= 0, finite as long as the result is.
def Keops_HalfExpOp : Keops_Unary<"half_exp"> {
  let value32 = [{
    let t = where(x > 90, 90, x)
    let n = floor(t * 1.442695)
    let r = muladd(n, -1.4286068e-06, muladd(n, -0.693145751953125, t))
    in ldexp(poly(r, 1, 0.9999998, 0.50000554, 0.1666117, 0.04191104,
                  0.0077968673, 0.0019467665), n - 1)
  }];
  let value64 = [{
    let t = where(x > 711, 711, x)
    let n = floor(t * 1.4426950408889634)
    let r = muladd(n, -5.497923018708371e-14, muladd(n, -0.6931471805598903, t))
    in ldexp(poly(r, 1, 1.0000000000000009, 0.4999999999999224,
                  0.16666666666900556, 0.041666666631729375,
                  0.00833333363493904, 0.001388887259717124,
                  0.00019841843481829697, 2.478823195149448e-05,
                  2.7760664585009646e-06, 2.562265222220514e-07,
                  3.529584487395128e-08), n - 1)
  }];
  let reference = "exp(x) / 2";
  let partials = ["y"];
  let math = "e^x / 2";
  let convention = "x >= 0";
  let brief = "half of an exponential";
  let domain = ["0, 89"];
  let specialPoints = ["0: 0.5", "inf: inf", "nan: nan"];
  let isPublic = 0;
}

/// Nearest n, so that r is small and e^r - 1 keeps its relative accuracy;
/// adding and subtracting 1.5 * 2^23 rounds. 2^(n-1) does not overflow yet.
def Keops_Expm1Op : Keops_Unary<"expm1"> {
  let value32 = [{
    let u = where(x > 89, 89, x)
    let t = where(u < -20, -20, u)
    let n = muladd(t, 1.442695, 12582912) - 12582912
    let r = muladd(n, -1.4286068e-06, muladd(n, -0.693145751953125, t))
    let q = muladd(r * r, poly(r, 0.5, 0.16666539, 0.041666612, 0.008367097,
                            0.0013917767), r)
    let s = ldexp(1, n - 1)
    in where(x == 0, x, 2 * muladd(s, q, s - 0.5))
  }];
  let value64 = [{
    let u = where(x > 710, 710, x)
    let t = where(u < -40, -40, u)
    let n = muladd(t, 1.4426950408889634, 6755399441055744) - 6755399441055744
    let r = muladd(n, -5.497923018708371e-14, muladd(n, -0.6931471805598903, t))
    let q = muladd(r * r, poly(r, 0.5, 0.16666666666666677, 0.04166666666666667,
                            0.008333333333321197, 0.00138888888888781,
                            0.00019841269888047053, 2.4801587360204828e-05,
                            2.7557241125793823e-06, 2.755720798131202e-07,
                            2.5110642773816763e-08, 2.0952325119725857e-09), r)
    let s = ldexp(1, n - 1)
    in where(x == 0, x, 2 * muladd(s, q, s - 0.5))
  }];
  let partials = ["exp(x)"];
  let math = "e^x - 1";
  let convention = "accurate near 0";
  let brief = "exponential minus one";
  let domain = ["-30, 80"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "1e-5: 1.0000050000166668e-5", "inf: inf", "-inf: -1; 0", "nan: nan"];
}

//===----------------------------------------------------------------------===//
// Logarithms
//===----------------------------------------------------------------------===//

/// log(1 + f) on the interval of `significand(x) - 1`. f64 divides rather than
/// use a polynomial of degree 20: with s = f / (2 + f), log(1 + f) is
/// f - f^2/2 + s (f^2/2 + s^2 R(s^2)).
def Keops_LogNearOneOp : Keops_Unary<"log_near_one"> {
  let value32 = [{
    muladd(x * x, muladd(x, poly(x, 0.3333345, -0.25000066, 0.19990687, -0.16648424,
                           0.14483967, -0.13154685, 0.10410585, -0.044518452),
                   -0.5), x)
  }];
  let value64 = [{
    let s = x / (2 + x)
    let z = s * s
    let h = 0.5 * x * x
    let r = z * poly(z, 0.6666666666667271, 0.39999999996159885,
                     0.2857142939564475, 0.22222138470769887,
                     0.18186357382440488, 0.15250161515689106,
                     0.15368406427940481)
    in x - (h - s * (h + r))
  }];
  let reference = "log1p(x)";
  let partials = ["1 / (1 + x)"];
  let math = "log(1 + x)";
  let convention = "x in [-1/4, 1/2]";
  let brief = "logarithm of a significand";
  let domain = ["-0.25, 0.5"];
  let specialPoints = ["0: 0; 1"];
  let isPublic = 0;
}

/// `last` combines the exponent e and l, the logarithm of the significand.
class Keops_Logarithm<string mnemonic, string last32, string last64>
    : Keops_Unary<mnemonic> {
  /// Subnormal numbers are made normal first.
  defvar scaled32 = [{
    let tiny = x < 1.17549435e-38
    let u = where(tiny, x * 16777216, x)
    let e = exponent(u) - where(tiny, 24, 0)
    let l = log_near_one(significand(u) - 1)
  }];
  defvar scaled64 = [{
    let tiny = x < 2.2250738585072014e-308
    let u = where(tiny, x * 18014398509481984, x)
    let e = exponent(u) - where(tiny, 54, 0)
    let l = log_near_one(significand(u) - 1)
  }];
  defvar ends = " in where(x > 0, where(x < inf, r, x), where(x == 0, -inf, nan))";
  let value32 = scaled32 # "let r = " # last32 # ends;
  let value64 = scaled64 # "let r = " # last64 # ends;
  let convention = "-infinity at 0, NaN below";
  let domain = ["0.001, 1000"];
  let specialPoints = ["1: 0", "0: -inf", "-0.0: -inf", "-1: nan", "inf: inf", "-inf: nan", "nan: nan"];
}

def Keops_LogOp : Keops_Logarithm<"log",
    "muladd(e, 0.6931472, l)",
    "muladd(e, 0.6931471805598903, muladd(e, 5.497923018708371e-14, l))"> {
  let partials = ["1 / x"];
  let aliases = ["Log"];
  let math = "log x";
  let brief = "natural logarithm";
}

def Keops_Log2Op : Keops_Logarithm<"log2",
    "muladd(l, 1.442695, e)",
    "muladd(l, 1.4426950408889634, e)"> {
  let partials = ["1.4426950408889634 / x"];
  let math = "log x / log 2";
  let brief = "binary logarithm";
}

def Keops_Log10Op : Keops_Logarithm<"log10",
    "muladd(l, 0.43429448, e * 0.30103)",
    "muladd(l, 0.4342944819032518, e * 0.3010299956639812)"> {
  let partials = ["0.4342944819032518 / x"];
  let math = "log x / log 10";
  let brief = "decimal logarithm";
}

/// 1 + x = u + c exactly, u = m 2^e: the logarithm is e ln 2 + log(m + c 2^-e).
def Keops_Log1pOp : Keops_Unary<"log1p"> {
  defvar split = [{
    let u = 1 + x
    let v = u - 1
    let c = (1 - (u - v)) + (x - v)
    let e = exponent(u)
  }];
  defvar ends = [{
    in where(x == 0, x, where(u > 0, where(x < inf, r, x), where(u == 0, -inf, nan)))
  }];
  let value32 = split # [{
    let l = log_near_one((significand(u) - 1) + where(e < 100, ldexp(c, -e), 0))
    let r = muladd(e, 0.6931472, l)
  }] # ends;
  let value64 = split # [{
    let l = log_near_one((significand(u) - 1) + where(e < 1000, ldexp(c, -e), 0))
    let r = muladd(e, 0.6931471805598903, muladd(e, 5.497923018708371e-14, l))
  }] # ends;
  let partials = ["1 / (1 + x)"];
  let math = "log(1 + x)";
  let convention = "accurate near 0; -infinity at -1, NaN below";
  let brief = "logarithm of one plus x";
  let domain = ["-0.99, 1000"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "-1: -inf", "-2: nan", "1e-6: 9.999995000003333e-07", "inf: inf; 0", "nan: nan"];
}

def Keops_XLogXOp : Keops_Unary<"xlogx"> {
  let value = "where(x == 0, 0, x * log(where(x == 0, 1, x)))";
  let partials = ["log(x) + 1"];
  let aliases = ["XLogX"];
  let math = "x log x";
  let convention = "0 at 0, NaN below; derivative log(x) + 1";
  let brief = "the summand of an entropy";
  let domain = ["0.01, 100"];
  let specialPoints = ["0: 0; -inf", "1: 0; 1", "inf: inf", "-1: nan", "nan: nan"];
}

//===----------------------------------------------------------------------===//
// Powers with a real exponent
//===----------------------------------------------------------------------===//

/// log2(a) = e + log2(m) as a sum kh + kl of two numbers, good to twice the
/// precision for the sake of large b: with s = (m-1)/(m+1) and z = s^2,
/// log m = 2 s (1 + z/3 + z^2 B(z)); the terms up to z/3 are kept as pairs.
def Keops_PowOp : Keops_Binary<"pow"> {
  defvar scaled32 = [{
    let p = abs(a)
    let tiny = p < 1.17549435e-38
    let u = where(tiny, p * 16777216, p)
    let e = exponent(u) - where(tiny, 24, 0)
  }];
  defvar scaled64 = [{
    let p = abs(a)
    let tiny = p < 2.2250738585072014e-308
    let u = where(tiny, p * 18014398509481984, p)
    let e = exponent(u) - where(tiny, 54, 0)
  }];
  defvar quotient = [{
    let m = significand(u)
    let f = m - 1
    let g = m + 1
    let sh = f / g
    let sl = fma(-sh, m - (g - 1), fma(-sh, g, f)) / g
    let zh = sh * sh
    let zl = fma(sh, sh, -zh) + 2 * sh * sl
  }];
  defvar series32 = [{
    let wh = zh * 0.33333334
    let wl = (fma(zh, 0.33333334, -wh) + zh * -9.934108e-09 + zl * 0.33333334)
             + zh * zh * poly(zh, 0.20000196, 0.14262822, 0.11936093)
  }];
  defvar series64 = [{
    let wh = zh * 0.3333333333333333
    let wl = (fma(zh, 0.3333333333333333, -wh) + zh * 1.850371707708594e-17
              + zl * 0.3333333333333333)
             + zh * zh * poly(zh, 0.20000000000010087, 0.14285714281345974,
                              0.11111111830275873, 0.09090849079586502,
                              0.07695098176441584, 0.06593607614911676,
                              0.06880157826841707)
  }];
  defvar sum = [{
    let ch = sh * wh
    let cl = fma(sh, wh, -ch) + sh * wl + sl * (1 + wh)
    let lh = sh + ch
    let ll = (ch - (lh - sh)) + cl
  }];
  defvar binary32 = [{
    let th = lh * 2.88539
    let tl = fma(lh, 2.88539, -th) + (lh * 3.851926e-08 + ll * 2.88539)
  }];
  defvar binary64 = [{
    let th = lh * 2.8853900817779268
    let tl = fma(lh, 2.8853900817779268, -th)
             + (lh * 4.0710547481862066e-17 + ll * 2.8853900817779268)
  }];
  defvar product = [{
    let rh = e + th
    let rl = (th - (rh - e)) + tl
    let kh = rh + rl
    let kl = rl - (kh - rh)
    let qh = b * kh
    let ql = fma(b, kh, -qh) + b * kl
    let d = exp2_fraction(qh) + where(abs(qh) < 2000, ql, 0)
  }];
  defvar ends = [{
    let r = exp2_scale(x, qh)
    let edge = where(b > 0, p, where(b < 0, 1 / p, nan))
    in where(b == 0 or a == 1, 1,
             where(a >= 0, where(p > 0 and p < inf, r, edge), nan))
  }];
  let value32 = scaled32 # quotient # series32 # sum # binary32 # product # [{
    let x = poly(d, 1, 0.69314706, 0.24022909, 0.055486184, 0.009673775,
                 0.001248229, 2.1565972e-04)
  }] # ends;
  let value64 = scaled64 # quotient # series64 # sum # binary64 # product # [{
    let x = poly(d, 1, 0.6931471805599453, 0.24022650695910225,
                 0.05550410866478631, 0.009618129108032362,
                 0.0013333558119460445, 0.00015403531534131197,
                 1.525270179195008e-05, 1.3216096248050442e-06,
                 1.0170191887346e-07, 7.123188850867121e-09,
                 4.070895188970261e-10, 3.723243598701593e-11)
  }] # ends;
  let partials = ["b * pow(where(b == 0, 1, a), b - 1)",
                  "where(a == 0, 0, y * log(where(a == 0, 1, a)))"];
  let aliases = ["Powf"];
  let math = "a^b";
  let convention = "NaN for a negative base; 1 for b = 0; an exponent that is an integer constant is repeated multiplication instead";
  let brief = "power with a real exponent";
  let domain = ["0.01, 100", "-10, 10"];
  let specialPoints = ["0, 2: 0; 0, 0", "0, 0: 1", "0, -1: inf", "1, inf: 1", "-2, 0.5: nan", "2, 0.5: 1.4142135623730951", "2, inf: inf", "0.5, inf: 0", "inf, 0.5: inf", "inf, -1: 0", "2, nan: nan", "nan, 1: nan", "nan, 0: 1", "10, 3: 1000"];
}

#endif // KEOPS_PRIMITIVES_EXPONENTIAL_TD
