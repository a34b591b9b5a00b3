// RUN: keops-opt %s --keops-fuse-reductions | FileCheck %s

// Beside a sum over j, a sum over all pairs starts in its pass.
// CHECK-LABEL: @beside
// CHECK: %[[INNER:.*]] = keops.reduce "sum" over  j
// CHECK: keops.reduce "sum" over  i(%[[INNER]])
// CHECK-NOT: over  ij
keops.kernel @beside arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"a", param, f32, [1]>, #keops.argument<"b", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over ij (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.reduce "max" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  keops.return %1, %2 : vector<1xf32>, vector<1xf32>
}

// Alone it stays, and so does one that needs the other's result.
// CHECK-LABEL: @later
// CHECK: keops.reduce "sum" over  ij
keops.kernel @later arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>] results [#keops.argument<"a", param, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.mul %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.mul %0, %1 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %3 = keops.reduce "sum" over ij (%2) : (vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}

// Wide partial sums are not stored per row.
// CHECK-LABEL: @wide
// CHECK: keops.reduce "sum" over  ij
keops.kernel @wide arguments [#keops.argument<"x", i, f32, [40]>, #keops.argument<"y", j, f32, [40]>] results [#keops.argument<"a", param, f32, [40]>, #keops.argument<"b", i, f32, [40]>] {
^bb0(%x: vector<40xf32>, %y: vector<40xf32>):
  %0 = keops.mul %x, %y : (vector<40xf32>, vector<40xf32>) -> vector<40xf32>
  %1 = keops.reduce "sum" over ij (%0) : (vector<40xf32>) -> vector<40xf32>
  %2 = keops.reduce "sum" over j (%0) : (vector<40xf32>) -> vector<40xf32>
  keops.return %1, %2 : vector<40xf32>, vector<40xf32>
}
