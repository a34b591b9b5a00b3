// RUN: keops-opt %s --keops-factorize --canonicalize | FileCheck %s

// sum_j x_i y_ij -> x_i sum_j y_ij
// CHECK-LABEL: @factor
// CHECK: %[[SUM:.*]] = keops.reduce "sum" over  j(%arg1)
// CHECK: %[[OUT:.*]] = keops.mul
// CHECK: keops.return %[[OUT]]
keops.kernel @factor arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  keops.return %1 : vector<1xf32>
}

// sum_j x_i -> x_i size_j
// CHECK-LABEL: @nothing_varies
// CHECK: keops.size j
// CHECK-NOT: keops.reduce
// CHECK: keops.return
keops.kernel @nothing_varies arguments [#keops.argument<"x", i, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>):
  %0 = keops.reduce "sum" over j (%x) : (vector<1xf32>) -> vector<1xf32>
  keops.return %0 : vector<1xf32>
}

// A row leaves, one number is summed: sum_j x_i k_ij with x of 3 components.
// CHECK-LABEL: @row
// CHECK: keops.reduce "sum" over  j{{.*}} (vector<1xf32>) -> vector<1xf32>
keops.kernel @row arguments [#keops.argument<"x", i, f32, [3]>, #keops.argument<"k", j, f32, [1]>] results [#keops.argument<"r", i, f32, [3]>] {
^bb0(%x: vector<3xf32>, %k: vector<1xf32>):
  %0 = keops.broadcast %k : (vector<1xf32>) -> vector<3xf32>
  %1 = keops.mul %x, %0 : (vector<3xf32>, vector<3xf32>) -> vector<3xf32>
  %2 = keops.reduce "sum" over j (%1) : (vector<3xf32>) -> vector<3xf32>
  keops.return %2 : vector<3xf32>
}

// What the sum runs over stays inside, also where it is a sum over i itself.
// CHECK-LABEL: @varies
// CHECK: %[[S:.*]] = keops.reduce "sum" over  i
// CHECK: keops.reduce "sum" over  j
// CHECK-NOT: keops.mul
// CHECK: keops.return
keops.kernel @varies arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", param, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over i (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.mul %1, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %3 = keops.reduce "sum" over j (%2) : (vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}

// The mean of nothing is NaN, so a constant stays inside.
// CHECK-LABEL: @mean
// CHECK: keops.reduce "mean" over  j
keops.kernel @mean arguments [#keops.argument<"x", i, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>):
  %0 = keops.reduce "mean" over j (%x) : (vector<1xf32>) -> vector<1xf32>
  keops.return %0 : vector<1xf32>
}

// Extremes have no factors.
// CHECK-LABEL: @extreme
// CHECK: %[[XY:.*]] = keops.mul
// CHECK: keops.reduce "max" over  j(%[[XY]])
keops.kernel @extreme arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "max" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  keops.return %1 : vector<1xf32>
}

// <x_i, v_j - x_i> -> <x_i, v_j> - <x_i, x_i>, the second once per row.
// CHECK-LABEL: @scalar_product
// CHECK-COUNT-2: keops.sum
// CHECK: keops.sub %{{.*}} : (vector<1xf32>, vector<1xf32>)
keops.kernel @scalar_product arguments [#keops.argument<"x", i, f32, [3]>, #keops.argument<"v", j, f32, [3]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<3xf32>, %v: vector<3xf32>):
  %0 = keops.sub %v, %x : (vector<3xf32>, vector<3xf32>) -> vector<3xf32>
  %1 = keops.mul %x, %0 : (vector<3xf32>, vector<3xf32>) -> vector<3xf32>
  %2 = keops.sum %1 : (vector<3xf32>) -> vector<1xf32>
  %3 = keops.exp %2 : (vector<1xf32>) -> vector<1xf32>
  %4 = keops.reduce "sum" over j (%3) : (vector<1xf32>) -> vector<1xf32>
  keops.return %4 : vector<1xf32>
}

// k_ij x_i y_j + c k_ij x_i -> k_ij x_i (y_j + c), and x_i leaves the sum.
// CHECK-LABEL: @common
// CHECK: %[[K:.*]] = keops.exp
// CHECK: keops.add
// CHECK: %[[INSIDE:.*]] = keops.mul %[[K]]
// CHECK: keops.reduce "sum" over  j(%[[INSIDE]])
keops.kernel @common arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>, #keops.argument<"c", param, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>, %c: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %k = keops.exp %0 : (vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %k, %x : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.mul %1, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %3 = keops.mul %c, %1 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %4 = keops.add %2, %3 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %5 = keops.reduce "sum" over j (%4) : (vector<1xf32>) -> vector<1xf32>
  keops.return %5 : vector<1xf32>
}
