// A wrong record stops the build, and the message says which formula and where.
// DEFINE: %{tblgen} = not keops-tblgen --gen-primitive-table %s -I %src/dialects -I %llvm_include -o %t
// RUN: %{tblgen} -DSYNTAX 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: %{tblgen} -DNAME 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: %{tblgen} -DARITY 2>&1 | FileCheck %s --check-prefix=ARITY
// RUN: %{tblgen} -DKIND 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: %{tblgen} -DCYCLE 2>&1 | FileCheck %s --check-prefix=CYCLE
// RUN: %{tblgen} -DVALUE 2>&1 | FileCheck %s --check-prefix=VALUE
// RUN: %{tblgen} -DPARTIAL 2>&1 | FileCheck %s --check-prefix=PARTIAL
// RUN: %{tblgen} -DPOINT 2>&1 | FileCheck %s --check-prefix=POINT
// RUN: %{tblgen} -DZERO 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: %{tblgen} -DSECOND 2>&1 | FileCheck %s --check-prefix=SECOND
// RUN: %{tblgen} -DNUMBER 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: %{tblgen} -DDOMAIN 2>&1 | FileCheck %s --check-prefix=DOMAIN
// RUN: %{tblgen} -DREDUCTION 2>&1 | FileCheck %s --check-prefix=REDUCTION

include "keops/Records.td"

class Trial : Keops_Unary<"trial"> {
  let math = "a trial";
  let brief = "a trial";
  let domain = ["0.5, 2"];
}

#ifdef SYNTAX
// SYNTAX: trial.value:1:4: error: expected an expression, found the end of the text
def Keops_TrialOp : Trial { let value = "x +"; }
#endif
#ifdef NAME
// NAME: error: in 'value' of 'trial': unknown name 'z'
def Keops_TrialOp : Trial { let value = "x + z"; }
#endif
#ifdef ARITY
// ARITY: error: in 'value' of 'trial': 'atan2' takes 2 operands, 1 given
def Keops_TrialOp : Trial { let value = "atan2(x)"; }
#endif
#ifdef KIND
// KIND: error: in 'value' of 'trial': operand 2 of 'add' must be a number
def Keops_TrialOp : Trial { let value = "1 + (x < 0)"; }
#endif
#ifdef CYCLE
// CYCLE: error: the value of 'trial' is defined in terms of itself
def Keops_TrialOp : Trial { let value = "1 + trial(x)"; }
#endif
#ifdef VALUE
// VALUE: error: primitive 'trial': its value for f32 is 3.11062{{.*}} at x = 1.13481{{.*}}, 3.11059{{.*}} expected: 131.{{.*}} units in the last place
def Keops_TrialOp : Trial { let value = "1.00001 * exp(x)"; let reference = "exp(x)"; }
#endif
#ifdef PARTIAL
// PARTIAL: error: primitive 'trial': partial "3 * x" in x is {{.*}} at x = {{.*}}, the difference quotient {{.*}}
def Keops_TrialOp : Trial { let value = "x * x"; let partials = ["3 * x"]; }
#endif
#ifdef POINT
// POINT: error: primitive 'trial': special point "inf: 0": the value for f32 is nan
def Keops_TrialOp : Trial { let value = "x * exp(-x)"; let specialPoints = ["inf: 0"]; }
#endif
#ifdef ZERO
// ZERO: error: primitive 'trial': special point "-0.0: -0.0": the value for f32 is 0
def Keops_TrialOp : Trial { let value = "x + 0"; let specialPoints = ["-0.0: -0.0"]; }
#endif
#ifdef SECOND
// SECOND: error: primitive 'trial': special point "0: 0; 0": the derivative in x has derivative NaN; guard the argument, not the result
def Keops_TrialOp : Trial {
  let value = "sqrt(x)";
  let partials = ["where(x == 0, 0, 0.5 / y)"];
  let specialPoints = ["0: 0; 0"];
}
#endif
#ifdef NUMBER
// NUMBER: error: 'trial' has 1 operands and 2 partials
def Keops_TrialOp : Trial { let value = "x"; let partials = ["1", "1"]; }
#endif
#ifdef DOMAIN
// DOMAIN: error: primitive 'trial': 'domain' must hold "LOW, HIGH", found "positive"
def Keops_TrialOp : Trial { let value = "x"; let domain = ["positive"]; }
#endif
#ifdef REDUCTION
// REDUCTION: error: reduction 'trial': in 'merge', "s + t1": unknown name 't1'
def Keops_TrialReduction : Keops_Reduction<"trial"> {
  let identity = ["0"];
  let accumulate = ["s + f"];
  let merge = ["s + t1"];
  let finish = ["s"];
}
#endif
