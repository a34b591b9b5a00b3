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
