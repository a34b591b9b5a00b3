// RUN: keops-opt %s --convert-keops-to-tile --tile-schedule | FileCheck %s
// RUN: keops-opt %s --convert-keops-to-tile --tile-schedule --keops-verify-level | FileCheck %s

// A copy of the nest per target, with as many lanes as the vectors hold.
// CHECK-LABEL: @f32
// CHECK: schedule <lanes = 16{{.*}} target = "x86-64-v4"
// CHECK: schedule <lanes = 8{{.*}} target = "x86-64-v3"
// CHECK: schedule <lanes = 4{{.*}} target = "x86-64-v2"
keops.kernel @f32 arguments [#keops.argument<"y", j, f32, [1]>, #keops.argument<"x", i, f32, [1]>]
    results [#keops.argument<"out", i, f32, [1]>] {
^bb0(%y: vector<1xf32>, %x: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  keops.return %1 : vector<1xf32>
}

// Wide rows reuse both sides from registers.
// CHECK-LABEL: @wide
// CHECK: tile = 4 x 4
keops.kernel @wide arguments [#keops.argument<"y", j, f32, [50]>, #keops.argument<"x", i, f32, [50]>]
    results [#keops.argument<"out", i, f32, [1]>] {
^bb0(%y: vector<50xf32>, %x: vector<50xf32>):
  %0 = keops.mul %x, %y : (vector<50xf32>, vector<50xf32>) -> vector<50xf32>
  %1 = keops.sum %0 : (vector<50xf32>) -> vector<1xf32>
  %2 = keops.reduce "sum" over j (%1) : (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}
