//===- CudaFailuresTest.cpp - images, and driver functions that fail ------===//
#include "CudaTestData.h"

using namespace keops::test;

namespace {

/// cudaMap with images of one's choice, all with the same table as their data.
struct RuntimeCudaImages : CudaTest {
  std::vector<double> x = randomRows(10, 1), out = std::vector<double>(10);
  std::vector<keops_rt_image> images;
  std::vector<std::vector<keops_rt_simulated_kernel>> tables;
  keops_rt_module module = {0, 0, nullptr};
  keops_rt_gpu gpu = {&module, cudaMap.gpu->passes};
  keops_rt_kernel kernel = cudaMap;

  RuntimeCudaImages() { kernel.gpu = &gpu; }

  void add(int kind, int arch, int suffix = 0) {
    std::vector<keops_rt_simulated_kernel> table;
    for (const keops_rt_simulated_kernel *k = cudaTestTable; k->name; ++k)
      table.push_back(*k);
    table.push_back({nullptr, nullptr, 0, 0});
    tables.push_back(table);
    images.push_back({kind, arch, suffix, 0, tables.back().data(), 0});
    module = {static_cast<int32_t>(images.size()), 0, images.data()};
  }

  keops_status callOn(int capability) {
    keops_release();
    keops_simulator_set("capability", capability);
    keops_options options = cudaOptions();
    void *args[] = {x.data(), out.data()};
    return keops_rt_call_v1(&kernel, &options, 10, 0, args);
  }

