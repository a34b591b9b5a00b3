//===- PrimitivesExponential.td - exponentials and logarithms -===//

#ifndef KEOPS_PRIMITIVES_EXPONENTIAL_TD
#define KEOPS_PRIMITIVES_EXPONENTIAL_TD

include "keops/KeopsBase.td"

def Keops_ExpOp : Keops_Unary<"exp"> {
  let upstream = "math.exp";
  let partials = ["y"];
  let aliases = ["Exp"];
  let math = "e^x";
  let domain = ["-80, 80"];
}

def Keops_Exp2Op : Keops_Unary<"exp2"> {
  let upstream = "math.exp2";
  let partials = ["y * 0.6931471805599453"];
  let math = "2^x";
  let domain = ["-80, 80"];
}

def Keops_Expm1Op : Keops_Unary<"expm1"> {
  let upstream = "math.expm1";
  let partials = ["exp(x)"];
  let math = "e^x - 1";
  let domain = ["-80, 80"];
}

def Keops_LogOp : Keops_Unary<"log"> {
  let upstream = "math.log";
  let partials = ["1 / x"];
  let aliases = ["Log"];
  let math = "log x";
  let domain = ["0.01, 100"];
}

def Keops_Log2Op : Keops_Unary<"log2"> {
  let upstream = "math.log2";
  let partials = ["1.4426950408889634 / x"];
  let math = "log x";
  let domain = ["0.01, 100"];
}

def Keops_Log10Op : Keops_Unary<"log10"> {
  let upstream = "math.log10";
  let partials = ["0.4342944819032518 / x"];
  let math = "log x";
  let domain = ["0.01, 100"];
}

def Keops_Log1pOp : Keops_Unary<"log1p"> {
  let upstream = "math.log1p";
  let partials = ["1 / (1 + x)"];
  let math = "log x";
  let domain = ["0.01, 100"];
}

def Keops_XLogXOp : Keops_Unary<"xlogx"> {
  let value = "where(x == 0, 0, x * log(where(x == 0, 1, x)))";
  let partials = ["log(x) + 1"];
  let aliases = ["XLogX"];
  let math = "x log x";
  let domain = ["0.01, 100"];
}

def Keops_PowOp : Keops_Binary<"pow"> {
  let upstream = "math.powf";
  let partials = ["b * pow(a, b - 1)", "y * log(a)"];
  let aliases = ["Powf"];
  let math = "a^b";
  let domain = ["0.01, 100", "-3, 3"];
}

def Keops_TanhOp : Keops_Unary<"tanh"> {
  let upstream = "math.tanh";
  let partials = ["(1 - y) * (1 + y)"];
  let math = "tanh x";
  let domain = ["-10, 10"];
}

def Keops_SinhOp : Keops_Unary<"sinh"> {
  let upstream = "math.sinh";
  let partials = ["cosh(x)"];
  let math = "sinh x";
  let domain = ["-10, 10"];
}

def Keops_CoshOp : Keops_Unary<"cosh"> {
  let upstream = "math.cosh";
  let partials = ["sinh(x)"];
  let math = "cosh x";
  let domain = ["-10, 10"];
}

def Keops_AsinhOp : Keops_Unary<"asinh"> {
  let upstream = "math.asinh";
  let partials = ["rsqrt(1 + x * x)"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_AcoshOp : Keops_Unary<"acosh"> {
  let upstream = "math.acosh";
  let partials = ["rsqrt((x - 1) * (x + 1))"];
  let math = "";
  let domain = ["1, 10"];
}

def Keops_AtanhOp : Keops_Unary<"atanh"> {
  let upstream = "math.atanh";
  let partials = ["1 / ((1 - x) * (1 + x))"];
  let math = "";
  let domain = ["-0.9, 0.9"];
}

def Keops_SigmoidOp : Keops_Unary<"sigmoid"> {
  let value = "1 / (1 + exp(-x))";
  let partials = ["y * (1 - y)"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_SoftplusOp : Keops_Unary<"softplus"> {
  let value = "max(x, 0) + log1p(exp(-abs(x)))";
  let partials = ["sigmoid(x)"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_SiluOp : Keops_Unary<"silu"> {
  let value = "x * sigmoid(x)";
  let partials = ["let s = sigmoid(x) in s + y * (1 - s)"];
  let math = "";
  let domain = ["-10, 10"];
}

#endif
