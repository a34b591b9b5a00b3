// RUN: keops-opt %s --pass-pipeline='builtin.module(func.func(convert-primitives-to-arith))' | FileCheck %s

// What the user wrote may be contracted.
// CHECK-LABEL: @user
// CHECK: arith.mulf {{.*}} fastmath<contract>
func.func @user(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = keops.mul %x, %x : (vector<8xf32>, vector<8xf32>) -> vector<8xf32>
  return %0 : vector<8xf32>
}

// The formula of an exponential is evaluated as written, without a call.
// CHECK-LABEL: @exponential
// CHECK-NOT: fastmath
// CHECK-NOT: math.exp
// CHECK: math.fma
// CHECK-NOT: keops.
func.func @exponential(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = keops.exp %x : (vector<8xf32>) -> vector<8xf32>
  return %0 : vector<8xf32>
}

// Without the instruction, no library call per element either.
// CHECK-LABEL: @no_fma
// CHECK-NOT: math.fma
// CHECK: return
func.func @no_fma(%x: vector<4xf32>) -> vector<4xf32> attributes {keops.fma = false} {
  %0 = keops.exp %x : (vector<4xf32>) -> vector<4xf32>
  return %0 : vector<4xf32>
}

// Integers have operations of their own.
// CHECK-LABEL: @integers
// CHECK: arith.addi
// CHECK: arith.cmpi slt
func.func @integers(%a: vector<8xi64>, %b: vector<8xi64>) -> vector<8xi1> {
  %0 = keops.add %a, %b : (vector<8xi64>, vector<8xi64>) -> vector<8xi64>
  %1 = keops.lt %0, %b : (vector<8xi64>, vector<8xi64>) -> vector<8xi1>
  return %1 : vector<8xi1>
}

// An exponential: both halves in one instruction each, and results below the
// normal numbers are 0 by the mode of the function.
// CHECK-LABEL: @exponential512
// CHECK: "llvm.x86.sse.stmxcsr"(%[[BEFORE:.*]])
// CHECK: "llvm.x86.sse.ldmxcsr"
// CHECK: "llvm.x86.avx512.mask.reduce.ps.512"
// CHECK: %[[ALL:.*]] = arith.constant -1 : i16
// CHECK: "llvm.x86.avx512.mask.scalef.ps.512"({{.*}}, {{.*}}, {{.*}}, %[[ALL]]
// CHECK: "llvm.x86.sse.ldmxcsr"(%[[BEFORE]])
// CHECK: return
func.func @exponential512(%x: vector<16xf32>) -> vector<16xf32> attributes {keops.vector_bits = 512 : i64} {
  %0 = keops.exp2 %x : (vector<16xf32>) -> vector<16xf32>
  return %0 : vector<16xf32>
}

// An exponent that is never positive needs no upper bound.
// CHECK-LABEL: @never_positive
// CHECK: arith.select
// CHECK-NOT: arith.select
// CHECK: return
func.func @never_positive(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = keops.mul %x, %x : (vector<8xf32>, vector<8xf32>) -> vector<8xf32>
  %1 = keops.neg %0 : (vector<8xf32>) -> vector<8xf32>
  %2 = keops.exp2_fraction %1 : (vector<8xf32>) -> vector<8xf32>
  return %2 : vector<8xf32>
}

// Elsewhere scaling by 2^n is masked, with 0 below the range, and subnormal
// numbers are kept.
// CHECK-LABEL: @avx512
// CHECK-NOT: mxcsr
// CHECK: %[[NORMAL:.*]] = arith.cmpf ugt
// CHECK: %[[BITS:.*]] = vector.bitcast %[[NORMAL]] : vector<16xi1> to vector<1xi16>
// CHECK: %[[MASK:.*]] = vector.extract %[[BITS]][0]
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK: "llvm.x86.avx512.mask.scalef.ps.512"({{.*}}, {{.*}}, %[[ZERO]], %[[MASK]]
func.func @avx512(%x: vector<16xf32>) -> vector<16xf32> attributes {keops.vector_bits = 512 : i64} {
  %0 = keops.ldexp %x, %x : (vector<16xf32>, vector<16xf32>) -> vector<16xf32>
  return %0 : vector<16xf32>
}
