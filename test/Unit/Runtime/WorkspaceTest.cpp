//===- WorkspaceTest.cpp - memory is asked for, reported and given back ---===//
#include "TestData.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

using namespace keops::test;

namespace {

/// An allocator that counts, fails on demand, and returns odd addresses.
struct Counting {
  size_t bytes = 0;
  int calls = 0, outstanding = 0;
  bool fail = false;

  static void *allocate(void *context, size_t bytes) {
    auto *self = static_cast<Counting *>(context);
    if (self->fail)
      return nullptr;
    self->calls++;
    self->outstanding++;
    self->bytes = bytes;
    return static_cast<char *>(std::malloc(bytes + 1)) + 1;
  }

  static void release(void *context, void *pointer, size_t bytes) {
    auto *self = static_cast<Counting *>(context);
    EXPECT_EQ(bytes, self->bytes);
    self->outstanding--;
    std::free(static_cast<char *>(pointer) - 1);
  }

  keops_options options(int threads) {
    keops_options options = optionsWithThreads(threads);
    options.allocate = allocate;
    options.release = release;
    options.allocator_context = this;
    return options;
  }
};

TEST(RuntimeWorkspace, reportIsExactlyWhatACallAsksFor) {
  for (const keops_rt_kernel *kernel :
       {&testSum, &testBigSum, &testTwoPasses, &testFullSum, &testSumOverI})
    for (int64_t ni : {0, 1, 3, 40, 3000})
      for (int64_t nj : {0, 1, 40, 3000})
        for (int threads : {1, 2, 4}) {
          Counting counting;
          keops_options options = counting.options(threads);
          std::vector<double> x = randomRows(ni, 1), y = randomRows(nj, 2),
                              out(ni + nj + 1);
          size_t reported =
              keops_rt_workspace_bytes_v1(kernel, &options, ni, nj);
          ASSERT_EQ(call(*kernel, x, y, out, &options), KEOPS_OK)
              << keops_last_error();
          ASSERT_EQ(counting.bytes, reported) << ni << " x " << nj;
          ASSERT_EQ(counting.calls, reported ? 1 : 0);
          ASSERT_EQ(counting.outstanding, 0);
        }
}

TEST(RuntimeWorkspace, smallCallsNeedNone) {
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&testSum, nullptr, 10, 10), 0u);
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&testTwoPasses, nullptr, 10, 10), 0u);
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&testFullSum, nullptr, 10, 10), 0u);
}

TEST(RuntimeWorkspace, staysLinearInTheExtents) {
  const int64_t million = 1000000;
  for (const keops_rt_kernel *kernel : {&testSum, &testFullSum, &testTwoPasses})
    EXPECT_LT(keops_rt_workspace_bytes_v1(kernel, nullptr, million, million),
              size_t(16) * million);
}

TEST(RuntimeWorkspace, callersMemoryIsEnoughAndNothingElseIsTouched) {
  const int64_t ni = 40, nj = 3000;
  keops_options options = optionsWithThreads(2);
  size_t bytes = keops_rt_workspace_bytes_v1(&testSum, &options, ni, nj);
  ASSERT_GT(bytes, 0u);
  std::vector<double> x = randomRows(ni, 1), y = randomRows(nj, 2), out(ni),
                      expected(ni);
  ASSERT_EQ(call(testSum, x, y, expected), KEOPS_OK);
  for (size_t shift : {0, 1, 63}) {
    std::vector<char> memory(bytes + 128, 0x5a);
    options.workspace = memory.data() + shift;
    options.workspace_bytes = bytes;
    ASSERT_EQ(call(testSum, x, y, out, &options), KEOPS_OK);
    EXPECT_EQ(out, expected);
    auto untouched = [](char c) { return c == 0x5a; };
    EXPECT_TRUE(std::all_of(memory.begin(), memory.begin() + shift, untouched));
    EXPECT_TRUE(
        std::all_of(memory.begin() + shift + bytes, memory.end(), untouched));
  }
}

TEST(RuntimeWorkspace, tooSmallIsAStatus) {
  std::vector<double> x = randomRows(40, 1), y = randomRows(3000, 2), out(40);
  keops_options options = optionsWithThreads(2);
  size_t bytes = keops_rt_workspace_bytes_v1(&testSum, &options, 40, 3000);
  std::vector<char> memory(bytes);
  options.workspace = memory.data();
  options.workspace_bytes = bytes - 1;
  EXPECT_EQ(call(testSum, x, y, out, &options),
            KEOPS_ERROR_WORKSPACE_TOO_SMALL);
  EXPECT_NE(std::string(keops_last_error()).find(std::to_string(bytes)),
            std::string::npos);
}

TEST(RuntimeWorkspace, aFailingAllocatorIsAStatus) {
  std::vector<double> x = randomRows(40, 1), y = randomRows(3000, 2), out(40);
  Counting counting;
  counting.fail = true;
  keops_options options = counting.options(2);
  EXPECT_EQ(call(testSum, x, y, out, &options), KEOPS_ERROR_OUT_OF_MEMORY);
  EXPECT_NE(std::string(keops_last_error()).find("options->allocate"),
            std::string::npos);
}

/// Extents that no memory holds: the report, which touches no array, fails.
TEST(RuntimeWorkspace, beyondTheAddressSpace) {
  EXPECT_EQ(
      keops_rt_workspace_bytes_v1(&testTwoPasses, nullptr, INT64_MAX / 2, 1),
      0u);
  EXPECT_NE(std::string(keops_last_error()).find("address space"),
            std::string::npos);
}

TEST(RuntimeWorkspace, misuseReportsNothing) {
  EXPECT_EQ(keops_rt_workspace_bytes_v1(&testBigSum, nullptr, -1, 5), 0u);
  EXPECT_NE(std::string(keops_last_error()).find("ni is -1"),
            std::string::npos);
}

} // namespace
