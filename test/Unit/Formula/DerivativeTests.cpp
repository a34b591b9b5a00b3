//===- DerivativeTests.cpp - derivatives inside formulas ------------------===//

#include "TestChecker.h"
#include "gtest/gtest.h"

using namespace keops;
using llvm::StringRef;

TEST(Derivatives, AreShapedLikeTheVariableOrTheFormula) {
  auto result = [](StringRef formula) {
    return signature(
        ("kernel k(param p, i x[3], j y[3], i A[2, 3]) -> (r) = " + formula)
            .str());
  };
  std::string variables = "p, i x[3], j y[3], i A[2, 3] -> ";
  EXPECT_EQ(result("sum_j(grad(sqdist(x, y), y, 1))"), variables + "i r[3]");
  EXPECT_EQ(result("sum_j(jvp(x * y, y, p))"), variables + "i r[3]");
  EXPECT_EQ(result("grad(matvec(A, x), A, x[0])"), variables + "i r[2, 3]");
  EXPECT_EQ(result("jacobian(matvec(A, x), x)"), variables + "i r[2, 3]");
  EXPECT_EQ(result("jacobian(p^2, p)"), variables + "r[1, 1]");
  EXPECT_EQ(result("sum_j(divergence(x * y, x))"), variables + "i r");
  EXPECT_EQ(result("laplacian(norm(x), x)"), variables + "i r");
  EXPECT_EQ(result("trace(2 * x, x)"), variables + "i r");
  EXPECT_EQ(result("adjoint(matvec(A, x), x, [p, p])"), variables + "i r[3]");
}

TEST(Derivatives, WithinAPairHaveTheRowsOfAll) {
  Checked checked =
      check("kernel k(i x, j y, param p) = sum_j(grad(p^2, p, x * y))");
  ASSERT_TRUE(checked.module.has_value()) << checked.messages;
  for (const Node &node : checked.kernel().nodes)
    if (node.kind == Node::Kind::Grad) {
      EXPECT_TRUE(node.isPointwise);
      EXPECT_EQ(node.indices, IndexSet::IJ);
    }
}

TEST(Derivatives, OfReductionsHaveTheRowsOfTheVariable) {
  auto rows = [](StringRef formula) {
    return signature(
        ("kernel k(i x, j y, param p, i e) -> (r) = let s = sum_j(exp(x * y * "
         "p)) in " +
         formula)
            .str());
  };
  std::string variables = "i x, j y, p, i e -> ";
  EXPECT_EQ(rows("grad(s, x, e)"), variables + "i r");
  EXPECT_EQ(rows("grad(s, y, e)"), variables + "j r");
  EXPECT_EQ(rows("grad(s, p, e)"), variables + "r");
  EXPECT_EQ(rows("grad(s^2, s, e)"), variables + "i r");
  EXPECT_EQ(rows("jvp(s, y, y)"), variables + "i r");
  EXPECT_EQ(rows("jvp(grad(s, x, e), x, e)"), variables + "i r");
}

TEST(Derivatives, Nest) {
  Checked checked = check("kernel k(i x[3], j y[3]) = sum_j(grad(grad("
                          "exp(-sqdist(x, y)), x, 1), y, x))");
  ASSERT_TRUE(checked.module.has_value()) << checked.messages;
  EXPECT_EQ(checked.kernel().results[0].dims[0], 3);
}

TEST(Derivatives, DifferentiateInValuesOfFunctions) {
  Checked checked = check("def slope(f, x) = grad(f, x, 1)\n"
                          "kernel k(i x[2]) = let u = 2 * x in "
                          "slope(sqnorm(u), u) + slope(sqnorm(x), x)");
  ASSERT_TRUE(checked.module.has_value()) << checked.messages;
  EXPECT_EQ(checked.messages, "");
}

TEST(Derivatives, RaiseTheFormulaToTheTypeOfTheCotangent) {
  EXPECT_EQ(
      signature("kernel k(i x : f32, i e : f64) -> (r) = grad(x^2, x, e)"),
      "i x, i e:f64 -> i r");
  EXPECT_EQ(signature("kernel k(i x : f32, i t : f64) -> (r) = jvp(x^2, x, t)"),
            "i x, i t:f64 -> i r");
}

//===----------------------------------------------------------------------===//
// Zero derivatives
//===----------------------------------------------------------------------===//

static std::string warningsOf(StringRef formula) {
  return check(("kernel k(i x, j y) = " + formula).str()).messages;
}

TEST(ZeroDerivatives, AreThoseThatNoSmoothPathReaches) {
  std::string zero = "the derivative of 'f' in 'x' is zero\n";
  for (StringRef f : {"floor(x)", "where(x > 0, 1, 2)", "sign(x) * step(x)",
                      "round(x) + trunc(x)", "(x < y) * y", "y", "3",
                      "argmin([x, y])", "argmin([x, y]) * y"})
    EXPECT_EQ(
        warningsOf(("let f = " + f + " in sum_j(y * grad(f, x, 1))").str()),
        zero)
        << f.str();
  for (StringRef f : {"count_j(x < y)", "argmin_j(x - y)", "any_j(x < y)",
                      "sum_j(floor(x) * y)"})
    EXPECT_EQ(warningsOf(("let f = " + f + " in grad(f, x, 1)").str()), zero)
        << f.str();
}

TEST(ZeroDerivatives, AreNotThoseThatAnyPathReaches) {
  for (StringRef f : {"x", "where(x > 0, x, 2)", "floor(x) * x", "abs(x)",
                      "min([x, y])", "mod(x, 2)", "clamp(x, 0, y)"})
    EXPECT_EQ(warningsOf(("let f = " + f + " in sum_j(grad(f, x, y))").str()),
              "")
        << f.str();
  for (StringRef f :
       {"min_j(x - y)", "prod_j(x - y)", "logsumexp_j(x - y)",
        "softmax_j(x - y, y)", "kmin_j(x - y, 2)", "mean_j(x * y)"})
    EXPECT_EQ(warningsOf(("let f = " + f + " in grad(f, x, 1)").str()), "")
        << f.str();
}

TEST(Derivatives, ManyDirectionsReachTheLimitOfOperations) {
  std::string text = "kernel k(i x[1024]) = 0";
  for (int i = 0; i < 300; ++i)
    text += " + divergence(x * " + std::to_string(i) + ", x)";
  EXPECT_EQ(check(text).messages, "formula of more than 2000000 operations\n");
}
