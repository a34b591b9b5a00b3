//===- TestData.h - arrays for calls of the test kernels ------------------===//
#ifndef KEOPS_TEST_TESTDATA_H
#define KEOPS_TEST_TESTDATA_H

#include "TestKernels.h"

#include <cstdint>
#include <random>
#include <vector>

namespace keops::test {

/// Numbers whose sums round, so that another order gives another result.
inline std::vector<double> randomRows(int64_t rows, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::vector<double> values(rows);
  for (double &value : values)
    value = uniform(generator);
  return values;
}

/// Small integers: sums are exact, and ties abound.
inline std::vector<double> integerRows(int64_t rows, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::vector<double> values(rows);
  for (double &value : values)
    value = static_cast<double>(generator() % 17) - 8;
  return values;
}

/// Calls a kernel of the form (x, y) -> out.
template <typename T>
keops_status call(const keops_rt_kernel &kernel, const std::vector<double> &x,
                  const std::vector<double> &y, std::vector<T> &out,
                  const keops_options *options = nullptr) {
  void *args[] = {const_cast<double *>(x.data()),
                  const_cast<double *>(y.data()), out.data()};
  return keops_rt_call_v1(&kernel, options, static_cast<int64_t>(x.size()),
                          static_cast<int64_t>(y.size()), args);
}

inline keops_options optionsWithThreads(int threads) {
  keops_options options = KEOPS_OPTIONS_INIT;
  options.threads = threads;
  return options;
}

} // namespace keops::test

#endif
