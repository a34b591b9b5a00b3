//===- DerivedKernelTests.cpp - arguments and results of derived kernels --===//

#include "TestChecker.h"
#include "gtest/gtest.h"

using namespace keops;
using llvm::StringRef;

static const std::string base = "kernel f(param g, i x[3], j y[3], j b) = "
                                "sum_j(exp(-g * sqdist(x, y)) * b)\n";

TEST(DerivedKernels, GradientsAreShapedLikeTheVariables) {
  EXPECT_EQ(signature(base + "kernel d = grad(f, x)"),
            "g, i x[3], j y[3], j b, i d_out -> i d_x[3]");
  EXPECT_EQ(signature(base + "kernel d = grad(f, y, b, g)"),
            "g, i x[3], j y[3], j b, i d_out -> j d_y[3], j d_b, d_g");
  EXPECT_EQ(signature("kernel f(param A[2, 3], i x[3]) = matvec(A, x)\n"
                      "kernel d = grad(f, A)"),
            "A[2, 3], i x[3], i d_out[2] -> d_A[2, 3]");
}

TEST(DerivedKernels, DirectionalDerivativesAreShapedLikeTheResults) {
  EXPECT_EQ(signature(base + "kernel d = jvp(f, y, x)"),
            "g, i x[3], j y[3], j b, j t_y[3], i t_x[3] -> i t_out");
  EXPECT_EQ(signature("kernel f(i x, j y) -> (s, k, p[1]) = "
                      "(sum_j(x * y), argmin_j(x - y), prod_j(y))\n"
                      "kernel d = jvp(f, y)"),
            "i x, j y, j t_y -> i t_s, t_p");
}

TEST(DerivedKernels, OnlyRealResultsHaveCotangents) {
  std::string two = "kernel f(i x, j y) -> (v, k) = min_argmin_j(x - y)\n";
  EXPECT_EQ(signature(two + "kernel d = grad(f, x)"),
            "i x, j y, i d_v -> i d_x");
  EXPECT_EQ(signature(two + "kernel d = grad(f, x) given (v, k)"),
            "i x, j y, i d_v, i v, i k:i64 -> i d_x");
}

TEST(DerivedKernels, NamesTakenGetOneMoreMark) {
  EXPECT_EQ(signature(base + "kernel d = grad(grad(f, x), x)"),
            "g, i x[3], j y[3], j b, i d_out, i d_d_x[3] -> i d_x[3]");
  EXPECT_EQ(signature(base + "kernel d = jvp(grad(f, x), x)"),
            "g, i x[3], j y[3], j b, i d_out, i t_x[3] -> i t_d_x[3]");
  EXPECT_EQ(signature(base + "kernel d = jvp(jvp(f, x), x)"),
            "g, i x[3], j y[3], j b, i t_x[3], i t_t_x[3] -> i t_t_out");
  EXPECT_EQ(signature("kernel f(i x, i d_out, i d_x) = x * d_out * d_x\n"
                      "kernel d = grad(f, x) given out"),
            "i x, i d_out, i d_x, i d_d_out, i out -> i d_d_x");
}

TEST(DerivedKernels, StandInAnyOrder) {
  EXPECT_EQ(signature("kernel c = jvp(b, x)\nkernel b = grad(a, x)\n"
                      "kernel a(i x) = x^3\nkernel d = grad(c, x)"),
            "i x, i d_out, i t_x, i d_t_d_x -> i d_x");
}

TEST(DerivedKernels, ElementTypesAreThoseOfWhatTheyAreShapedLike) {
  EXPECT_EQ(signature("kernel f(i x : f16, i w : f64) = x * w\n"
                      "kernel d = grad(f, x, w)"),
            "i x:f16, i w:f64, i d_out:f64 -> i d_x:f16, i d_w:f64");
}

TEST(DerivedKernels, ResultsCanBeNamed) {
  EXPECT_EQ(signature(base + "kernel d -> (gx[3], gg) = grad(f, x, g)"),
            "g, i x[3], j y[3], j b, i d_out -> i gx[3], gg");
  EXPECT_EQ(signature(base + "kernel d -> (gx[2]) = grad(f, x)"),
            "result 'gx' is declared [2], its formula has dimension 3\n");
}

TEST(DerivedKernels, HaveOneNodeOverTheFormula) {
  Checked checked = check("kernel d = grad(f, y, x) given out\n" + base);
  const Node &result = checked.result(1);
  ASSERT_EQ(result.kind, Node::Kind::Result);
  EXPECT_EQ(result.indices, IndexSet::I);
  EXPECT_EQ(checked.result(0).indices, IndexSet::J);
  EXPECT_TRUE(result.isReduced);
  const Node &grad = checked.kernel().nodes[result.operands[0]];
  EXPECT_EQ(grad.kind, Node::Kind::Grad);
  EXPECT_FALSE(grad.isPointwise);
  EXPECT_EQ(grad.seedCount(), 1u);
  EXPECT_EQ(grad.variableCount(), 2u);
  EXPECT_EQ(grad.given, 1u);
  EXPECT_EQ(grad.operands.size(), 6u);
  EXPECT_EQ(grad.operands[0], grad.operands[4]);
}

TEST(DerivedKernels, VariablesThatTheFormulaLacksAreThere) {
  Checked checked = check("kernel f(i x, j y, j z) = sum_j(x * y)\n"
                          "kernel d = grad(f, z)");
  EXPECT_NE(checked.messages.find("the derivative of 'f' in 'z' is zero"),
            std::string::npos);
  EXPECT_TRUE(checked.module.has_value());
}

TEST(DerivedKernels, LongChainsEndInOneError) {
  std::string text = "kernel k0(i x) = x\n";
  for (int i = 1; i <= 3000; ++i)
    text += "kernel k" + std::to_string(i) + " = grad(k" +
            std::to_string(i - 1) + ", x)\n";
  Checked checked = check(text);
  EXPECT_EQ(checked.messages, "derivative of order 17\n");
}

TEST(DerivedKernels, DocumentationSaysWhatTheyCompute) {
  auto doc = [](StringRef derived) {
    Checked checked = check(("/// Sums.\n/// More.\n" + base + derived).str());
    return checked.module->kernels.back().doc.str();
  };
  EXPECT_EQ(doc("/// Mine.\nkernel d = grad(f, x, g)"),
            "Mine.\nGradient of f in x and g: d_x[i] = dL/dx[i] and d_g = "
            "dL/dg, where L is the sum of d_out * out over all entries.\n"
            "f: Sums.");
  EXPECT_EQ(doc("kernel d = jvp(f, y) given out"),
            "Directional derivative of f: t_out[i] = d/ds out[i] at s = 0, "
            "where y[j] moves as y[j] + s t_y[j].\n"
            "Given out, as f yields it for these arguments.\nf: Sums.");
}
