//===- CudaChecksTest.cpp - the simulator finds planted bugs --------------===//
#include "CudaTestData.h"

using namespace keops::test;

namespace {

/// Calls of x -> out on three blocks.
struct SimulatorChecks : CudaTest {
  const int64_t ni = 3 * cudaTestThreads;

  keops_status callOn(const keops_rt_kernel &kernel, int64_t rows) {
    std::vector<double> x = randomRows(rows, 1), out(rows);
    void *args[] = {x.data(), out.data()};
    keops_options options = cudaOptions();
    return keops_rt_call_v1(&kernel, &options, rows, 0, args);
  }

  void expectFound(const keops_rt_kernel &kernel, int64_t rows,
                   const char *error, const char *report) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(callOn(kernel, rows), KEOPS_ERROR_DEVICE);
    std::string text = testing::internal::GetCapturedStderr();
    expectSays(error);
    EXPECT_NE(text.find(report), std::string::npos)
        << "'" << text << "' lacks '" << report << "'";
    EXPECT_NE(text.find("kernel '"), std::string::npos) << text;
  }
};

TEST_F(SimulatorChecks, rightKernelsPass) {
  EXPECT_EQ(callOn(cudaReverse, ni), KEOPS_OK);
  EXPECT_EQ(callOn(cudaAny, ni), KEOPS_OK);
}

TEST_F(SimulatorChecks, readsBeyondAnArray) {
  const int64_t rows = cudaTestThreads - 3;
  expectFound(cudaReadsBeyond, rows, "CUDA_ERROR_ILLEGAL_ADDRESS",
              "of 40 bytes of device memory: out of bounds");
}

TEST_F(SimulatorChecks, readsHostMemory) {
  expectFound(cudaReadsHost, ni, "CUDA_ERROR_ILLEGAL_ADDRESS",
              "read of 8 bytes at ");
}

TEST_F(SimulatorChecks, readsBeyondSharedMemory) {
  expectFound(cudaReadsBeyondShared, ni, "CUDA_ERROR_ILLEGAL_ADDRESS",
              "read of 8 bytes at ");
}

TEST_F(SimulatorChecks, aMissingBarrier) {
  expectFound(cudaSharedRace, ni, "CUDA_ERROR_LAUNCH_FAILED",
              "of shared memory: byte 0 is ");
}

TEST_F(SimulatorChecks, blocksThatWriteTheSameBytes) {
  expectFound(cudaBlockRace, ni, "CUDA_ERROR_LAUNCH_FAILED",
              "offset 0 of device memory: byte 0 is written by block (");
}

TEST_F(SimulatorChecks, blocksThatReadWhatOthersWrite) {
  expectFound(cudaBlockReadsBlock, ni, "CUDA_ERROR_LAUNCH_FAILED",
              "of the same launch");
}

TEST_F(SimulatorChecks, aBarrierThatNotAllReach) {
  for (int checks : {0, 1}) {
    keops_simulator_set("check", checks);
    expectFound(cudaLostBarrier, ni, "CUDA_ERROR_LAUNCH_FAILED",
                "7 of 8 threads wait at a barrier");
  }
}

/// Without checks the order of threads still shows a missing barrier.
TEST_F(SimulatorChecks, aMissingBarrierGivesWrongNumbers) {
  keops_simulator_set("check", 0);
  std::vector<double> x = randomRows(ni, 1), out(ni), right(ni);
  keops_options options = cudaOptions();
  void *args[] = {x.data(), out.data()};
  ASSERT_EQ(keops_rt_call_v1(&cudaSharedRace, &options, ni, 0, args), KEOPS_OK);
  args[1] = right.data();
  ASSERT_EQ(keops_rt_call_v1(&cudaReverse, &options, ni, 0, args), KEOPS_OK);
  EXPECT_NE(out, right);
}

} // namespace
