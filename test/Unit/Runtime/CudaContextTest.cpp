//===- CudaContextTest.cpp - contexts, streams, devices and threads -------===//
#include "CudaTestData.h"

#include <thread>

using namespace keops::test;

namespace {

struct RuntimeCudaContext : CudaTest {
  GaussProblem problem{11, 300};
  std::vector<double> expected = problem.expected();
  keops_options options = cudaOptions();

  void expectRight() {
    std::vector<double> out(11, -99);
    ASSERT_EQ(problem.call(options, out.data()), KEOPS_OK)
        << keops_last_error();
    expectNear(out, expected);
  }
};

TEST_F(RuntimeCudaContext, noContextIsLeftBehind) {
  expectRight();
  void *current = this;
  EXPECT_EQ(cuCtxGetCurrent(&current), 0);
  EXPECT_EQ(current, nullptr);
  EXPECT_EQ(simulatorCounts().contexts, 1); /* the primary one, held */
  EXPECT_EQ(simulatorCounts().modules, 1);
  expectRight();
  EXPECT_EQ(simulatorCounts().modules, 1);
}

TEST_F(RuntimeCudaContext, theCurrentContextIsUsed) {
  void *context = nullptr, *current = nullptr;
  ASSERT_EQ(cuCtxCreate_v2(&context, 0, 0), 0);
  expectRight();
  EXPECT_EQ(simulatorCounts().contexts, 1); /* no primary one was made */
  EXPECT_EQ(cuCtxGetCurrent(&current), 0);
  EXPECT_EQ(current, context);
  ASSERT_EQ(cuCtxDestroy_v2(context), 0);
}

TEST_F(RuntimeCudaContext, theCurrentContextOfAnotherDeviceIsNot) {
  CurrentDevice other(1);
  expectRight();
  EXPECT_EQ(simulatorCounts().contexts, 2);
  options.ordinal = 1;
  expectRight();
  EXPECT_EQ(simulatorCounts().contexts, 2);
  EXPECT_EQ(simulatorCounts().modules, 2);
}

TEST_F(RuntimeCudaContext, aStreamBringsItsContext) {
  void *stream = nullptr;
  CurrentDevice held(1);
  ASSERT_EQ(cuStreamCreate(&stream, 0), 0);
  void *context = nullptr, *popped = nullptr;
  cuCtxGetCurrent(&context);
  cuCtxPopCurrent_v2(&popped);
  options.stream = stream;
  expectRight();
  EXPECT_EQ(simulatorCounts().contexts, 1);
  options.ordinal = 1;
  expectRight();
  cuCtxPushCurrent_v2(context);
  cuStreamDestroy_v2(stream);
}

TEST_F(RuntimeCudaContext, aStreamOfAnotherDeviceThanAskedFor) {
  void *stream = nullptr;
  CurrentDevice held(0);
  ASSERT_EQ(cuStreamCreate(&stream, 0), 0);
  options.stream = stream;
  options.ordinal = 1;
  std::vector<double> out(11);
  EXPECT_EQ(problem.call(options, out.data()), KEOPS_ERROR_INVALID_OPTIONS);
  expectSays("options->stream belongs to device 0, but options->ordinal is 1");
  cuStreamDestroy_v2(stream);
}

TEST_F(RuntimeCudaContext, theDefaultStreamsByTheirHandles) {
  for (uintptr_t handle : {1, 2}) {
    options.stream = reinterpret_cast<void *>(handle);
    expectRight();
  }
}

/// A new context at the address of a destroyed one has code of its own.
TEST_F(RuntimeCudaContext, destroyedContextsAreNotMistakenForNewOnes) {
  for (int repeat = 0; repeat < 20; ++repeat) {
    void *context = nullptr;
    ASSERT_EQ(cuCtxCreate_v2(&context, 0, 0), 0);
    expectRight();
    ASSERT_EQ(cuCtxDestroy_v2(context), 0);
  }
}

TEST_F(RuntimeCudaContext, aPrimaryContextThatWasResetIsTakenAgain) {
  expectRight();
  ASSERT_EQ(cuDevicePrimaryCtxReset_v2(0), 0);
  expectRight();
}

TEST_F(RuntimeCudaContext, releaseAndCallAgain) {
  for (int repeat = 0; repeat < 3; ++repeat) {
    expectRight();
    EXPECT_EQ(simulatorCounts().contexts, 1);
    ASSERT_EQ(keops_release(), KEOPS_OK) << keops_last_error();
    EXPECT_EQ(simulatorCounts().contexts, 0);
  }
  EXPECT_EQ(keops_release(), KEOPS_OK);
}

TEST_F(RuntimeCudaContext, threadsAndDevicesAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      GaussProblem mine(5 + t, 200);
      keops_options own = cudaOptions();
      own.ordinal = t % 2;
      for (int repeat = 0; repeat < 10; ++repeat) {
        std::vector<double> out(5 + t);
        ASSERT_EQ(mine.call(own, out.data()), KEOPS_OK) << keops_last_error();
        expectNear(out, mine.expected());
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(simulatorCounts().modules, 2);
}

/// A call on a stream of device 0 with all arrays there, captured.
struct RuntimeCudaCapture : RuntimeCudaContext {
  CurrentDevice current;
  void *stream = nullptr;

  void SetUp() override {
    RuntimeCudaContext::SetUp();
    ASSERT_EQ(cuStreamCreate(&stream, 0), 0);
    options.stream = stream;
  }
  void TearDown() override {
    cuStreamDestroy_v2(stream);
    // The base checks that nothing is left, so the context goes first.
    void *context = nullptr;
    cuCtxPopCurrent_v2(&context);
    cuDevicePrimaryCtxRelease_v2(0);
    RuntimeCudaContext::TearDown();
    cuDevicePrimaryCtxRetain(&context, 0);
    cuCtxPushCurrent_v2(context);
  }

  keops_status callCaptured(Placed &out) {
    Placed g(problem.g, Place::Device), x(problem.x, Place::Device),
        y(problem.y, Place::Device), b(problem.b, Place::Device);
    void *args[] = {g.start, x.start, y.start, b.start, out.start};
    void *graph = nullptr;
    EXPECT_EQ(cuStreamBeginCapture_v2(stream, 0), 0);
    keops_status status = keops_rt_call_v1(&cudaGauss, &options, 11, 300, args);
    EXPECT_EQ(cuStreamEndCapture(stream, &graph), 0);
    return status;
  }
};

TEST_F(RuntimeCudaCapture, loadsLaunchesAndAllocatesWithoutWaiting) {
  Placed out(std::vector<double>(11), Place::Device);
  int64_t before = simulatorCounts().waits;
  ASSERT_EQ(callCaptured(out), KEOPS_OK) << keops_last_error();
  EXPECT_EQ(simulatorCounts().waits, before);
  expectNear(out.read(), expected);
}

TEST_F(RuntimeCudaCapture, hostArraysAreAStatus) {
  Placed out(std::vector<double>(11), Place::Host);
  EXPECT_EQ(callCaptured(out), KEOPS_ERROR_POINTER_LOCATION);
  expectSays("result 'out' is in host memory; while options->stream is being "
             "captured");
  options.location = KEOPS_LOCATION_HOST;
  EXPECT_EQ(callCaptured(out), KEOPS_ERROR_POINTER_LOCATION);
}

TEST_F(RuntimeCudaCapture, withoutPoolsAWorkspaceIsNeeded) {
  keops_simulator_set("pools", 0);
  Placed out(std::vector<double>(11), Place::Device);
  EXPECT_EQ(callCaptured(out), KEOPS_ERROR_INVALID_OPTIONS);
  expectSays("set options->workspace");
  size_t bytes = keops_rt_workspace_bytes_v1(&cudaGauss, &options, 11, 300);
  Placed memory(std::vector<double>(bytes / 8 + 1), Place::Device);
  options.workspace = memory.start;
  options.workspace_bytes = bytes;
  ASSERT_EQ(callCaptured(out), KEOPS_OK) << keops_last_error();
  expectNear(out.read(), expected);
}

} // namespace
