// RUN: keops-opt %s --canonicalize | FileCheck %s

// A slice of everything, a cast to the same type: the row itself.
// CHECK-LABEL: @identities
// CHECK-NEXT: ^bb0(%[[X:.*]]: vector<3xf32>)
// CHECK-NEXT: keops.return %[[X]], %[[X]]
keops.kernel @identities arguments [#keops.argument<"x", i, f32, [3]>]
    results [#keops.argument<"a", i, f32, [3]>, #keops.argument<"b", i, f32, [3]>] {
^bb0(%x: vector<3xf32>):
  %0 = keops.slice %x from 0 : (vector<3xf32>) -> vector<3xf32>
  %1 = keops.cast %x : (vector<3xf32>) -> vector<3xf32>
  keops.return %0, %1 : vector<3xf32>, vector<3xf32>
}

// A broadcast constant is a constant.
// CHECK-LABEL: @constants
// CHECK: keops.constant dense<2.000000e+00> : vector<3xf32>
// CHECK-NOT: keops.broadcast
keops.kernel @constants arguments [] results [#keops.argument<"a", param, f32, [3]>] {
  %0 = keops.constant dense<2.0> : vector<1xf32>
  %1 = keops.broadcast %0 : (vector<1xf32>) -> vector<3xf32>
  keops.return %1 : vector<3xf32>
}
