// RUN: keops-opt %s --convert-keops-to-tile --split-input-file | FileCheck %s

// What depends on one side alone is computed in that side's stage.
// CHECK-LABEL: @hoist
// CHECK: row_stage {
// CHECK-NEXT: %[[E:.*]] = keops.exp
// CHECK-NEXT: tile.yield %[[E]]
// CHECK: pair {
// CHECK-NOT: keops.exp
// CHECK: keops.mul
// CHECK: finish
keops.kernel @hoist arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>]
                    results [#keops.argument<"out", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.exp %x : (vector<1xf32>) -> vector<1xf32>
  %1 = keops.mul %0, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %2 = keops.reduce "sum" over j (%1) : (vector<1xf32>) -> vector<1xf32>
  keops.return %2 : vector<1xf32>
}

// -----

// Two reductions over the same axis run in one nest; the quotient finishes it.
// CHECK-LABEL: @ratio
// CHECK-COUNT-1: tile.nest
// CHECK-SAME: "sum", 1, 0, [vector<1xf32>]>, #tile.accumulator<"max"
// CHECK: finish
// CHECK: keops.div
// CHECK-NOT: tile.nest
keops.kernel @ratio arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>]
                    results [#keops.argument<"out", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.reduce "max" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  %3 = keops.div %1, %2 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}

// -----

// A reduction over both axes is stored for the nest that finishes the result.
// CHECK-LABEL: @normalised
// CHECK: tile.nest rows {{ *}}i columns {{ *}}j full true
// CHECK: tile.nest rows {{ *}}i columns {{ *}}j full false
// CHECK-NOT: keops.reduce
keops.kernel @normalised arguments [#keops.argument<"x", i, f32, [1]>, #keops.argument<"y", j, f32, [1]>]
                         results [#keops.argument<"out", i, f32, [1]>] {
^bb0(%x: vector<1xf32>, %y: vector<1xf32>):
  %0 = keops.sub %x, %y : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  %1 = keops.reduce "sum" over ij (%0) : (vector<1xf32>) -> vector<1xf32>
  %2 = keops.reduce "sum" over j (%0) : (vector<1xf32>) -> vector<1xf32>
  %3 = keops.div %2, %1 : (vector<1xf32>, vector<1xf32>) -> vector<1xf32>
  keops.return %3 : vector<1xf32>
}
