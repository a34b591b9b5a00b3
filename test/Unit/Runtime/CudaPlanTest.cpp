//===- CudaPlanTest.cpp - slots and splits follow from the sizes ----------===//
#include "CudaTestData.h"

using namespace keops::test;

namespace {

struct RuntimeCudaPlan : CudaTest {
  keops_options options = cudaOptions();

  /// Slots and splits as the kernel sees them.
  std::vector<double> planned(const keops_rt_kernel &kernel, int64_t ni,
                              int64_t nj) {
    double x = 0, y = 0;
    std::vector<double> out(2, -1);
    void *args[] = {&x, &y, out.data()};
    EXPECT_EQ(keops_rt_call_v1(&kernel, &options, ni, nj, args), KEOPS_OK)
        << keops_last_error();
    return out;
  }
  using Numbers = std::vector<double>;
};

TEST_F(RuntimeCudaPlan, rowsAreRoundedUpToBlocks) {
  EXPECT_EQ(planned(cudaProbe, 1, 1), Numbers({8, 1}));
  EXPECT_EQ(planned(cudaProbe, 8, 1), Numbers({8, 1}));
  EXPECT_EQ(planned(cudaProbe, 9, 1), Numbers({16, 1}));
}

TEST_F(RuntimeCudaPlan, eachSplitHasTwoTiles) {
  EXPECT_EQ(planned(cudaProbe, 1, 31), Numbers({8, 2}));
  EXPECT_EQ(planned(cudaProbe, 1, 16), Numbers({8, 1}));
  EXPECT_EQ(planned(cudaProbe, 1, 160), Numbers({8, 10}));
}

TEST_F(RuntimeCudaPlan, splitsFillTheDevice) {
  const int64_t columns = 100000;
  EXPECT_EQ(planned(cudaProbe, 1, columns), Numbers({8, 512}));
  EXPECT_EQ(planned(cudaProbe, 800, columns), Numbers({800, 22}));
  EXPECT_EQ(planned(cudaProbe, 8 * 1055, columns), Numbers({8440, 3}));
  EXPECT_EQ(planned(cudaProbe, 8 * 1056, columns), Numbers({8448, 1}));
}

TEST_F(RuntimeCudaPlan, splitsCostBoundedMemory) {
  EXPECT_EQ(planned(cudaLargeStates, 1, 100000), Numbers({8, 32}));
  EXPECT_EQ(planned(cudaLargeStates, 8 * 40, 100000), Numbers({320, 1}));
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&cudaLargeStates, &options, 320, 9),
            (size_t(320) << 20) + 255);
}

TEST_F(RuntimeCudaPlan, workspaceNeedsNoDevice) {
  options.ordinal = 17;
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&cudaProbe, &options, 1, 160),
            size_t(8 * 10 * 8 + 255));
}

TEST_F(RuntimeCudaPlan, extentsBeyondAGrid) {
  double x = 0;
  void *args[] = {&x, &x + 1, &x + 2};
  const int64_t largest = INT64_C(0x7fffffff) * 8;
  options.location = KEOPS_LOCATION_HOST;
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&cudaProbe, &options, largest, 1), 0u);
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&cudaProbe, &options, largest + 1, 1),
            0u);
  expectSays("exceed what one launch on a CUDA device covers, 17179869176");
  EXPECT_EQ(
      keops_rt_workspace_bytes_v1(&cudaTwoPasses, &options, INT64_MAX / 4, 1),
      0u);
  expectSays("address space");
  (void)args;
}

} // namespace
