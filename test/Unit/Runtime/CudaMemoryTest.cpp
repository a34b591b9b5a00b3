//===- CudaMemoryTest.cpp - where arrays and the workspace are ------------===//
#include "CudaTestData.h"

using namespace keops::test;

namespace {

struct RuntimeCudaMemory : CudaTest {
  const int64_t ni = 11, nj = 2000;
  GaussProblem problem{ni, nj};
  keops_options options = cudaOptions();

  /// One call with each array in a memory of its own.
  keops_status callPlaced(const std::vector<Place> &places,
                          std::vector<double> &out) {
    Placed g(problem.g, places[0]), x(problem.x, places[1]),
        y(problem.y, places[2]), b(problem.b, places[3]),
        result(std::vector<double>(ni, -99), places[4]);
    void *args[] = {g.start, x.start, y.start, b.start, result.start};
    keops_status status = keops_rt_call_v1(&cudaGauss, &options, ni, nj, args);
    out = result.read();
    return status;
  }

  void expectLocation(const std::vector<Place> &places, const char *message) {
    std::vector<double> out;
    EXPECT_EQ(callPlaced(places, out), KEOPS_ERROR_POINTER_LOCATION);
    expectSays(message);
    EXPECT_EQ(out, std::vector<double>(ni, -99));
  }
};

constexpr Place H = Place::Host, D = Place::Device, M = Place::Managed,
                P = Place::Pinned;

TEST_F(RuntimeCudaMemory, everyMixtureOfPlaces) {
  CurrentDevice current;
  for (const std::vector<Place> &places : {std::vector<Place>{H, H, H, H, H},
                                           {D, D, D, D, D},
                                           {M, M, M, M, M},
                                           {P, P, P, P, P},
                                           {H, D, D, D, D},
                                           {H, D, H, M, D},
                                           {D, H, P, D, H},
                                           {M, D, H, H, P}}) {
    std::vector<double> out;
    ASSERT_EQ(callPlaced(places, out), KEOPS_OK) << keops_last_error();
    expectNear(out, problem.expected());
  }
}

/// A scalar on the host does not make the call wait; a result there does.
TEST_F(RuntimeCudaMemory, onlyResultsOnTheHostAreWaitedFor) {
  CurrentDevice current;
  std::vector<double> out;
  ASSERT_EQ(callPlaced({H, D, D, D, D}, out), KEOPS_OK);
  int64_t before = simulatorCounts().waits;
  ASSERT_EQ(callPlaced({H, D, D, D, D}, out), KEOPS_OK);
  EXPECT_EQ(simulatorCounts().waits, before);
  ASSERT_EQ(callPlaced({H, D, D, D, H}, out), KEOPS_OK);
  EXPECT_EQ(simulatorCounts().waits, before + 1);
  options.location = KEOPS_LOCATION_HOST;
  ASSERT_EQ(callPlaced({H, M, M, M, M}, out), KEOPS_OK);
  EXPECT_EQ(simulatorCounts().waits, before + 2);
  options.location = KEOPS_LOCATION_AUTO; // what is pinned is read later
  ASSERT_EQ(callPlaced({P, D, D, D, D}, out), KEOPS_OK);
  EXPECT_EQ(simulatorCounts().waits, before + 3);
}

TEST_F(RuntimeCudaMemory, locationHost) {
  CurrentDevice current;
  options.location = KEOPS_LOCATION_HOST;
  std::vector<double> out;
  ASSERT_EQ(callPlaced({H, P, M, H, H}, out), KEOPS_OK) << keops_last_error();
  expectNear(out, problem.expected());
  expectLocation({H, H, D, H, H}, "argument 'y' is in the memory of device 0; "
                                  "options->location is KEOPS_LOCATION_HOST");
}

TEST_F(RuntimeCudaMemory, locationDevice) {
  CurrentDevice current;
  options.location = KEOPS_LOCATION_DEVICE;
  std::vector<double> out;
  ASSERT_EQ(callPlaced({D, D, M, D, D}, out), KEOPS_OK) << keops_last_error();
  expectNear(out, problem.expected());
  expectLocation({D, D, D, H, D}, "argument 'b' is in host memory");
  expectLocation({D, D, D, D, P}, "result 'out' is in host memory");
}

TEST_F(RuntimeCudaMemory, theMemoryOfAnotherDevice) {
  CurrentDevice current(1);
  expectLocation({H, H, D, H, H},
                 "argument 'y' is in the memory of device 1; the call runs on "
                 "device 0");
  options.ordinal = 1;
  std::vector<double> out;
  ASSERT_EQ(callPlaced({H, H, D, H, H}, out), KEOPS_OK) << keops_last_error();
  expectNear(out, problem.expected());
}

TEST_F(RuntimeCudaMemory, callersWorkspaceIsEnoughAndNothingElseIsTouched) {
  CurrentDevice current;
  size_t bytes = keops_rt_workspace_bytes_v1(&cudaGauss, &options, ni, nj);
  ASSERT_GT(bytes, 0u);
  for (size_t shift : {size_t(0), size_t(1), size_t(255)}) {
    const size_t around = 512;
    Placed memory(std::vector<double>((bytes + around) / 8 + 1, 7), D);
    options.workspace = reinterpret_cast<char *>(memory.start) + shift;
    options.workspace_bytes = bytes;
    int64_t allocated = simulatorCounts().allocations;
    std::vector<double> out;
    ASSERT_EQ(callPlaced({D, D, D, D, D}, out), KEOPS_OK) << keops_last_error();
    expectNear(out, problem.expected());
    EXPECT_EQ(simulatorCounts().allocations, allocated);
    std::vector<double> after = memory.read();
    EXPECT_EQ(after.back(), 7);
    EXPECT_EQ(after[(shift + bytes) / 8 + 1], 7);
  }
}

TEST_F(RuntimeCudaMemory, misusedWorkspaces) {
  CurrentDevice current;
  size_t bytes = keops_rt_workspace_bytes_v1(&cudaGauss, &options, ni, nj);
  Placed memory(std::vector<double>(bytes / 8 + 1), D);
  options.workspace = memory.start;
  options.workspace_bytes = bytes - 1;
  std::vector<double> out;
  EXPECT_EQ(callPlaced({D, D, D, D, D}, out), KEOPS_ERROR_WORKSPACE_TOO_SMALL);
  expectSays(std::to_string(bytes));
  std::vector<char> host(bytes);
  options.workspace = host.data();
  options.workspace_bytes = bytes;
  expectLocation({D, D, D, D, D}, "options->workspace is in host memory");
  CurrentDevice other(1);
  Placed elsewhere(std::vector<double>(bytes / 8 + 1), D);
  options.workspace = elsewhere.start;
  expectLocation({H, H, H, H, H},
                 "options->workspace is in the memory of device 1; the call "
                 "runs on device 0");
}

/// An allocator of device memory at odd addresses.
struct DeviceAllocator {
  size_t bytes = 0;
  int calls = 0, outstanding = 0;

