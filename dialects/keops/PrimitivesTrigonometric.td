//===- PrimitivesTrigonometric.td - circular functions and their inverses -===//

#ifndef KEOPS_PRIMITIVES_TRIGONOMETRIC_TD
#define KEOPS_PRIMITIVES_TRIGONOMETRIC_TD

include "keops/KeopsBase.td"

def Keops_SinOp : Keops_Unary<"sin"> {
  let upstream = "math.sin";
  let partials = ["cos(x)"];
  let aliases = ["Sin"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_CosOp : Keops_Unary<"cos"> {
  let upstream = "math.cos";
  let partials = ["-sin(x)"];
  let aliases = ["Cos"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_TanOp : Keops_Unary<"tan"> {
  let upstream = "math.tan";
  let partials = ["1 + y * y"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_AsinOp : Keops_Unary<"asin"> {
  let upstream = "math.asin";
  let partials = ["rsqrt((1 - x) * (1 + x))"];
  let aliases = ["Asin"];
  let math = "";
  let domain = ["-1, 1"];
}

def Keops_AcosOp : Keops_Unary<"acos"> {
  let upstream = "math.acos";
  let partials = ["-rsqrt((1 - x) * (1 + x))"];
  let aliases = ["Acos"];
  let math = "";
  let domain = ["-1, 1"];
}

def Keops_AtanOp : Keops_Unary<"atan"> {
  let upstream = "math.atan";
  let partials = ["1 / (1 + x * x)"];
  let aliases = ["Atan"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_Atan2Op : Keops_Binary<"atan2"> {
  let upstream = "math.atan2";
  let partials = ["let r = a * a + b * b in where(r == 0, 0, b / where(r == 0, 1, r))", "let r = a * a + b * b in where(r == 0, 0, -a / where(r == 0, 1, r))"];
  let aliases = ["Atan2"];
  let math = "";
  let domain = ["-10, 10", "-10, 10"];
}

def Keops_SinXDivXOp : Keops_Unary<"sinxdivx"> {
  let value = "where(x == 0, 1, sin(x) / where(x == 0, 1, x))";
  let partials = ["where(abs(x) < 1, x * poly(x * x, -0.3333333333333333, 0.03333333333333333, -0.0011904761904761906, 2.2045855379188714e-05, -2.505210838544172e-07, 1.9270852604185937e-09), (cos(x) - y) / where(abs(x) < 1, 1, x))"];
  let aliases = ["SinXDivX"];
  let math = "";
  let domain = ["-10, 10"];
}

#endif
