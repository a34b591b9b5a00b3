// RUN: keops-opt %s --pass-pipeline='builtin.module(func.func(convert-primitives-to-arith))' | FileCheck %s

// A loop over pairs that would wait for the divider refines estimates: by the
// remainder, but not where it is no number.
// CHECK-LABEL: @quotient
// CHECK-NOT: arith.divf
// CHECK: %[[R:.*]] = llvm.call_intrinsic "llvm.x86.avx512.rcp14.ps.512"
// CHECK: %[[Q:.*]] = arith.mulf %arg0, %[[R]]
// CHECK: %[[LEFT:.*]] = math.fma {{.*}}, %[[Q]], %arg0
// CHECK: %[[BETTER:.*]] = math.fma %[[LEFT]], %[[R]], %[[Q]]
// CHECK: arith.constant dense<286331136>
// CHECK: "llvm.x86.avx512.mask.fixupimm.ps.512"(%[[Q]], %[[BETTER]]
func.func @quotient(%a: vector<16xf32>, %b: vector<16xf32>) -> vector<16xf32>
    attributes {keops.vector_bits = 512 : i64, keops.pairs} {
  %0 = keops.div %a, %b : (vector<16xf32>, vector<16xf32>) -> vector<16xf32>
  return %0 : vector<16xf32>
}

// A root of 0 or infinity is what it is the root of.
// CHECK-LABEL: @root
// CHECK-NOT: math.sqrt
// CHECK: "llvm.x86.avx512.rsqrt14.pd.512"
// CHECK: arith.constant dense<1048832> : vector<8xi64>
// CHECK: "llvm.x86.avx512.mask.fixupimm.pd.512"
func.func @root(%x: vector<8xf64>) -> vector<8xf64>
    attributes {keops.vector_bits = 512 : i64, keops.pairs} {
  %0 = keops.sqrt %x : (vector<8xf64>) -> vector<8xf64>
  return %0 : vector<8xf64>
}

// Not where much else is to do beside a quotient.
// CHECK-LABEL: @beside
// CHECK: arith.divf
func.func @beside(%a: vector<8xf64>, %b: vector<8xf64>) -> vector<8xf64>
    attributes {keops.vector_bits = 512 : i64, keops.pairs} {
  %0 = keops.exp2 %a : (vector<8xf64>) -> vector<8xf64>
  %1 = keops.exp2 %b : (vector<8xf64>) -> vector<8xf64>
  %2 = keops.div %0, %1 : (vector<8xf64>, vector<8xf64>) -> vector<8xf64>
  return %2 : vector<8xf64>
}

// Nor where small remainders would be flushed to 0, in f32 beside exponentials.
// CHECK-LABEL: @flushed
// CHECK: math.sqrt
func.func @flushed(%x: vector<16xf32>) -> vector<16xf32>
    attributes {keops.vector_bits = 512 : i64, keops.pairs} {
  %0 = keops.sqrt %x : (vector<16xf32>) -> vector<16xf32>
  %1 = keops.exp2 %0 : (vector<16xf32>) -> vector<16xf32>
  return %1 : vector<16xf32>
}

// Nor in functions over rows, nor inside the formulas of other primitives.
// CHECK-LABEL: @rows
// CHECK: arith.divf
func.func @rows(%a: vector<16xf32>, %b: vector<16xf32>) -> vector<16xf32>
    attributes {keops.vector_bits = 512 : i64} {
  %0 = keops.div %a, %b : (vector<16xf32>, vector<16xf32>) -> vector<16xf32>
  return %0 : vector<16xf32>
}
// CHECK-LABEL: @formula
// CHECK: arith.divf
func.func @formula(%a: vector<16xf32>) -> vector<16xf32>
    attributes {keops.vector_bits = 512 : i64, keops.pairs} {
  %0 = keops.tanh %a : (vector<16xf32>) -> vector<16xf32>
  return %0 : vector<16xf32>
}
