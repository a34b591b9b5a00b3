// RUN: keops-opt %s --keops-differentiate --canonicalize --cse | FileCheck %s

// d/dx exp(x y) e = exp(x y) y e, summed over j; the exponential is used again.
// CHECK-LABEL: @own_rows
// CHECK-COUNT-1: keops.exp
// CHECK: keops.reduce "sum" over  j
// CHECK-NOT: keops.{{exp|reduce|grad}}
keops.kernel @own_rows arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>, #keops.argument<"e", i, f32, [1]>]
    results [#keops.argument<"d", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>, %e: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.exp %0 : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.reduce "sum" over j (%1) : (vector<1xf32>) -> vector<1xf32>
  %3 = keops.grad (%2) by (%e) wrt (%x) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}

// The gradient in a row of j sums over i, without a sum over j.
// CHECK-LABEL: @other_rows
// CHECK-NOT: over  j
// CHECK: keops.reduce "sum" over  i
// CHECK-NOT: keops.reduce
keops.kernel @other_rows arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>, #keops.argument<"e", i, f32, [1]>]
    results [#keops.argument<"d", j, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>, %e: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.grad (%1) by (%e) wrt (%y) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// Within one pair nothing is summed.
// CHECK-LABEL: @one_pair
// CHECK: keops.reduce
// CHECK-NOT: keops.reduce
keops.kernel @one_pair arguments [#keops.argument<"x", i, f32, [2]>, #keops.argument<"y", j, f32, [2]>]
    results [#keops.argument<"d", i, f32, [2]>] {
^bb0(%x: vector<2xf32>, %y: vector<2xf32>):
  %0 = keops.mul %x, %y : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %1 = keops.grad pointwise (%0) by (%y) wrt (%x) : (vector<2xf32>), (vector<2xf32>), (vector<2xf32>) -> vector<2xf32>
  %2 = keops.reduce "sum" over j (%1) : (vector<2xf32>) -> vector<2xf32>
  keops.return %2 : vector<2xf32>
}

// A tangent goes through the sum.
// CHECK-LABEL: @forward
// CHECK: %[[T:.*]] = keops.mul %arg{{[01]}}, %arg{{[12]}}
// CHECK: keops.reduce "sum" over  j(%[[T]])
// CHECK-NOT: keops.{{mul|reduce|jvp}}
keops.kernel @forward arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>, #keops.argument<"t", i, f32, [1]>]
    results [#keops.argument<"d", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>, %t: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.jvp (%1) by (%t) wrt (%x) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// A smallest entry is differentiated through its index.
// CHECK-LABEL: @companion
// CHECK: keops.reduce "min_argmin"
// CHECK: keops.eq
// CHECK-NOT: keops.reduce "min"
keops.kernel @companion arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>, #keops.argument<"e", i, f32, [1]>]
    results [#keops.argument<"d", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>, %e: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "min" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.grad (%1) by (%e) wrt (%x) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// Constant wherever it has a derivative: zero.
// CHECK-LABEL: @no_derivative
// CHECK: %[[ZERO:.*]] = keops.constant dense<0.000000e+00>
// CHECK-NEXT: keops.return %[[ZERO]]
keops.kernel @no_derivative arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"e", i, f32, [1]>]
    results [#keops.argument<"d", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %e: vector<1xf32>):
  %0 = keops.floor %x : (vector<1xf32>) -> vector<1xf32>
  %1 = keops.grad (%0) by (%e) wrt (%x) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  keops.return %1 : vector<1xf32>
}

// The guard of a branch stays outermost: no product of 0 and infinity.
// CHECK-LABEL: @guarded
// CHECK: %[[INSIDE:.*]] = keops.mul
// CHECK: %[[GUARDED:.*]] = keops.select %arg1, %[[INSIDE]], %{{.*}}
// CHECK: keops.return %[[GUARDED]]
keops.kernel @guarded arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"c", i, i1, [1]>, #keops.argument<"e", i, f32, [1]>]
    results [#keops.argument<"d", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %c: vector<1xi1>, %e: vector<1xf32>):
  %0 = keops.log %x : (vector<1xf32>) -> vector<1xf32>
  %1 = keops.select %c, %0, %e : (vector<1xi1>, vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.grad (%1) by (%e) wrt (%x) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// The outer derivative sees the operations of the inner one: 6 x.
// CHECK-LABEL: @second
// CHECK-NOT: keops.{{grad|jvp}}
// CHECK: keops.return
keops.kernel @second arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"e", i, f32, [1]>]
    results [#keops.argument<"d", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %e: vector<1xf32>):
  %0 = keops.square %x : (vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %0, %x : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.grad (%1) by (%e) wrt (%x) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  %3 = keops.jvp (%2) by (%e) wrt (%x) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}

// What is given is not computed.
// CHECK-LABEL: @given
// CHECK-NOT: logsumexp
// CHECK: keops.select %{{.*}}, %{{.*}}, %arg3
// CHECK-NOT: logsumexp
// CHECK: keops.return
keops.kernel @given arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>, #keops.argument<"e", i, f32, [1]>, #keops.argument<"l", i, f32, [1]>]
    results [#keops.argument<"d", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>, %e: vector<1xf32>, %l: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "logsumexp" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.grad (%1) by (%e) wrt (%x) given (%1 : vector<1xf32>) as (%l : vector<1xf32>) : (vector<1xf32>), (vector<1xf32>), (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}
