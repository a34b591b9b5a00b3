//===- PrimitivesHyperbolic.td - hyperbolic and logistic functions ---------===//
//
// All of them are formulas over exp, expm1 and log1p, arranged so that nothing
// cancels and nothing overflows before the result does.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_HYPERBOLIC_TD
#define KEOPS_PRIMITIVES_HYPERBOLIC_TD

include "keops/KeopsBase.td"

def Keops_TanhOp : Keops_Unary<"tanh"> {
  let value = "let e = expm1(-2 * abs(x)) in copysign(e / (e + 2), x)";
  let partials = ["(1 - y) * (1 + y)"];
  let math = "(e^x - e^-x) / (e^x + e^-x)";
  let brief = "hyperbolic tangent";
  let domain = ["-10, 10"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0", "inf: 1; 0", "-inf: -1; 0", "nan: nan"];
}

/// The difference of exponentials cancels near 0, where a series takes over.
def Keops_SinhOp : Keops_Unary<"sinh"> {
  let value32 = [{
    let h = half_exp(abs(x))
    let z = x * x
    let p = poly(z, 0.16666667, 0.008333311, 1.9842635e-04, 2.7839221e-06)
    in where(abs(x) < 1, muladd(x * z, p, x), copysign(h - 0.25 / h, x))
  }];
  let value64 = [{
    let h = half_exp(abs(x))
    let z = x * x
    let p = poly(z, 0.16666666666666669, 0.008333333333332915,
                 0.0001984126984158925, 2.755731910848393e-06,
                 2.5052130675430703e-08, 1.6056687161013752e-10,
                 7.775687645721201e-13)
    in where(abs(x) < 1, muladd(x * z, p, x), copysign(h - 0.25 / h, x))
  }];
  let partials = ["cosh(x)"];
  let math = "(e^x - e^-x) / 2";
  let brief = "hyperbolic sine";
  let domain = ["-80, 80"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "inf: inf; inf", "-inf: -inf; inf", "nan: nan"];
}

def Keops_CoshOp : Keops_Unary<"cosh"> {
  let value = "let h = half_exp(abs(x)) in h + 0.25 / h";
  let partials = ["sinh(x)"];
  let math = "(e^x + e^-x) / 2";
  let brief = "hyperbolic cosine";
  let domain = ["-80, 80"];
  let specialPoints = ["0: 1; 0", "inf: inf; inf", "-inf: inf; -inf", "nan: nan"];
}

/// log(t + sqrt(1 + t^2)), arranged for log1p; for huge t, where t^2
/// overflows, it is log(t) + log(2).
def Keops_AsinhOp : Keops_Unary<"asinh"> {
  let value = [{
    let t = abs(x)
    let huge = t > 1e18
    let s = where(huge, 0, t)
    let r = log1p(where(huge, t, muladd(s, s / (1 + sqrt(muladd(s, s, 1))), t)))
    in copysign(r + where(huge, 0.6931471805599453, 0), x)
  }];
  let partials = ["rsqrt(1 + x * x)"];
  let math = "log(x + sqrt(1 + x^2))";
  let brief = "inverse hyperbolic sine";
  let domain = ["-100, 100"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "inf: inf; 0", "-inf: -inf; 0", "nan: nan"];
}

def Keops_AcoshOp : Keops_Unary<"acosh"> {
  let value = [{
    let t = x - 1
    let huge = x > 1e18
    let s = where(huge, 0, t)
    let r = log1p(t + sqrt(s * (s + 2)))
    in where(x < 1, nan, r + where(huge, 0.6931471805599453, 0))
  }];
  let partials = ["rsqrt((x - 1) * (x + 1))"];
  let math = "log(x + sqrt(x^2 - 1))";
  let convention = "NaN below 1; derivative 0 at 1";
  let brief = "inverse hyperbolic cosine";
  let domain = ["1.001, 100"];
  let specialPoints = ["1: 0; 0", "0.5: nan", "-3: nan", "-inf: nan", "inf: inf; 0", "nan: nan"];
}

def Keops_AtanhOp : Keops_Unary<"atanh"> {
  let value = "let t = abs(x) in copysign(0.5 * log1p(2 * t / (1 - t)), x)";
  let partials = ["1 / ((1 - x) * (1 + x))"];
  let math = "log((1 + x) / (1 - x)) / 2";
  let convention = "infinite at -1 and 1, NaN beyond";
  let brief = "inverse hyperbolic tangent";
  let domain = ["-0.99, 0.99"];
  let specialPoints = ["0: 0; 1", "-0.0: -0.0; 1", "1: inf", "-1: -inf", "2: nan", "-2: nan", "nan: nan"];
}

def Keops_SigmoidOp : Keops_Unary<"sigmoid"> {
  let value = "1 / (1 + exp(-x))";
  let reference = "1 / (1 + exp(-x))";
  let partials = ["y * (1 - y)"];
  let math = "1 / (1 + e^-x)";
  let brief = "logistic function";
  let domain = ["-20, 20"];
  let specialPoints = ["0: 0.5; 0.25", "inf: 1; 0", "-inf: 0; 0", "nan: nan"];
}

def Keops_SoftplusOp : Keops_Unary<"softplus"> {
  let value = "where(x < 0, 0, x) + log1p(exp(-abs(x)))";
  let reference = "log1p(exp(x))";
  let partials = ["sigmoid(x)"];
  let math = "log(1 + e^x)";
  let brief = "smooth positive part";
  let domain = ["-20, 20"];
  let specialPoints = ["0: 0.6931471805599453; 0.5", "inf: inf; 1", "-inf: 0; 0", "nan: nan"];
}

/// Beyond -88 (f64: -709) the result is flushed to 0 together with its sigmoid.
def Keops_SiluOp : Keops_Unary<"silu"> {
  let value = "let e = exp(-x) in where(e == inf, 0, x / (1 + e))";
  let reference = "x / (1 + exp(-x))";
  let partials = ["let s = sigmoid(x) in s + y * (1 - s)"];
  let math = "x / (1 + e^-x)";
  let brief = "x times its sigmoid";
  let domain = ["-20, 20"];
  let specialPoints = ["0: 0; 0.5", "inf: inf", "-inf: 0; 0", "nan: nan"];
}

#endif // KEOPS_PRIMITIVES_HYPERBOLIC_TD
