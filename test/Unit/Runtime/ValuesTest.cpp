//===- ValuesTest.cpp - every way of cutting a pass gives the right values ===//
//
// Extents cross each boundary of Plan.h: one block and several, few rows, less
// and more work than one thread should have, columns cut in pieces or not.
//
//===----------------------------------------------------------------------===//
#include "TestData.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <string>

using namespace keops::test;

namespace {

const int64_t extents[] = {0,  1,  2,  3,  7,   8,    9,
                           15, 16, 17, 64, 131, 1000, 4099};

template <typename Check> void forExtents(Check check) {
  for (int64_t ni : extents)
    for (int64_t nj : extents) {
      if (ni * nj > 1000 * 4099)
        continue;
      SCOPED_TRACE("ni = " + std::to_string(ni) +
                   ", nj = " + std::to_string(nj));
      check(integerRows(ni, 1), integerRows(nj, 2));
      if (testing::Test::HasFailure())
        return;
    }
}

double sumOf(const std::vector<double> &values) {
  double sum = 0;
  for (double value : values)
    sum += value;
  return sum;
}

/// First index of the column closest to x, -1 without columns.
int64_t closest(double x, const std::vector<double> &y, double &distance) {
  int64_t best = -1;
  distance = std::numeric_limits<double>::infinity();
  for (size_t j = 0; j < y.size(); ++j)
    if (std::fabs(x - y[j]) < distance) {
      distance = std::fabs(x - y[j]);
      best = static_cast<int64_t>(j);
    }
  return best;
}

TEST(RuntimeValues, sum) {
  forExtents([](const auto &x, const auto &y) {
    std::vector<double> out(x.size(), -99), big = out;
    ASSERT_EQ(call(testSum, x, y, out), KEOPS_OK) << keops_last_error();
    ASSERT_EQ(call(testBigSum, x, y, big), KEOPS_OK) << keops_last_error();
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_EQ(out[i], x[i] * sumOf(y)) << "row " << i;
    ASSERT_EQ(out, big);
  });
}

TEST(RuntimeValues, argminTakesTheFirst) {
  forExtents([](const auto &x, const auto &y) {
    std::vector<int64_t> out(x.size(), -99);
    ASSERT_EQ(call(testArgmin, x, y, out), KEOPS_OK) << keops_last_error();
    double ignored;
    for (size_t i = 0; i < x.size(); ++i)
      ASSERT_EQ(out[i], closest(x[i], y, ignored)) << "row " << i;
  });
}

TEST(RuntimeValues, fullSum) {
  forExtents([](const auto &x, const auto &y) {
    std::vector<double> out(1, -99);
    ASSERT_EQ(call(testFullSum, x, y, out), KEOPS_OK) << keops_last_error();
    ASSERT_EQ(out[0], sumOf(x) * sumOf(y));
  });
}

TEST(RuntimeValues, fullArgminTakesTheFirst) {
  forExtents([](const auto &x, const auto &y) {
    std::vector<int64_t> out(1, -99);
    ASSERT_EQ(call(testFullArgmin, x, y, out), KEOPS_OK) << keops_last_error();
    int64_t expected = -1;
    double least = std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < x.size(); ++i) {
      double distance;
      int64_t j = closest(x[i], y, distance);
      if (distance < least) {
        least = distance;
        expected = static_cast<int64_t>(i * y.size()) + j;
      }
    }
    ASSERT_EQ(out[0], expected);
  });
}

TEST(RuntimeValues, secondPassReadsWhatTheFirstStored) {
  forExtents([](const auto &x, const auto &y) {
    std::vector<double> out(x.size(), -99);
    ASSERT_EQ(call(testTwoPasses, x, y, out), KEOPS_OK) << keops_last_error();
    for (size_t i = 0; i < x.size(); ++i) {
      double most = -std::numeric_limits<double>::infinity(), sum = 0;
      for (double yj : y)
        most = std::fmax(most, x[i] * yj);
      for (double yj : y)
        sum += std::exp(x[i] * yj - most);
      ASSERT_NEAR(out[i], sum, 1e-12 * (sum + 1)) << "row " << i;
    }
  });
}

TEST(RuntimeValues, reductionOverI) {
  forExtents([](const auto &x, const auto &y) {
    std::vector<double> out(y.size(), -99);
    ASSERT_EQ(call(testSumOverI, x, y, out), KEOPS_OK) << keops_last_error();
    for (size_t j = 0; j < y.size(); ++j)
      ASSERT_EQ(out[j], sumOf(x) * y[j]) << "row " << j;
  });
}

TEST(RuntimeValues, mapAndOneRow) {
  for (int64_t n : {0, 1, 7, 8, 9, 100000}) {
    std::vector<double> x = integerRows(n, 3), doubled(n), total(1, -99);
    void *mapArgs[] = {x.data(), doubled.data()};
    void *rowArgs[] = {x.data(), total.data()};
    ASSERT_EQ(keops_rt_call_v1(&testMap, nullptr, n, 5, mapArgs), KEOPS_OK);
    ASSERT_EQ(keops_rt_call_v1(&testOneRow, nullptr, 5, n, rowArgs), KEOPS_OK);
    for (int64_t i = 0; i < n; ++i)
      ASSERT_EQ(doubled[i], 2 * x[i]);
    ASSERT_EQ(total[0], sumOf(x));
  }
}

TEST(RuntimeValues, nothingIsWrittenOutsideTheResult) {
  std::vector<double> x = integerRows(131, 1), y = integerRows(1000, 2);
  std::vector<double> guarded(131 + 2, -99);
  void *args[] = {x.data(), y.data(), guarded.data() + 1};
  ASSERT_EQ(keops_rt_call_v1(&testSum, nullptr, 131, 1000, args), KEOPS_OK);
  EXPECT_EQ(guarded.front(), -99);
  EXPECT_EQ(guarded.back(), -99);
}

} // namespace
