// RUN: keops-opt %s --pass-pipeline='builtin.module(func.func(keops-loops-to-llvm))' | FileCheck %s
// The bodies of functions, whole; functions themselves are converted later.

// CHECK-LABEL: func.func @lanes
// CHECK: llvm.intr.fma
// CHECK: llvm.fdiv
// CHECK: llvm.intr.vector.reduce.fadd
// CHECK-NEXT: return
func.func @lanes(%x: vector<4xf32>) -> f32 {
  %y = math.fma %x, %x, %x : vector<4xf32>
  %z = arith.divf %y, %x : vector<4xf32>
  %sum = vector.reduction <add>, %z : vector<4xf32> into f32
  return %sum : f32
}

// CHECK-LABEL: func.func @branch
// CHECK: %[[CONDITION:.*]] = llvm.icmp "slt"
// CHECK: llvm.cond_br %[[CONDITION]], ^[[THEN:.*]], ^[[ELSE:.*]]
// CHECK: ^[[THEN]]:
// CHECK: llvm.br ^[[ELSE]]
// CHECK-NOT: cf.
func.func @branch(%a: i64, %b: i64) {
  %less = arith.cmpi slt, %a, %b : i64
  cf.cond_br %less, ^then, ^done
^then:
  cf.br ^done
^done:
  return
}

// An index is a word.
// CHECK-LABEL: func.func @number
// CHECK: llvm.add {{.*}} : i64
func.func @number(%a: index, %b: index) -> index {
  %sum = arith.addi %a, %b : index
  return %sum : index
}