  /// Which image a device of this capability gets.
  int chosenFor(int capability) {
    EXPECT_EQ(callOn(capability), KEOPS_OK) << keops_last_error();
    for (size_t k = 0; k < images.size(); ++k)
      if (images[k].data == simulatorCounts().lastLoad)
        return static_cast<int>(k);
    return -1;
  }
};

TEST_F(RuntimeCudaImages, theBestOneIsChosen) {
  tables.reserve(16);
  add(KEOPS_RT_PTX, 75);         /* 0 */
  add(KEOPS_RT_PTX, 90);         /* 1 */
  add(KEOPS_RT_CUBIN, 80);       /* 2 */
  add(KEOPS_RT_CUBIN, 86);       /* 3 */
  add(KEOPS_RT_CUBIN, 90, 'a');  /* 4 */
  add(KEOPS_RT_CUBIN, 100, 'f'); /* 5 */
  add(KEOPS_RT_PTX, 120, 'a');   /* 6 */
  add(KEOPS_RT_SIMULATED, 0);    /* 7 */
  EXPECT_EQ(chosenFor(75), 0);
  EXPECT_EQ(chosenFor(80), 2);
  EXPECT_EQ(chosenFor(86), 3);
  EXPECT_EQ(chosenFor(89), 3);
  EXPECT_EQ(chosenFor(90), 4);
  EXPECT_EQ(chosenFor(100), 5);
  EXPECT_EQ(chosenFor(103), 5);
  EXPECT_EQ(chosenFor(110), 1);
  EXPECT_EQ(chosenFor(120), 6);
  EXPECT_EQ(chosenFor(121), 1);
  EXPECT_EQ(chosenFor(0), 7);
}

TEST_F(RuntimeCudaImages, noneForTheDevice) {
  tables.reserve(16);
  add(KEOPS_RT_CUBIN, 80);
  add(KEOPS_RT_CUBIN, 90, 'a');
  add(KEOPS_RT_PTX, 100);
  EXPECT_EQ(callOn(75), KEOPS_ERROR_NO_DEVICE);
  expectSays("no code for device 0 (Keops simulator, compute capability 7.5); "
             "it has: sm_80, sm_90a, compute_100 (PTX); compile with "
             "--cuda=sm_75");
  EXPECT_EQ(callOn(0), KEOPS_ERROR_NO_DEVICE);
  expectSays("compute capability 0.0");
}

TEST_F(RuntimeCudaImages, theNextOneWhereTheDriverRefuses) {
  tables.reserve(16);
  add(KEOPS_RT_PTX, 90);
  add(KEOPS_RT_PTX, 80);
  keops_simulator_fail("cuModuleLoadDataEx:1:222");
  EXPECT_EQ(chosenFor(90), 1);
  EXPECT_EQ(keops_simulator_fail(nullptr), 1);
  keops_simulator_fail("cuModuleLoadDataEx:1:222,cuModuleLoadDataEx:2:222");
  EXPECT_EQ(callOn(90), KEOPS_ERROR_NO_DEVICE);
  expectSays("CUDA_ERROR_UNSUPPORTED_PTX_VERSION");
  expectSays("update the driver");
  keops_simulator_fail("cuModuleLoadDataEx:1:218,cuModuleLoadDataEx:2:218");
  EXPECT_EQ(callOn(90), KEOPS_ERROR_DEVICE);
  expectSays("code for compute_80 (PTX): CUDA_ERROR_INVALID_PTX (218)");
  expectSays("simulated log of the driver's compiler");
  keops_simulator_fail("cuModuleLoadDataEx:1:2");
  EXPECT_EQ(callOn(90), KEOPS_ERROR_OUT_OF_MEMORY);
}

struct RuntimeCudaFailures : CudaTest {
  /// A call that uses everything: a stream, staging, a workspace, two passes.
  keops_status callAll(const keops_options &options) {
    const int64_t ni = 10, nj = 9000; /* 72 kB: staged */
    std::vector<double> x = randomRows(ni, 1), y = randomRows(nj, 2), out(ni);
    return call(cudaTwoPasses, x, y, out, &options);
  }
};

/// Each driver function fails at each of its calls in turn. The call says so,
/// nothing is lost, and the next one works.
TEST_F(RuntimeCudaFailures, everyFunctionAtEveryCall) {
  keops_simulator_set("check", 0);
  int failures = 0, fallbacks = 0;
  for (const char *function : {"cuDeviceGetCount",
                               "cuDeviceGetAttribute",
                               "cuDevicePrimaryCtxRetain",
                               "cuCtxGetCurrent",
                               "cuCtxPushCurrent_v2",
                               "cuCtxGetDevice",
                               "cuCtxGetId",
                               "cuStreamIsCapturing",
                               "cuStreamSynchronize",
                               "cuEventCreate",
                               "cuEventRecord",
                               "cuEventSynchronize",
                               "cuPointerGetAttributes",
                               "cuModuleLoadDataEx",
                               "cuModuleGetFunction",
                               "cuLaunchKernel",
                               "cuMemAllocAsync",
                               "cuMemHostAlloc",
                               "cuMemcpyHtoDAsync_v2",
                               "cuMemcpyDtoHAsync_v2",
                               "cuThreadExchangeStreamCaptureMode"})
    for (int code : {2, 700})
      for (int nth = 1;; ++nth) {
        std::string which = std::string(function) + ":" + std::to_string(nth) +
                            ":" + std::to_string(code);
        ASSERT_EQ(keops_release(), KEOPS_OK); /* so that all is done again */
        keops_simulator_fail(which.c_str());
        keops_status status = callAll(cudaOptions());
        bool isHit = keops_simulator_fail(nullptr) > 0;
        if (!isHit) {
          EXPECT_EQ(status, KEOPS_OK) << which << keops_last_error();
          EXPECT_GT(nth, 1) << function << " is never called";
          break;
        }
        if (status == KEOPS_OK)
          fallbacks++;
        else {
          failures++;
          EXPECT_EQ(status,
                    code == 2 ? KEOPS_ERROR_OUT_OF_MEMORY : KEOPS_ERROR_DEVICE)
              << which << ": " << keops_last_error();
          expectSays(code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY"
                               : "the CUDA context is lost");
        }
        keops_simulator_counts counts = simulatorCounts();
        EXPECT_EQ(counts.allocations, 0) << which;
        EXPECT_EQ(counts.pushed, 0) << which;
        EXPECT_EQ(callAll(cudaOptions()), KEOPS_OK)
            << which << keops_last_error();
        ASSERT_EQ(keops_release(), KEOPS_OK);
        counts = simulatorCounts();
        EXPECT_EQ(
            counts.modules + counts.contexts + counts.pinned + counts.events, 0)
            << which;
      }
  EXPECT_GT(failures, 60);
  EXPECT_GT(fallbacks, 4); /* pinned memory, events, ids, capture modes */
}

TEST_F(RuntimeCudaFailures, whatCannotBeGivenBackIsAStatus) {
  for (const char *which :
       {"cuMemFreeAsync:1:1", "cuMemFreeAsync:2:1", "cuCtxPopCurrent_v2:1:1"}) {
    CurrentDevice other(1);
    keops_simulator_fail(which);
    EXPECT_EQ(callAll(cudaOptions()), KEOPS_ERROR_DEVICE) << which;
    expectSays("CUDA_ERROR_INVALID_VALUE");
    void *context;
    if (simulatorCounts().pushed > 1)
      cuCtxPopCurrent_v2(&context);
  }
  keops_simulator_set("pools", 0);
  keops_simulator_fail("cuMemFree_v2:1:1");
  EXPECT_EQ(callAll(cudaOptions()), KEOPS_ERROR_DEVICE);
  keops_simulator_fail("cuModuleUnload:1:1");
  EXPECT_EQ(keops_release(), KEOPS_ERROR_DEVICE);
  expectSays("keops_release: giving back modules and contexts failed");
}

/// When giving back fails too, the caller hears of what went wrong first.
TEST_F(RuntimeCudaFailures, theFirstFailureIsReported) {
  CurrentDevice other(1);
  keops_simulator_fail("cuLaunchKernel:1:719,cuMemFreeAsync:1:1");
  EXPECT_EQ(callAll(cudaOptions()), KEOPS_ERROR_DEVICE);
  EXPECT_EQ(keops_simulator_fail(nullptr), 2);
  expectSays("launching 'maxAccumulate' failed: CUDA_ERROR_LAUNCH_FAILED");
}

} // namespace
