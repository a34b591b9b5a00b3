// The tables hold the records in their order; costs are counted from formulas.
// RUN: keops-tblgen --gen-primitive-table %s -I %src/dialects -I %llvm_include | FileCheck %s --check-prefix=TABLE
// RUN: keops-tblgen --gen-primitive-docs %s -I %src/dialects -I %llvm_include | FileCheck %s --check-prefix=DOCS
// RUN: keops-tblgen --gen-primitive-kernels %s -I %src/dialects -I %llvm_include | FileCheck %s --check-prefix=KERNELS
// RUN: keops-tblgen --gen-primitive-tests %s -I %src/dialects -I %llvm_include | FileCheck %s --check-prefix=TESTS

include "keops/Records.td"

// TABLE: {"add",{{.*}}"arith.addf", "arith.addi"
// TABLE: {"trial",{{.*}}trial_partials, "x * x * x + d", "x * x * x + d",{{.*}}false, 3, "x^3 + d"
// DOCS: ### where
// KERNELS: kernel prim_select(i v_c, i v_a, i v_b) = where((v_c > 0), v_a, v_b)
// KERNELS-NOT: prim_trial
// TESTS: "name": "exp"
def Keops_TrialOp : Keops_Binary<"trial", ["x", "d"]> {
  let value = "x * x * x + d";
  let partials = ["3 * x * x", "1"];
  let math = "x^3 + d";
  let domain = ["0, 1", "0, 1"];
  let isPublic = 0;
}
