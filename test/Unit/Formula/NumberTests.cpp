//===- NumberTests.cpp - arithmetic of constants --------------------------===//

#include "Number.h"
#include "gtest/gtest.h"
#include <limits>

using namespace keops;

static constexpr int64_t largest = std::numeric_limits<int64_t>::max();

static std::string fold(llvm::StringRef name, llvm::ArrayRef<Number> operands) {
  Folded folded = foldConstants(name, operands);
  if (folded.status == Folded::Overflow)
    return "overflow";
  if (folded.status == Folded::NotConstant)
    return "not constant";
  return toString(folded.value) +
         (folded.value.isInteger ? " integer" : " real");
}

static Number n(int64_t value) { return Number::ofInteger(value); }
static Number r(double value) { return Number::ofReal(value); }

TEST(Numbers, IntegersAreExactOrAnError) {
  EXPECT_EQ(fold("add", {n(2), n(3)}), "5 integer");
  EXPECT_EQ(fold("add", {n(largest), n(1)}), "overflow");
  EXPECT_EQ(fold("sub", {n(-largest), n(2)}), "overflow");
  EXPECT_EQ(fold("neg", {n(-largest - 1)}), "overflow");
  EXPECT_EQ(fold("pow", {n(-2), n(63)}), "-9223372036854775808 integer");
  EXPECT_EQ(fold("pow", {n(2), n(63)}), "overflow");
  EXPECT_EQ(fold("pow", {n(-1), n(largest)}), "-1 integer");
  EXPECT_EQ(fold("pow", {n(2), n(-1)}), "0.5 real");
  EXPECT_EQ(fold("mod", {n(-1), n(3)}), "2 integer");
}

TEST(Numbers, DivisionIsRealAndRoundingIsInteger) {
  EXPECT_EQ(fold("div", {n(4), n(2)}), "2 real");
  EXPECT_EQ(fold("floor", {r(-2.5)}), "-3 integer");
  EXPECT_EQ(fold("round", {r(2.5)}), "3 integer");
  EXPECT_EQ(fold("floor", {r(1e300)}), "1e+300 real");
  EXPECT_EQ(r(2.0).asInteger(), 2);
  EXPECT_EQ(r(2.5).asInteger(), std::nullopt);
  EXPECT_EQ(r(9.3e18).asInteger(), std::nullopt);
}

TEST(Numbers, ComparisonsAreExact) {
  EXPECT_EQ(fold("lt", {n(largest - 1), n(largest)}), "1 integer");
  EXPECT_EQ(fold("eq", {n(1), r(1)}), "1 integer");
  EXPECT_EQ(fold("lt", {r(std::numeric_limits<double>::quiet_NaN()), n(1)}),
            "0 integer");
  EXPECT_EQ(fold("not", {n(2)}), "0 integer");
}

TEST(Numbers, UnknownFunctionsAreNotFolded) {
  EXPECT_EQ(fold("digamma", {r(1)}), "not constant");
}
