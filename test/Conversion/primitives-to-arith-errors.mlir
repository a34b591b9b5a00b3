// RUN: keops-opt %s --verify-diagnostics --pass-pipeline='builtin.module(func.func(convert-primitives-to-arith))'

func.func @integer_exponential(%x: vector<8xi64>) -> vector<8xi64> {
  // expected-error @below {{has no lowering for this element type}}
  %0 = keops.exp %x : (vector<8xi64>) -> vector<8xi64>
  return %0 : vector<8xi64>
}
