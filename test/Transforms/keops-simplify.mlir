// RUN: keops-opt %s --keops-simplify | FileCheck %s

// x + 0 -> x, 1 x -> x
// CHECK-LABEL: @neutral
// CHECK-NEXT: ^bb0(%[[X:.*]]: vector<1xf32>)
// CHECK-NEXT: keops.return %[[X]]
keops.kernel @neutral arguments [#keops.argument<"x", i, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>):
  %zero = keops.constant dense<0.0> : vector<1xf32>
  %one = keops.constant dense<1.0> : vector<1xf32>
  %0 = keops.add %x, %zero : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %one, %0 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  keops.return %1 : vector<1xf32>
}

// (-x) (-y) -> x y
// CHECK-LABEL: @signs
// CHECK-NOT: keops.neg
// CHECK: keops.return
keops.kernel @signs arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.neg %x : (vector<1xf32>) -> vector<1xf32>
  %1 = keops.neg %y : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.mul %0, %1 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %3 = keops.reduce "sum" over j (%2) : (vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}

// 2 (3 x) -> 6 x
// CHECK-LABEL: @numbers
// CHECK: keops.constant dense<6.000000e+00>
// CHECK-COUNT-1: keops.mul
// CHECK-NOT: keops.mul
keops.kernel @numbers arguments [#keops.argument<"x", i, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>):
  %two = keops.constant dense<2.0> : vector<1xf32>
  %three = keops.constant dense<3.0> : vector<1xf32>
  %0 = keops.mul %three, %x : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %two, %0 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  keops.return %1 : vector<1xf32>
}

// x y + x z -> x (y + z)
// CHECK-LABEL: @common_factor
// CHECK: keops.add %arg1, %arg2
// CHECK-COUNT-1: keops.mul
// CHECK-NOT: keops.mul
keops.kernel @common_factor arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", i, f32, [1]>, #keops.argument<"z", i, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>, %z: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %x, %z : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.add %0, %1 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// exp(B(s)) -> B(exp(s)), and the sum of its components is a product.
// CHECK-LABEL: @repeated
// CHECK: keops.exp %{{.*}} : (vector<1xf32>) -> vector<1xf32>
// CHECK-NOT: keops.{{sum|broadcast}}
keops.kernel @repeated arguments [#keops.argument<"s", i, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%s: vector<1xf32>):
  %0 = keops.broadcast %s : (vector<1xf32>) -> vector<3xf32>
  %1 = keops.exp %0 : (vector<3xf32>) -> vector<3xf32>
  %2 = keops.sum %1 : (vector<3xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// What is cut off is not computed: sin(x)[1] -> sin(x[1])
// CHECK-LABEL: @cut
// CHECK: keops.slice %arg0 from 1
// CHECK: keops.sin %{{.*}} : (vector<1xf32>) -> vector<1xf32>
keops.kernel @cut arguments [#keops.argument<"x", i, f32, [3]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<3xf32>):
  %0 = keops.sin %x : (vector<3xf32>) -> vector<3xf32>
  %1 = keops.slice %0 from 1 : (vector<3xf32>) -> vector<1xf32>
  keops.return %1 : vector<1xf32>
}

// where(c, x, 0) + where(c, y, 0) -> where(c, x + y, 0)
// CHECK-LABEL: @choices
// CHECK-COUNT-1: keops.select
// CHECK-NOT: keops.select
keops.kernel @choices arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", i, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %zero = keops.constant dense<0.0> : vector<1xf32>
  %c = keops.lt %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xi1>
  %0 = keops.select %c, %x, %zero : (vector<1xi1>, vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.select %c, %y, %zero : (vector<1xi1>, vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.add %0, %1 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// Integers wrap around: nothing is assumed of their sums.
// CHECK-LABEL: @integers
// CHECK: keops.sum
keops.kernel @integers arguments [#keops.argument<"n", i, i32, [1]>] results [#keops.argument<"r", i, i32, [1]>] {
^bb0(%n: vector<1xi32>):
  %0 = keops.broadcast %n : (vector<1xi32>) -> vector<3xi32>
  %1 = keops.sum %0 : (vector<3xi32>) -> vector<1xi32>
  keops.return %1 : vector<1xi32>
}
