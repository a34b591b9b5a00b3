//===- PrimitivesSpecial.td - error function, gamma function, roots -===//

#ifndef KEOPS_PRIMITIVES_SPECIAL_TD
#define KEOPS_PRIMITIVES_SPECIAL_TD

include "keops/KeopsBase.td"

def Keops_CbrtOp : Keops_Unary<"cbrt"> {
  let upstream = "math.cbrt";
  let partials = ["where(x == 0, 0, y / where(x == 0, 1, 3 * x))"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_ErfOp : Keops_Unary<"erf"> {
  let upstream = "math.erf";
  let partials = ["1.1283791670955126 * exp(-x * x)"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_ErfcOp : Keops_Unary<"erfc"> {
  let upstream = "math.erfc";
  let partials = ["-1.1283791670955126 * exp(-x * x)"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_GeluOp : Keops_Unary<"gelu"> {
  let value = "0.5 * x * erfc(-0.7071067811865476 * x)";
  let partials = ["0.5 * erfc(-0.7071067811865476 * x) + 0.3989422804014327 * x * exp(-0.5 * x * x)"];
  let math = "";
  let domain = ["-10, 10"];
}

def Keops_LgammaOp : Keops_Unary<"lgamma"> {
  let value = "(x - 0.5) * log(x) - x";
  let partials = ["digamma(x)"];
  let math = "";
  let domain = ["0.1, 10"];
}

def Keops_DigammaOp : Keops_Unary<"digamma"> {
  let value = "log(x)";
  let partials = ["0"];
  let math = "";
  let domain = ["0.1, 10"];
}

#endif
