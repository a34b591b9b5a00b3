// RUN: keops-opt %s --convert-keops-to-tile --tile-schedule --convert-tile-to-scf | FileCheck %s

// Narrow rows are loaded with all that is between them, from a copy where they are fewer than the lanes; the last vector
// ends with the rows.
// CHECK-LABEL: func.func private @"keops.narrow.0.x86-64-v3.accumulate"
// CHECK: arith.select {{.*}} : !llvm.ptr
// CHECK: arith.minsi
// CHECK: llvm.load {{.*}} -> vector<24xf32>
// CHECK-COUNT-3: llvm.shufflevector {{.*}} : vector<24xf32>
keops.kernel @narrow arguments [#keops.argument<"x", i, f32, [3]>, #keops.argument<"y", j, f32, [3]>]
                     results [#keops.argument<"out", i, f32, [3]>] {
^bb0(%x: vector<3xf32>, %y: vector<3xf32>):
  %0 = keops.max %x, %y : (vector<3xf32>, vector<3xf32>) -> vector<3xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<3xf32>) -> vector<3xf32>
  keops.return %1 : vector<3xf32>
}

// And results are stored as they are loaded.
// CHECK-LABEL: func.func private @"keops.narrow.0.x86-64-v3.finish"
// CHECK: llvm.store {{.*}} : vector<24xf32>

// Wider ones in squares of 16 bytes.
// CHECK-LABEL: func.func private @"keops.wide.0.x86-64-v3.accumulate"
// CHECK-COUNT-8: llvm.load {{.*}} -> vector<4xf32>
// CHECK: llvm.shufflevector {{.*}}[0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>
keops.kernel @wide arguments [#keops.argument<"x", i, f32, [5]>, #keops.argument<"y", j, f32, [5]>]
                   results [#keops.argument<"out", i, f32, [5]>] {
^bb0(%x: vector<5xf32>, %y: vector<5xf32>):
  %0 = keops.max %x, %y : (vector<5xf32>, vector<5xf32>) -> vector<5xf32>
  %1 = keops.reduce "sum" over j (%0) : (vector<5xf32>) -> vector<5xf32>
  keops.return %1 : vector<5xf32>
}
