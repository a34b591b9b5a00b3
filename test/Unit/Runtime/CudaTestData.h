//===- CudaTestData.h - arrays on simulated devices -----------------------===//
#ifndef KEOPS_TEST_CUDATESTDATA_H
#define KEOPS_TEST_CUDATESTDATA_H

#include "Control.h"
#include "CudaTestKernels.h"
#include "TestData.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

// What a program that uses the driver would call; the simulator has it too.
extern "C" {
int cuInit(unsigned flags);
int cuDevicePrimaryCtxRetain(void **context, int device);
int cuDevicePrimaryCtxRelease_v2(int device);
int cuDevicePrimaryCtxReset_v2(int device);
int cuCtxCreate_v2(void **context, unsigned flags, int device);
int cuCtxDestroy_v2(void *context);
int cuCtxGetCurrent(void **context);
int cuCtxPushCurrent_v2(void *context);
int cuCtxPopCurrent_v2(void **context);
int cuStreamCreate(void **stream, unsigned flags);
int cuStreamDestroy_v2(void *stream);
int cuStreamBeginCapture_v2(void *stream, int mode);
int cuStreamEndCapture(void *stream, void **graph);
int cuMemAlloc_v2(uintptr_t *start, size_t bytes);
int cuMemAllocManaged(uintptr_t *start, size_t bytes, unsigned flags);
int cuMemHostAlloc(void **start, size_t bytes, unsigned flags);
int cuMemFree_v2(uintptr_t start);
int cuMemFreeHost(void *start);
}

namespace keops::test {

inline keops_options cudaOptions() {
  keops_options options = KEOPS_OPTIONS_INIT;
  options.device = KEOPS_CUDA;
  return options;
}

/// The primary context of a device, current while this lives.
struct CurrentDevice {
  int device;

  explicit CurrentDevice(int device = 0) : device(device) {
    void *context = nullptr;
    EXPECT_EQ(cuDevicePrimaryCtxRetain(&context, device), 0);
    EXPECT_EQ(cuCtxPushCurrent_v2(context), 0);
  }
  ~CurrentDevice() {
    void *context;
    cuCtxPopCurrent_v2(&context);
    cuDevicePrimaryCtxRelease_v2(device);
  }
  CurrentDevice(const CurrentDevice &) = delete;
  CurrentDevice &operator=(const CurrentDevice &) = delete;
};

enum class Place { Host, Device, Managed, Pinned };

/// A copy of `values` in some memory of the current context, which must outlive
/// it. Simulated memory can be read from the host.
struct Placed {
  std::vector<double> values;
  Place place;
  double *start = nullptr;

  Placed(std::vector<double> values, Place place)
      : values(std::move(values)), place(place) {
    size_t bytes = this->values.size() * sizeof(double);
    auto *address = reinterpret_cast<uintptr_t *>(&start);
    if (place == Place::Host || !bytes) {
      start = this->values.data();
      return;
    }
    EXPECT_EQ(place == Place::Device ? cuMemAlloc_v2(address, bytes)
              : place == Place::Managed
                  ? cuMemAllocManaged(address, bytes, 1)
                  : cuMemHostAlloc(reinterpret_cast<void **>(&start), bytes, 0),
              0);
    std::memcpy(start, this->values.data(), bytes);
  }
  ~Placed() {
    if (start == values.data())
      return;
    if (place == Place::Pinned)
      cuMemFreeHost(start);
    else
      cuMemFree_v2(reinterpret_cast<uintptr_t>(start));
  }
  Placed(const Placed &) = delete;
  Placed &operator=(const Placed &) = delete;

  std::vector<double> read() const {
    return std::vector<double>(start, start + values.size());
  }
};

inline keops_simulator_counts simulatorCounts() {
  keops_simulator_counts counts;
  keops_simulator_count(&counts);
  return counts;
}

/// Starts the simulator in the driver's place; afterwards nothing is left.
struct CudaTest : testing::Test {
  void SetUp() override {
    setenv("KEOPS_CUDA_DRIVER", KEOPS_SIMULATOR, 1);
    keops_simulator_set("devices", 2);
    keops_simulator_set("check", 1);
    keops_simulator_fail(nullptr);
    ASSERT_EQ(cuInit(0), 0);
  }

  void TearDown() override {
    keops_simulator_fail(nullptr);
    EXPECT_EQ(keops_release(), KEOPS_OK) << keops_last_error();
    keops_simulator_counts counts = simulatorCounts();
    EXPECT_EQ(counts.allocations, 0);
    EXPECT_EQ(counts.pinned, 0);
    EXPECT_EQ(counts.modules, 0);
    EXPECT_EQ(counts.contexts, 0);
    EXPECT_EQ(counts.streams, 0);
    EXPECT_EQ(counts.events, 0);
    EXPECT_EQ(counts.pushed, 0);
    keops_simulator_set("pools", 1);
    keops_simulator_set("capability", 0);
  }
};

inline void expectSays(const std::string &part) {
  std::string message = keops_last_error();
  EXPECT_NE(message.find(part), std::string::npos)
      << "'" << message << "' lacks '" << part << "'";
}

/// The arguments of cudaGauss and what it should give.
struct GaussProblem {
  int64_t ni, nj;
  std::vector<double> g{0.5}, x, y, b;

  GaussProblem(int64_t ni, int64_t nj)
      : ni(ni), nj(nj), x(randomRows(3 * ni, 1)), y(randomRows(3 * nj, 2)),
        b(randomRows(nj, 3)) {}

  std::vector<double> expected() const {
    std::vector<double> sums(ni);
    for (int64_t i = 0; i < ni; ++i)
      for (int64_t j = 0; j < nj; ++j) {
        double square = 0;
        for (int d = 0; d < 3; ++d)
          square += std::pow(x[3 * i + d] - y[3 * j + d], 2);
        sums[i] += std::exp(-g[0] * square) * b[j];
      }
    return sums;
  }

  keops_status call(const keops_options &options, double *out) {
    void *args[] = {g.data(), x.data(), y.data(), b.data(), out};
    return keops_rt_call_v1(&cudaGauss, &options, ni, nj, args);
  }
};

/// Sums of at most a few thousand numbers, in any order.
inline void expectNear(const std::vector<double> &values,
                       const std::vector<double> &expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (size_t k = 0; k < values.size(); ++k)
    ASSERT_NEAR(values[k], expected[k], 1e-11) << "element " << k;
}

} // namespace keops::test

#endif
