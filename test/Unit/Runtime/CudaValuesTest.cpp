//===- CudaValuesTest.cpp - results of calls on simulated devices ---------===//
#include "CudaTestData.h"

#include <algorithm>

using namespace keops::test;

namespace {

struct RuntimeCudaValues : CudaTest {};

const int64_t extents[] = {0, 1, 7, 8, 9, 23, 64};

TEST_F(RuntimeCudaValues, gaussianSumsAtEverySize) {
  for (int64_t ni : extents)
    for (int64_t nj : extents) {
      GaussProblem problem(ni, nj);
      std::vector<double> out(ni, -99);
      ASSERT_EQ(problem.call(cudaOptions(), out.data()), KEOPS_OK)
          << keops_last_error();
      expectNear(out, problem.expected());
    }
}

/// 2000 columns and few rows: the columns are split.
TEST_F(RuntimeCudaValues, splitsAreMerged) {
  GaussProblem problem(11, 2000);
  keops_options options = cudaOptions();
  EXPECT_GT(keops_rt_workspace_bytes_v1(&cudaGauss, &options, 11, 2000), 0u);
  std::vector<double> out(11), again(11);
  ASSERT_EQ(problem.call(options, out.data()), KEOPS_OK) << keops_last_error();
  expectNear(out, problem.expected());
  ASSERT_EQ(problem.call(options, again.data()), KEOPS_OK);
  EXPECT_EQ(out, again);
}

TEST_F(RuntimeCudaValues, fullReductions) {
  for (int64_t ni : extents)
    for (int64_t nj : {int64_t(0), int64_t(1), int64_t(9), int64_t(300)}) {
      std::vector<double> x = randomRows(ni, 1), y = randomRows(nj, 2);
      std::vector<double> out(1, -99);
      double expected = 0;
      for (double a : x)
        for (double b : y)
          expected += a * b;
      keops_options options = cudaOptions();
      ASSERT_EQ(call(cudaFullSum, x, y, out, &options), KEOPS_OK)
          << keops_last_error();
      expectNear(out, {expected});
    }
}

TEST_F(RuntimeCudaValues, maps) {
  for (int64_t ni : extents) {
    std::vector<double> x = randomRows(ni, 1), out(ni, -99), expected;
    void *args[] = {x.data(), out.data()};
    keops_options options = cudaOptions();
    ASSERT_EQ(keops_rt_call_v1(&cudaMap, &options, ni, 0, args), KEOPS_OK)
        << keops_last_error();
    for (double value : x)
      expected.push_back(2 * value);
    EXPECT_EQ(out, expected);
  }
}

/// A stored array between two passes, and staged rows in the second.
TEST_F(RuntimeCudaValues, twoPasses) {
  for (int64_t ni : extents)
    for (int64_t nj : {int64_t(1), int64_t(23), int64_t(500)}) {
      std::vector<double> x = randomRows(ni, 1), y = randomRows(nj, 2),
                          out(ni, -99), expected(ni);
      for (int64_t i = 0; i < ni; ++i) {
        double most = -INFINITY;
        for (double value : y)
          most = std::max(most, x[i] * value);
        for (double value : y)
          expected[i] += std::exp(x[i] * value - most);
      }
      keops_options options = cudaOptions();
      ASSERT_EQ(call(cudaTwoPasses, x, y, out, &options), KEOPS_OK)
          << keops_last_error();
      expectNear(out, expected);
    }
}

/// Arrays larger than two staging buffers, in and out: 12 MiB each.
TEST_F(RuntimeCudaValues, largeHostArraysGoThroughStaging) {
  keops_simulator_set("check", 0);
  const int64_t ni = 1572864 + 12345;
  std::vector<double> x = randomRows(ni, 1), out(ni);
  void *args[] = {x.data(), out.data()};
  keops_options options = cudaOptions();
  for (int repeat = 0; repeat < 2; ++repeat) {
    std::fill(out.begin(), out.end(), -99);
    ASSERT_EQ(keops_rt_call_v1(&cudaMap, &options, ni, 0, args), KEOPS_OK)
        << keops_last_error();
    for (int64_t i = 0; i < ni; ++i)
      ASSERT_EQ(out[i], 2 * x[i]) << i;
    EXPECT_EQ(simulatorCounts().pinned, 2); /* kept, and used again */
  }
}

TEST_F(RuntimeCudaValues, barriersOfTheSimulator) {
  const int64_t ni = 5 * cudaTestThreads;
  std::vector<double> x = randomRows(ni, 1), out(ni), expected = x;
  for (int64_t block = 0; block < ni; block += cudaTestThreads)
    std::reverse(expected.begin() + block,
                 expected.begin() + block + cudaTestThreads);
  void *args[] = {x.data(), out.data()};
  keops_options options = cudaOptions();
  ASSERT_EQ(keops_rt_call_v1(&cudaReverse, &options, ni, 0, args), KEOPS_OK)
      << keops_last_error();
  EXPECT_EQ(out, expected);
  std::fill(x.begin(), x.end(), 0);
  x[2 * cudaTestThreads + 3] = 1;
  ASSERT_EQ(keops_rt_call_v1(&cudaAny, &options, ni, 0, args), KEOPS_OK);
  for (int64_t i = 0; i < ni; ++i)
    EXPECT_EQ(out[i], i / cudaTestThreads == 2 ? 1 : 0) << i;
}

} // namespace
