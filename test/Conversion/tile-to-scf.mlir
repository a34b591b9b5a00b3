// RUN: keops-opt %s --convert-keops-to-tile --tile-schedule --convert-tile-to-scf | FileCheck %s

// One set of functions per CPU variant, and a table for the runtime.
// CHECK: module attributes {keops.kernels = [
// CHECK-SAME: accumulate_few = "keops.total.0.x86-64-v4.accumulate_few"
// CHECK-SAME: cpu = "x86-64-v2"
// CHECK-NOT: keops.kernel
// CHECK: func.func private @"keops.total.0.x86-64-v4.accumulate"
// CHECK: vector<16xf32>
// CHECK: func.func private @"keops.total.0.x86-64-v2.accumulate"(
// CHECK: vector<4xf32>
keops.kernel @total arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>]
                    results [#keops.argument<"out", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  keops.return %1 : vector<1xf32>
}
