// RUN: keops-opt %s --keops-hoist-invariants --cse | FileCheck %s

// -(g s_ij) -> (-g) s_ij
// CHECK-LABEL: @sign
// CHECK: %[[G:.*]] = keops.neg %arg0
// CHECK: %[[OUT:.*]] = keops.mul %{{.*}}%[[G]]
// CHECK: keops.exp %[[OUT]]
keops.kernel @sign arguments [#keops.argument<"g", param, f32, [1]>, #keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%g: vector<1xf32>, %x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %g, %0 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.neg %1 : (vector<1xf32>) -> vector<1xf32>
  %3 = keops.exp %2 : (vector<1xf32>) -> vector<1xf32>
  %4 = keops.reduce "sum" over j (%3) : (vector<1xf32>) -> vector<1xf32>
  keops.return %4 : vector<1xf32>
}

// g sum(w d_ij) -> sum((g w) d_ij)
// CHECK-LABEL: @weights
// CHECK-DAG: %[[GW:.*]] = keops.mul %arg1, %{{.*}} : (vector<3xf32>, vector<3xf32>)
// CHECK-DAG: %[[D:.*]] = keops.sub
// CHECK: %[[T:.*]] = keops.mul %[[GW]], %[[D]]
// CHECK: %[[S:.*]] = keops.sum %[[T]]
// CHECK: keops.exp %[[S]]
keops.kernel @weights arguments [#keops.argument<"g", param, f32, [1]>, #keops.argument<"w", param, f32, [3]>, #keops.argument<"x", i, f32, [3]>, #keops.argument<"y", j, f32, [3]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%g: vector<1xf32>, %w: vector<3xf32>, %x: vector<3xf32>, %y: vector<3xf32>):
  %0 = keops.sub %x, %y : (vector<3xf32>, vector<3xf32>) -> vector<3xf32>
  %1 = keops.mul %w, %0 : (vector<3xf32>, vector<3xf32>) -> vector<3xf32>
  %2 = keops.sum %1 : (vector<3xf32>) -> vector<1xf32>
  %3 = keops.mul %2, %g : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %4 = keops.exp %3 : (vector<1xf32>) -> vector<1xf32>
  %5 = keops.reduce "sum" over j (%4) : (vector<1xf32>) -> vector<1xf32>
  keops.return %5 : vector<1xf32>
}

// (s_ij g) h -> s_ij (g h)
// CHECK-LABEL: @numbers
// CHECK-DAG: %[[GH:.*]] = keops.mul %arg{{[01]}}, %arg{{[01]}}
// CHECK-DAG: %[[S:.*]] = keops.sub
// CHECK: keops.mul %[[S]], %[[GH]]
// CHECK-NOT: keops.mul
// CHECK: keops.return
keops.kernel @numbers arguments [#keops.argument<"g", param, f32, [1]>, #keops.argument<"h", param, f32, [1]>, #keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%g: vector<1xf32>, %h: vector<1xf32>, %x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %0, %g : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.mul %1, %h : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %3 = keops.reduce "max" over j (%2) : (vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}

// s_ij / h_i -> s_ij (1 / h_i): one division per row.
// CHECK-LABEL: @division
// CHECK: %[[INV:.*]] = keops.div %{{.*}}, %arg0
// CHECK: keops.mul %{{.*}}, %[[INV]]
// CHECK-NOT: keops.div
// CHECK: keops.return
keops.kernel @division arguments [#keops.argument<"h", i, f32, [1]>, #keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%h: vector<1xf32>, %x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.div %0, %h : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.reduce "max" over j (%1) : (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// A division that differs from pair to pair stays one.
// CHECK-LABEL: @pair_division
// CHECK: %[[D:.*]] = keops.sub
// CHECK: keops.div %arg0, %[[D]]
keops.kernel @pair_division arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.div %x, %0 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.reduce "max" over j (%1) : (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// g <d_ij, A d_ij> -> <d_ij, (g A) d_ij>
// CHECK-LABEL: @contraction
// CHECK-DAG: %[[G:.*]] = keops.broadcast %arg0
// CHECK-DAG: %[[GA:.*]] = keops.mul %arg1, %[[G]]
// CHECK: keops.tensordot %[[GA]]
// CHECK: %[[S:.*]] = keops.sum
// CHECK: keops.exp %[[S]]
keops.kernel @contraction arguments [#keops.argument<"g", param, f32, [1]>, #keops.argument<"A", param, f32, [2, 2]>, #keops.argument<"x", i, f32, [2]>, #keops.argument<"y", j, f32, [2]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%g: vector<1xf32>, %A: vector<4xf32>, %x: vector<2xf32>, %y: vector<2xf32>):
  %0 = keops.sub %x, %y : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %1 = keops.tensordot %A, %0 dims [2, 2], [2] contract [1], [0] : (vector<4xf32>, vector<2xf32>) -> vector<2xf32>
  %2 = keops.mul %0, %1 : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %3 = keops.sum %2 : (vector<2xf32>) -> vector<1xf32>
  %4 = keops.mul %3, %g : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %5 = keops.exp %4 : (vector<1xf32>) -> vector<1xf32>
  %6 = keops.reduce "sum" over j (%5) : (vector<1xf32>) -> vector<1xf32>
  keops.return %6 : vector<1xf32>
}