  static void *allocate(void *context, size_t bytes) {
    auto *self = static_cast<DeviceAllocator *>(context);
    self->calls++;
    self->outstanding++;
    self->bytes += bytes;
    uintptr_t start = 0;
    cuMemAlloc_v2(&start, bytes + 1);
    return reinterpret_cast<void *>(start + 1);
  }
  static void release(void *context, void *pointer, size_t) {
    static_cast<DeviceAllocator *>(context)->outstanding--;
    cuMemFree_v2(reinterpret_cast<uintptr_t>(pointer) - 1);
  }
};

TEST_F(RuntimeCudaMemory, callersAllocatorIsAskedForWhatIsReported) {
  CurrentDevice current;
  DeviceAllocator allocator;
  options.allocate = DeviceAllocator::allocate;
  options.release = DeviceAllocator::release;
  options.allocator_context = &allocator;
  std::vector<double> out;
  ASSERT_EQ(callPlaced({D, D, D, D, D}, out), KEOPS_OK) << keops_last_error();
  expectNear(out, problem.expected());
  EXPECT_EQ(allocator.bytes,
            keops_rt_workspace_bytes_v1(&cudaGauss, &options, ni, nj));
  EXPECT_EQ(allocator.calls, 1);
  ASSERT_EQ(callPlaced({H, H, D, D, D}, out), KEOPS_OK) << keops_last_error();
  EXPECT_EQ(allocator.calls, 4); /* and device copies of g and x */
  EXPECT_EQ(allocator.outstanding, 0);
}

TEST_F(RuntimeCudaMemory, misusedAllocators) {
  CurrentDevice current;
  int outstanding = 0;
  options.allocator_context = &outstanding;
  options.allocate = [](void *context, size_t) {
    ++*static_cast<int *>(context);
    return context;
  };
  options.release = [](void *context, void *, size_t) {
    --*static_cast<int *>(context);
  };
  expectLocation({D, D, D, D, D},
                 "what options->allocate returned is in host memory");
  EXPECT_EQ(outstanding, 0);
  options.allocate = [](void *, size_t) -> void * { return nullptr; };
  std::vector<double> out;
  EXPECT_EQ(callPlaced({D, D, D, D, D}, out), KEOPS_ERROR_OUT_OF_MEMORY);
  expectSays("options->allocate returned NULL");
}

TEST_F(RuntimeCudaMemory, devicesWithoutMemoryPools) {
  keops_simulator_set("pools", 0);
  CurrentDevice current;
  for (const std::vector<Place> &places :
       {std::vector<Place>{H, H, H, H, H}, {D, D, D, D, D}}) {
    std::vector<double> out;
    int64_t before = simulatorCounts().waits;
    ASSERT_EQ(callPlaced(places, out), KEOPS_OK) << keops_last_error();
    expectNear(out, problem.expected());
    EXPECT_GT(simulatorCounts().waits, before); // memory is freed after its use
  }
}

TEST_F(RuntimeCudaMemory, smallCallsNeedNoWorkspace) {
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&cudaGauss, &options, 5, 10), 0u);
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&cudaMap, &options, 5, 10), 0u);
}

} // namespace
