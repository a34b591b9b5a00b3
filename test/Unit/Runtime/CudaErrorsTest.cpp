//===- CudaErrorsTest.cpp - what stands in the way of a CUDA call ---------===//
#include "CudaTestData.h"

using namespace keops::test;

namespace {

struct RuntimeCudaErrors : CudaTest {
  std::vector<double> x = randomRows(10, 1), out;
  void *args[2];
  keops_options options = cudaOptions();

  RuntimeCudaErrors() : out(10, -99), args{x.data(), out.data()} {}

  keops_status callMap(const keops_rt_kernel &kernel = cudaMap) {
    return keops_rt_call_v1(&kernel, &options, 10, 0, args);
  }
  void expectFailure(keops_status status, const char *message,
                     const keops_rt_kernel &kernel = cudaMap) {
    EXPECT_EQ(callMap(kernel), status) << keops_last_error();
    expectSays(message);
    expectSays(kernel.name);
    EXPECT_EQ(out, std::vector<double>(10, -99));
  }
};

TEST_F(RuntimeCudaErrors, kernelsWithoutGpuCode) {
  keops_rt_kernel kernel = cudaMap;
  kernel.gpu = nullptr;
  expectFailure(KEOPS_ERROR_NO_DEVICE, "compile it with --cuda", kernel);
  kernel = cudaMap;
  kernel.abi_version = 1;
  expectFailure(KEOPS_ERROR_NO_DEVICE, "has no CUDA code", kernel);
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&kernel, &options, 10, 0), 0u);
}

TEST_F(RuntimeCudaErrors, kernelsWithoutCpuCode) {
  options.device = KEOPS_CPU;
  expectFailure(KEOPS_ERROR_NO_VARIANT, "none of the library's CPU variants");
}

TEST_F(RuntimeCudaErrors, ordinals) {
  options.ordinal = 2;
  expectFailure(KEOPS_ERROR_NO_DEVICE, "options->ordinal is 2; there are 2");
  keops_simulator_set("devices", 1);
  options.ordinal = 1;
  expectFailure(KEOPS_ERROR_NO_DEVICE, "there is 1 CUDA device, counted");
  keops_simulator_set("devices", 0);
  options.ordinal = 0;
  expectFailure(KEOPS_ERROR_NO_DEVICE, "no CUDA device");
}

TEST_F(RuntimeCudaErrors, argumentsAreCheckedAsForTheCpu) {
  args[0] = nullptr;
  expectFailure(KEOPS_ERROR_NULL_POINTER, "argument 'x' is NULL");
  args[0] = args[1];
  expectFailure(KEOPS_ERROR_OVERLAP, "overlaps argument 'x'");
  args[0] = reinterpret_cast<char *>(x.data()) + 1;
  expectFailure(KEOPS_ERROR_MISALIGNED, "not aligned");
  options.location = 5;
  expectFailure(KEOPS_ERROR_INVALID_OPTIONS, "options->location is 5");
}

TEST_F(RuntimeCudaErrors, moreArraysThanALaunchPasses) {
  std::vector<keops_rt_stored> stored(600, keops_rt_stored{1, 0, 8});
  keops_rt_kernel kernel = cudaMap;
  kernel.num_stored = 600;
  kernel.stored = stored.data();
  expectFailure(KEOPS_ERROR_NOT_SUPPORTED, "602 arrays", kernel);
}

/// What the progress callback hears, and when it stops the call.
struct Progress {
  std::vector<double> fractions;
  double stopAt = 2;

  static int report(void *context, double fraction) {
    auto *self = static_cast<Progress *>(context);
    self->fractions.push_back(fraction);
    return fraction >= self->stopAt;
  }
};

TEST_F(RuntimeCudaErrors, progressBetweenPasses) {
  Progress progress;
  options.progress = Progress::report;
  options.progress_context = &progress;
  std::vector<double> y = randomRows(50, 2);
  ASSERT_EQ(call(cudaTwoPasses, x, y, out, &options), KEOPS_OK);
  EXPECT_EQ(progress.fractions, std::vector<double>({0.5, 1}));
  progress.stopAt = 0.5;
  EXPECT_EQ(call(cudaTwoPasses, x, y, out, &options), KEOPS_ERROR_CANCELLED);
  EXPECT_EQ(progress.fractions.size(), 3u);
}

/// A process of its own, in which no driver has been opened yet.
using RuntimeCudaDeathTest = RuntimeCudaErrors;

TEST_F(RuntimeCudaDeathTest, noDriver) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("KEOPS_CUDA_DRIVER", "/nonexistent/libcuda.so", 1);
        int failures = callMap() != KEOPS_ERROR_NO_DEVICE;
        fprintf(stderr, "%s\n", keops_last_error());
        setenv("KEOPS_CUDA_DRIVER", "libm.so.6", 1);
        failures += callMap() != KEOPS_ERROR_NO_DEVICE;
        fprintf(stderr, "%s\n", keops_last_error());
        setenv("KEOPS_CUDA_DRIVER", KEOPS_SIMULATOR, 1);
        failures += callMap() != KEOPS_OK;
        std::_Exit(failures);
      },
      testing::ExitedWithCode(0),
      "no CUDA driver: /nonexistent/libcuda.so cannot be opened, which "
      "KEOPS_CUDA_DRIVER names(.|\n)*libm.so.6 lacks cuInit");
}

TEST_F(RuntimeCudaDeathTest, driverThatDoesNotStart) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        keops_simulator_set("devices", 0);
        int failures = callMap() != KEOPS_ERROR_NO_DEVICE;
        fprintf(stderr, "%s\n", keops_last_error());
        std::_Exit(failures);
      },
      testing::ExitedWithCode(0),
      "does not start: CUDA_ERROR_NO_DEVICE \\(100\\); this machine has no");
}

TEST_F(RuntimeCudaDeathTest, forkedProcesses) {
  GTEST_FLAG_SET(death_test_style, "fast"); /* forks */
  ASSERT_EQ(callMap(), KEOPS_OK) << keops_last_error();
  EXPECT_EXIT(
      {
        int failures = callMap() != KEOPS_ERROR_NO_DEVICE;
        failures += keops_release() != KEOPS_OK;
        fprintf(stderr, "%s\n", keops_last_error());
        std::_Exit(failures);
      },
      testing::ExitedWithCode(0), "in a process forked after its first use");
}

} // namespace
