//===- CheckTests.cpp - types, dimensions and index sets of results -------===//

#include "TestChecker.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace keops;

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

static ElementType typeOf(llvm::StringRef formula,
                          ElementType dtype = ElementType::F32) {
  CheckOptions options;
  options.dtype = dtype;
  std::string text = ("kernel k(i b : i32, i l : i64, i h : f16, i g : bf16, "
                      "i s : f32, i d : f64, i x, j y) -> (r) = " +
                      formula)
                         .str();
  Checked checked = check(text, options);
  EXPECT_TRUE(checked.module.has_value()) << text << "\n" << checked.messages;
  return checked.module ? checked.kernel().results[0].type : ElementType::Bool;
}

TEST(Types, OperandsMeetInTheLaterType) {
  EXPECT_EQ(typeOf("b + l"), ElementType::I64);
  EXPECT_EQ(typeOf("l + h"), ElementType::F16);
  EXPECT_EQ(typeOf("h + g"), ElementType::F32);
  EXPECT_EQ(typeOf("g * s"), ElementType::F32);
  EXPECT_EQ(typeOf("s * d"), ElementType::F64);
}

TEST(Types, ConstantsTakeTheTypeTheyMeet) {
  EXPECT_EQ(typeOf("b + 1"), ElementType::I32);
  EXPECT_EQ(typeOf("b + 3000000000"), ElementType::I64);
  EXPECT_EQ(typeOf("b + 1.0"), ElementType::F32);
  EXPECT_EQ(typeOf("h * 2"), ElementType::F16);
  EXPECT_EQ(typeOf("d * pi"), ElementType::F64);
  EXPECT_EQ(typeOf("3", ElementType::F64), ElementType::F64);
}

TEST(Types, IntegersStayIntegersWhereThatIsExact) {
  for (llvm::StringRef formula :
       {"-b", "abs(b)", "min(b, 3)", "mod(b, 3)", "b * b", "b^3",
        "clamp(b, 0, 9)", "where(b > 0, b, 1)"})
    EXPECT_EQ(typeOf(formula), ElementType::I32) << formula.str();
  for (llvm::StringRef formula :
       {"b / 2", "exp(b)", "sqrt(b)", "b^-1", "b^0.5"})
    EXPECT_EQ(typeOf(formula, ElementType::F64), ElementType::F64)
        << formula.str();
}

TEST(Types, ConditionsBecomeNumbersOfTheDefaultType) {
  EXPECT_EQ(typeOf("b < l", ElementType::F64), ElementType::F64);
  EXPECT_EQ(typeOf("(b < l) + 1"), ElementType::F32);
  EXPECT_EQ(typeOf("(b < l) * b"), ElementType::I32);
  EXPECT_EQ(typeOf("any_j(y > 0)", ElementType::F64), ElementType::F64);
}

TEST(Types, OfReductions) {
  EXPECT_EQ(typeOf("count_j(y > x)"), ElementType::I64);
  EXPECT_EQ(typeOf("argmin_j(y - d)"), ElementType::I64);
  EXPECT_EQ(typeOf("sum_j(b + 0 * index_j)"), ElementType::I64);
  EXPECT_EQ(typeOf("sum_j(b * where(y > 0, 1, 0))"), ElementType::F32);
  EXPECT_EQ(typeOf("mean_j(index_j)"), ElementType::F32);
  EXPECT_EQ(typeOf("max_j(index_j)"), ElementType::I64);
  EXPECT_EQ(typeOf("sum_j(h * y)"), ElementType::F32);
}

//===----------------------------------------------------------------------===//
// Shapes and index sets
//===----------------------------------------------------------------------===//

static llvm::SmallVector<int64_t, 2> dimsOf(llvm::StringRef formula) {
  std::string text =
      ("kernel k(param A[2, 3], i x[3], j y[3], i s, j t[2]) -> (r) = " +
       formula)
          .str();
  Checked checked = check(text);
  EXPECT_TRUE(checked.module.has_value()) << text << "\n" << checked.messages;
  return checked.module ? checked.kernel().results[0].dims
                        : llvm::SmallVector<int64_t, 2>();
}

TEST(Shapes, OfResults) {
  using Dims = llvm::SmallVector<int64_t, 2>;
  EXPECT_EQ(dimsOf("x + s"), Dims({3}));
  EXPECT_EQ(dimsOf("A * 2"), Dims({2, 3}));
  EXPECT_EQ(dimsOf("A[1]"), Dims({3}));
  EXPECT_EQ(dimsOf("A[1, 2]"), Dims({1}));
  EXPECT_EQ(dimsOf("A[:, 1]"), Dims({2}));
  EXPECT_EQ(dimsOf("A[:, 1:3]"), Dims({2, 2}));
  EXPECT_EQ(dimsOf("matvec(A, x)"), Dims({2}));
  EXPECT_EQ(dimsOf("sum_j(vecmat(t, A))"), Dims({3}));
  EXPECT_EQ(dimsOf("sum_j(outer(t, x))"), Dims({2, 3}));
  EXPECT_EQ(dimsOf("[x, 1, x[1:]]"), Dims({6}));
  EXPECT_EQ(dimsOf("kmin_j(x - y, 4)"), Dims({4, 3}));
  EXPECT_EQ(dimsOf("argkmin_j(dot(x, y), 4)"), Dims({4}));
  EXPECT_EQ(dimsOf("softmax_j(dot(x, y), t)"), Dims({2}));
  EXPECT_EQ(dimsOf("logsumexp_j(s * t[0], y)"), Dims({3}));
  EXPECT_EQ(dimsOf("tensordot(A, x, [2, 3], [3], 1, 0)"), Dims({2}));
  EXPECT_EQ(dimsOf("kron(x, x, [3], [3])"), Dims({9}));
}

