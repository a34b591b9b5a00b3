// RUN: keops-opt %s --keops-set-accumulation | FileCheck %s

// Sums become compensated sums; extremes stay.
// CHECK-LABEL: @sums
// CHECK: keops.reduce "sum_kahan"
// CHECK: keops.reduce "max"
keops.kernel @sums arguments [#keops.argument<"y", j, f32, [1]>]
    results [#keops.argument<"a", param, f32, [1]>, #keops.argument<"b", param, f32, [1]>] {
^bb0(%y: vector<1xf32>):
  %0 = keops.reduce "sum" over j (%y) : (vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "max" over j (%y) : (vector<1xf32>) -> vector<1xf32>
  keops.return %0, %1 : vector<1xf32>, vector<1xf32>
}
