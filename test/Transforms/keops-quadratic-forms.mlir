// RUN: keops-opt %s --keops-quadratic-forms --canonicalize --cse | FileCheck %s

// <d, A d> -> d_0 (A_00 d_0 + (A_01 + A_10) d_1) + d_1 A_11 d_1
// CHECK-LABEL: @form
// CHECK: %[[D:.*]] = keops.sub
// CHECK-NOT: tensordot
// CHECK-DAG: %[[A00:.*]] = keops.slice %arg2 from 0
// CHECK-DAG: %[[A01:.*]] = keops.slice %arg2 from 1
// CHECK-DAG: %[[A10:.*]] = keops.slice %arg2 from 2
// CHECK-DAG: %[[A11:.*]] = keops.slice %arg2 from 3
// CHECK-DAG: %[[D1:.*]] = keops.slice %[[D]] from 1
// CHECK-DAG: %[[S:.*]] = keops.add %[[A01]], %[[A10]]
// CHECK-DAG: %[[W:.*]] = keops.concat %[[A00]], %[[S]]
// CHECK-DAG: %[[P:.*]] = keops.mul %[[W]], %[[D]]
// CHECK-DAG: %[[T0:.*]] = keops.sum %[[P]]
// CHECK-DAG: %[[T1:.*]] = keops.mul %[[A11]], %[[D1]]
// CHECK: %[[T:.*]] = keops.concat %[[T0]], %[[T1]]
// CHECK: %[[Q:.*]] = keops.mul %[[D]], %[[T]]
// CHECK: %[[OUT:.*]] = keops.sum %[[Q]]
// CHECK: keops.exp2 %[[OUT]]
keops.kernel @form arguments [#keops.argument<"x", i, f32, [2]>, #keops.argument<"y", j, f32, [2]>, #keops.argument<"A", param, f32, [2, 2]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<2xf32>, %y: vector<2xf32>, %A: vector<4xf32>):
  %0 = keops.sub %x, %y : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %1 = keops.tensordot %A, %0 dims [2, 2], [2] contract [1], [0] : (vector<4xf32>, vector<2xf32>) -> vector<2xf32>
  %2 = keops.mul %0, %1 : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %3 = keops.sum %2 : (vector<2xf32>) -> vector<1xf32>
  %4 = keops.exp2 %3 : (vector<1xf32>) -> vector<1xf32>
  %5 = keops.reduce "sum" over j (%4) : (vector<1xf32>) -> vector<1xf32>
  keops.return %5 : vector<1xf32>
}

// Another vector meets the whole matrix.
// CHECK-LABEL: @bilinear
// CHECK: keops.tensordot
keops.kernel @bilinear arguments [#keops.argument<"x", i, f32, [2]>, #keops.argument<"y", j, f32, [2]>, #keops.argument<"A", param, f32, [2, 2]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<2xf32>, %y: vector<2xf32>, %A: vector<4xf32>):
  %0 = keops.sub %x, %y : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %1 = keops.tensordot %A, %0 dims [2, 2], [2] contract [1], [0] : (vector<4xf32>, vector<2xf32>) -> vector<2xf32>
  %2 = keops.mul %y, %1 : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %3 = keops.sum %2 : (vector<2xf32>) -> vector<1xf32>
  %4 = keops.reduce "sum" over j (%3) : (vector<1xf32>) -> vector<1xf32>
  keops.return %4 : vector<1xf32>
}

// A product that is needed anyway stays; so does a matrix of each pair.
// CHECK-LABEL: @shared
// CHECK: keops.tensordot
keops.kernel @shared arguments [#keops.argument<"x", i, f32, [2]>, #keops.argument<"y", j, f32, [2]>, #keops.argument<"A", param, f32, [2, 2]>] results [#keops.argument<"r", i, f32, [2]>] {
^bb0(%x: vector<2xf32>, %y: vector<2xf32>, %A: vector<4xf32>):
  %0 = keops.sub %x, %y : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %1 = keops.tensordot %A, %0 dims [2, 2], [2] contract [1], [0] : (vector<4xf32>, vector<2xf32>) -> vector<2xf32>
  %2 = keops.mul %0, %1 : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %3 = keops.sum %2 : (vector<2xf32>) -> vector<1xf32>
  %4 = keops.broadcast %3 : (vector<1xf32>) -> vector<2xf32>
  %5 = keops.mul %4, %1 : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %6 = keops.reduce "sum" over j (%5) : (vector<2xf32>) -> vector<2xf32>
  keops.return %6 : vector<2xf32>
}

// CHECK-LABEL: @pairs
// CHECK: keops.tensordot
keops.kernel @pairs arguments [#keops.argument<"x", i, f32, [2]>, #keops.argument<"y", j, f32, [2]>, #keops.argument<"A", i, f32, [2, 2]>, #keops.argument<"b", j, f32, [4]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<2xf32>, %y: vector<2xf32>, %A: vector<4xf32>, %b: vector<4xf32>):
  %0 = keops.sub %x, %y : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %1 = keops.mul %A, %b : (vector<4xf32>, vector<4xf32>) -> vector<4xf32>
  %2 = keops.tensordot %1, %0 dims [2, 2], [2] contract [1], [0] : (vector<4xf32>, vector<2xf32>) -> vector<2xf32>
  %3 = keops.mul %0, %2 : (vector<2xf32>, vector<2xf32>) -> vector<2xf32>
  %4 = keops.sum %3 : (vector<2xf32>) -> vector<1xf32>
  %5 = keops.reduce "sum" over j (%4) : (vector<1xf32>) -> vector<1xf32>
  keops.return %5 : vector<1xf32>
}
