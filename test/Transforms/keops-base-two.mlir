// RUN: keops-opt %s --keops-base-two | FileCheck %s

// exp(g s_ij) -> exp2((g log2(e)) s_ij)
// CHECK-LABEL: @factor
// CHECK: %[[C:.*]] = keops.constant dense<1.44269502>
// CHECK: %[[G:.*]] = keops.mul %arg0, %[[C]]
// CHECK: %[[S:.*]] = keops.mul %[[G]]
// CHECK: keops.exp2 %[[S]]
keops.kernel @factor arguments [#keops.argument<"g", param, f32, [1]>, #keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%g: vector<1xf32>, %x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %g, %0 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.exp %1 : (vector<1xf32>) -> vector<1xf32>
  %3 = keops.reduce "sum" over j (%2) : (vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}

// A difference may cancel: its terms are not scaled. Nor is a product of rows, which may be exact.
// CHECK-LABEL: @terms
// CHECK-NOT: keops.exp2
// CHECK-COUNT-2: keops.exp %
keops.kernel @terms arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.exp %0 : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %3 = keops.exp %2 : (vector<1xf32>) -> vector<1xf32>
  %4 = keops.mul %1, %3 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %5 = keops.reduce "sum" over j (%4) : (vector<1xf32>) -> vector<1xf32>
  keops.return %5 : vector<1xf32>
}

// CHECK-LABEL: @scores
// CHECK: keops.reduce "logsumexp_base2"
keops.kernel @scores arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"r", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.constant dense<1.0> : vector<1xf32>
  %2 = keops.reduce "logsumexp" over j (%0, %1) : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}
