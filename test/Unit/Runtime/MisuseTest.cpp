//===- MisuseTest.cpp - each misuse has its status and its sentence -------===//
#include "TestData.h"

#include "gtest/gtest.h"

#include <string>

using namespace keops::test;

namespace {

void expectMessage(const std::string &part) {
  std::string message = keops_last_error();
  EXPECT_NE(message.find(part), std::string::npos)
      << "'" << message << "' lacks '" << part << "'";
}

/// One well-formed call of out[i] = sum_j x[i] y[j], to be spoilt.
struct RuntimeMisuse : testing::Test {
  std::vector<double> x = integerRows(10, 1), y = integerRows(20, 2), out;
  void *args[3];
  keops_options options = KEOPS_OPTIONS_INIT;

  RuntimeMisuse() : out(10, -99), args{x.data(), y.data(), out.data()} {}

  /// The spoilt call fails, says so, and writes nothing.
  void expectFailure(keops_status status, const char *message, int64_t ni = 10,
                     int64_t nj = 20, const keops_rt_kernel &kernel = testSum) {
    EXPECT_EQ(keops_rt_call_v1(&kernel, &options, ni, nj, args), status)
        << keops_last_error();
    expectMessage(message);
    expectMessage(kernel.name);
    EXPECT_EQ(out, std::vector<double>(10, -99));
  }
};

TEST_F(RuntimeMisuse, theCallItselfIsRight) {
  EXPECT_EQ(keops_rt_call_v1(&testSum, &options, 10, 20, args), KEOPS_OK);
}

TEST_F(RuntimeMisuse, nullPointers) {
  args[0] = nullptr;
  expectFailure(KEOPS_ERROR_NULL_POINTER,
                "argument 'x' is NULL; expected an array of 10 x 1 f64");
  args[0] = x.data();
  args[2] = nullptr;
  expectFailure(KEOPS_ERROR_NULL_POINTER,
                "result 'out' is NULL; expected an array of 10 x 1 f64");
}

TEST_F(RuntimeMisuse, nullIsRightForEmptyArrays) {
  args[1] = nullptr;
  EXPECT_EQ(keops_rt_call_v1(&testSum, nullptr, 10, 0, args), KEOPS_OK);
  args[0] = args[2] = nullptr;
  EXPECT_EQ(keops_rt_call_v1(&testSum, nullptr, 0, 0, args), KEOPS_OK);
}

TEST_F(RuntimeMisuse, negativeExtents) {
  expectFailure(KEOPS_ERROR_NEGATIVE_EXTENT, "ni is -1; expected 0 or more",
                -1);
  expectFailure(KEOPS_ERROR_NEGATIVE_EXTENT, "nj is -7; expected 0 or more", 10,
                -7);
}

TEST_F(RuntimeMisuse, extentsBeyondTheAddressSpace) {
  expectFailure(KEOPS_ERROR_EXTENT_TOO_LARGE, "argument array 'x' of",
                INT64_MAX);
  expectFailure(KEOPS_ERROR_EXTENT_TOO_LARGE, "argument array 'y' of", 10,
                INT64_MAX / 8);
  expectFailure(KEOPS_ERROR_EXTENT_TOO_LARGE, "exceeds a 64-bit index",
                INT64_C(1) << 40, INT64_C(1) << 40, testFullSum);
}

TEST_F(RuntimeMisuse, misalignedPointers) {
  args[1] = reinterpret_cast<char *>(y.data()) + 4;
  expectFailure(KEOPS_ERROR_MISALIGNED, "expected a multiple of 8 bytes", 10,
                19);
}

TEST_F(RuntimeMisuse, overlaps) {
  args[2] = x.data();
  expectFailure(KEOPS_ERROR_OVERLAP, "overlaps argument 'x'");
  args[2] = y.data() + 19;
  expectFailure(KEOPS_ERROR_OVERLAP, "overlaps argument 'y'");
  args[2] = out.data();
  args[1] = out.data();
  expectFailure(KEOPS_ERROR_OVERLAP, "overlaps argument 'y'", 10, 10);
}

TEST_F(RuntimeMisuse, resultsOverlapEachOther) {
  keops_rt_argument both[] = {testSum.args[0], testSum.args[1], testSum.args[2],
                              testSum.args[2]};
  both[3].name = "second";
  keops_rt_kernel kernel = testSum;
  kernel.num_args = 4;
  kernel.args = both;
  std::vector<double> results(19);
  void *four[] = {args[0], args[1], results.data(), results.data() + 9};
  EXPECT_EQ(keops_rt_call_v1(&kernel, &options, 10, 20, four),
            KEOPS_ERROR_OVERLAP);
  expectMessage("'second'");
  expectMessage("overlaps result 'out'");
}

TEST_F(RuntimeMisuse, neighboursDoNotOverlap) {
  std::vector<double> all(40, 1);
  void *adjacent[] = {all.data(), all.data() + 10, all.data() + 30};
  EXPECT_EQ(keops_rt_call_v1(&testSum, nullptr, 10, 20, adjacent), KEOPS_OK);
}

TEST_F(RuntimeMisuse, devices) {
  options.device = 7;
  expectFailure(KEOPS_ERROR_UNKNOWN_DEVICE, "options->device is 7");
  options.device = KEOPS_CUDA;
  expectFailure(KEOPS_ERROR_NO_DEVICE, "no CUDA code");
  options.device = KEOPS_CPU;
  options.ordinal = 1;
  expectFailure(KEOPS_ERROR_NO_DEVICE, "options->ordinal is 1");
  options.ordinal = -1;
  expectFailure(KEOPS_ERROR_INVALID_OPTIONS, "options->ordinal is -1");
  options.ordinal = 0;
  options.location = KEOPS_LOCATION_DEVICE;
  expectFailure(KEOPS_ERROR_POINTER_LOCATION, "host memory");
  options.location = 9;
  expectFailure(KEOPS_ERROR_INVALID_OPTIONS, "options->location is 9");
}

TEST_F(RuntimeMisuse, optionsOfNoKnownSize) {
  for (size_t size : {size_t(0), size_t(1), sizeof(options) - 1, SIZE_MAX}) {
    options.size = size;
    expectFailure(KEOPS_ERROR_INVALID_OPTIONS, "options->size is");
  }
}

TEST_F(RuntimeMisuse, optionsOfALaterVersion) {
  struct {
    keops_options known;
    int64_t later;
  } newer = {KEOPS_OPTIONS_INIT, 0};
  newer.known.size = sizeof(newer);
  EXPECT_EQ(keops_rt_call_v1(&testSum, &newer.known, 10, 20, args), KEOPS_OK);
  newer.later = 1;
  EXPECT_EQ(keops_rt_call_v1(&testSum, &newer.known, 10, 20, args),
            KEOPS_ERROR_INVALID_OPTIONS);
  expectMessage("newer version");
}

TEST_F(RuntimeMisuse, optionsThatMakeNoSense) {
  options.threads = -2;
  expectFailure(KEOPS_ERROR_INVALID_OPTIONS, "options->threads is -2");
  options.threads = 0;
  options.workspace_bytes = 100;
  expectFailure(KEOPS_ERROR_INVALID_OPTIONS, "options->workspace is NULL");
  options.workspace_bytes = 0;
  options.allocate = [](void *, size_t) -> void * { return nullptr; };
  expectFailure(KEOPS_ERROR_INVALID_OPTIONS, "without options->release");
}

TEST_F(RuntimeMisuse, reservedFields) {
  int64_t extent = 2;
  keops_ranges ranges = {0, nullptr, nullptr, nullptr};
  options.batch_dims = 1;
  expectFailure(KEOPS_ERROR_NOT_SUPPORTED, "batch dimensions");
  options.batch_dims = 0;
  options.batch_extents = &extent;
  expectFailure(KEOPS_ERROR_NOT_SUPPORTED, "batch dimensions");
  options.batch_extents = nullptr;
  options.batch_dims = -1;
  expectFailure(KEOPS_ERROR_INVALID_OPTIONS, "options->batch_dims is -1");
  options.batch_dims = 0;
  options.ranges_j = &ranges;
  expectFailure(KEOPS_ERROR_NOT_SUPPORTED, "options->ranges_j");
  options.ranges_j = nullptr;
  options.ranges_i = &ranges;
  expectFailure(KEOPS_ERROR_NOT_SUPPORTED, "options->ranges_i");
}

TEST_F(RuntimeMisuse, kernelOfALaterVersion) {
  keops_rt_kernel kernel = testSum;
  kernel.abi_version = KEOPS_RT_ABI_VERSION + 1;
  expectFailure(KEOPS_ERROR_VERSION, "version", 10, 20, kernel);
}

TEST(RuntimeStatus, everyStatusHasItsName) {
  EXPECT_STREQ(keops_status_string(KEOPS_OK), "KEOPS_OK");
  EXPECT_STREQ(keops_status_string(KEOPS_ERROR_POINTER_LOCATION),
               "KEOPS_ERROR_POINTER_LOCATION");
  for (int status = 1; status <= KEOPS_ERROR_POINTER_LOCATION; ++status)
    EXPECT_EQ(
        std::string(keops_status_string(static_cast<keops_status>(status)))
            .find("KEOPS_ERROR_"),
        0u);
  EXPECT_STREQ(keops_version(), KEOPS_VERSION_STRING);
}

} // namespace