static IndexSet indicesOf(llvm::StringRef formula) {
  Checked checked =
      check(("kernel k(param p, i x, j y) -> (r) = " + formula).str());
  EXPECT_TRUE(checked.module.has_value()) << formula.str() << "\n"
                                          << checked.messages;
  return checked.module ? checked.kernel().results[0].indices : IndexSet::IJ;
}

TEST(IndexSets, AReductionRemovesItsAxis) {
  EXPECT_EQ(indicesOf("p * 2"), IndexSet::None);
  EXPECT_EQ(indicesOf("x^0"), IndexSet::I);
  EXPECT_EQ(indicesOf("sum_j(x * y)"), IndexSet::I);
  EXPECT_EQ(indicesOf("sum_i(x * y)"), IndexSet::J);
  EXPECT_EQ(indicesOf("sum_ij(x * y)"), IndexSet::None);
  EXPECT_EQ(indicesOf("sum_j(y)"), IndexSet::None);
  EXPECT_EQ(indicesOf("sum_j(x * y) / sum_ij(x * y)"), IndexSet::I);
  EXPECT_EQ(indicesOf("index_j + size_i"), IndexSet::J);
}

//===----------------------------------------------------------------------===//
// Sharing and folding
//===----------------------------------------------------------------------===//

TEST(Sharing, EqualOperationsAreOne) {
  Checked checked = check(
      "def k(x, y) = exp(-sqdist(x, y))\n"
      "kernel f(i x[3], j y[3], j b) = sum_j(k(x, y) * b) / sum_j(k(x, y))");
  ASSERT_TRUE(checked.module.has_value()) << checked.messages;
  EXPECT_EQ(checked.count("exp"), 1u);
  EXPECT_EQ(checked.count("sum"), 3u); // Components once, two reductions.
}

TEST(Sharing, DoublingFunctionsStaySmall) {
  std::string text = "def f0(x) = x + 1\n";
  for (int i = 1; i <= 60; ++i)
    text += "def f" + std::to_string(i) + "(x) = f" + std::to_string(i - 1) +
            "(x) * f" + std::to_string(i - 1) + "(x)\n";
  Checked checked = check(text + "kernel k(i x) = f60(x)");
  ASSERT_TRUE(checked.module.has_value()) << checked.messages;
  EXPECT_LT(checked.kernel().nodes.size(), 70u);
}

TEST(Sharing, DeadOperationsAreLeftOut) {
  Checked checked =
      check("kernel k(i x, j y) = let _unused = exp(x) in sum_j(x * y)");
  ASSERT_TRUE(checked.module.has_value()) << checked.messages;
  EXPECT_EQ(checked.count("exp"), 0u);
}

TEST(Constants, FoldInF64AndRoundOnce) {
  Checked checked =
      check("const D = 3\nkernel k(i x : f64) = x * (1 / D + sqrt(D) - 2^-3)");
  ASSERT_TRUE(checked.module.has_value()) << checked.messages;
  const Node &product = checked.result();
  EXPECT_EQ(checked.kernel().nodes[product.operands[1]].real,
            1.0 / 3 + std::sqrt(3.0) - 0.125);
}

TEST(Constants, AreOverriddenByName) {
  CheckOptions options;
  options.defines = {{"D", "2 + 3"}, {"E", "D"}};
  Checked checked = check(
      "const D = 3\nconst E\nkernel k(i x[D], i y[E]) = dot(x, y)", options);
  ASSERT_TRUE(checked.module.has_value()) << checked.messages;
  EXPECT_EQ(checked.kernel().variables[0].dims[0], 5);
  EXPECT_EQ(checked.kernel().variables[1].dims[0], 5);
  options.defines = {{"DD", "2"}};
  EXPECT_EQ(check("const D = 3", options).messages,
            "'-D DD' sets a constant that the file does not have\n");
}

TEST(Powers, OfIntegersAreProducts) {
  Checked checked = check("kernel k(i x) = x^10");
  EXPECT_EQ(checked.count("mul"), 4u);
  EXPECT_EQ(checked.count("pow"), 0u);
  EXPECT_EQ(check("kernel k(i x) = x^-2").count("div"), 1u);
  EXPECT_EQ(check("kernel k(i x) = x^2.0").count("pow"), 0u);
  EXPECT_EQ(check("kernel k(i x) = x^0.5").count("pow"), 1u);
}

TEST(Where, AConditionMayBeANumber) {
  // NaN is false: x != 0 would be true of it.
  Checked checked = check("kernel k(i x) = where(x, 1, 2)");
  EXPECT_EQ(checked.count("lt") + checked.count("gt"), 2u);
  EXPECT_EQ(check("kernel k(i x : i32) = where(x, 1, 2)").count("ne"), 1u);
}
