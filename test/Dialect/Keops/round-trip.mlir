// RUN: keops-opt %s | keops-opt | FileCheck %s

// CHECK-LABEL: keops.kernel @total
// CHECK-SAME: #keops.argument<"b", j, f32, [1]>
keops.kernel @total arguments [#keops.argument<"b", j, f32, [1]>]
                    results [#keops.argument<"out", param, f32, [1]>] {
^bb0(%b: vector<1xf32>):
  // CHECK: keops.reduce "sum" over j(%{{.*}}) : (vector<1xf32>) -> vector<1xf32>
  %0 = keops.reduce "sum" over j (%b) : (vector<1xf32>) -> vector<1xf32>
  keops.return %0 : vector<1xf32>
}

// CHECK-LABEL: keops.kernel @nearest
keops.kernel @nearest arguments [#keops.argument<"x", i, f32, [2, 2]>]
                      results [#keops.argument<"d", i, f32, [3]>, #keops.argument<"n", i, i64, [3]>] {
^bb0(%x: vector<4xf32>):
  // CHECK: keops.slice %{{.*}} from 1 : (vector<4xf32>) -> vector<1xf32>
  %0 = keops.slice %x from 1 : (vector<4xf32>) -> vector<1xf32>
  // CHECK: keops.reduce "kmin_argkmin" over j(%{{.*}}) k = 3
  %1:2 = keops.reduce "kmin_argkmin" over j (%0) k = 3 : (vector<1xf32>) -> (vector<3xf32>, vector<3xi64>)
  keops.return %1#0, %1#1 : vector<3xf32>, vector<3xi64>
}

// CHECK-LABEL: keops.kernel @product
keops.kernel @product arguments [#keops.argument<"A", param, f32, [2, 3]>, #keops.argument<"x", i, f32, [3]>]
                      results [#keops.argument<"out", i, f32, [2]>] {
^bb0(%A: vector<6xf32>, %x: vector<3xf32>):
  // CHECK: keops.tensordot %{{.*}}, %{{.*}} dims [2, 3], [3] contract [1], [0]
  %0 = keops.tensordot %A, %x dims [2, 3], [3] contract [1], [0] : (vector<6xf32>, vector<3xf32>) -> vector<2xf32>
  keops.return %0 : vector<2xf32>
}

// CHECK-LABEL: keops.kernel @derivatives
keops.kernel @derivatives arguments [#keops.argument<"x", i, f32, [3]>, #keops.argument<"e", i, f32, [1]>, #keops.argument<"out", i, f32, [1]>]
                          results [#keops.argument<"d", i, f32, [3]>, #keops.argument<"t", i, f32, [1]>] {
^bb0(%x: vector<3xf32>, %e: vector<1xf32>, %out: vector<1xf32>):
  %0 = keops.sum %x : (vector<3xf32>) -> vector<1xf32>
  // CHECK: %[[D:.*]] = keops.grad(%[[F:.*]]) by(%{{.*}}) wrt(%{{.*}}) given(%[[F]] : vector<1xf32>) as(%{{.*}} : vector<1xf32>) : (vector<1xf32>), (vector<1xf32>), (vector<3xf32>) -> vector<3xf32>
  %1 = keops.grad (%0) by (%e) wrt (%x) given (%0 : vector<1xf32>) as (%out : vector<1xf32>) : (vector<1xf32>), (vector<1xf32>), (vector<3xf32>) -> vector<3xf32>
  // CHECK: keops.jvp pointwise(%[[F]]) by(%[[D]]) wrt(%{{.*}}) : (vector<1xf32>), (vector<3xf32>), (vector<3xf32>) -> vector<1xf32>
  %2 = keops.jvp pointwise (%0) by (%1) wrt (%x) : (vector<1xf32>), (vector<3xf32>), (vector<3xf32>) -> vector<1xf32>
  keops.return %1, %2 : vector<3xf32>, vector<1xf32>
}
