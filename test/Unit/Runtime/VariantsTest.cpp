//===- VariantsTest.cpp - the code that fits the processor is chosen ------===//
//
// KEOPS_CPU_VARIANT is read once per process, so each value gets a process of
// its own: the exit code says which variant ran.
//
//===----------------------------------------------------------------------===//
#include "TestKernels.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <string>
#include <vector>

namespace {

/// A map that writes which of its variants ran.
template <int which>
void writeWhich(const keops_rt_frame *frame, int64_t, int64_t, const void *,
                void *) {
  *static_cast<double *>(frame->args[1]) = which;
}

template <int which>
const keops_rt_pass_code code = {nullptr, nullptr,           nullptr,
                                 nullptr, writeWhich<which>, 0};

/// The variant that runs, or minus the status.
int variantThatRuns(const std::vector<keops_rt_variant> &variants) {
  keops_rt_kernel kernel = testMap;
  kernel.name = "chosen";
  kernel.num_variants = static_cast<int32_t>(variants.size());
  kernel.variants = variants.data();
  double x = 0, out = -99;
  void *args[] = {&x, &out};
  keops_status status = keops_rt_call_v1(&kernel, nullptr, 1, 1, args);
  return status ? -status : static_cast<int>(out);
}

TEST(RuntimeVariants, theFirstThatRunsIsChosen) {
  EXPECT_EQ(variantThatRuns({{"generic", nullptr, &code<0>}}), 0);
  EXPECT_EQ(variantThatRuns({{"future", "warp-drive", &code<0>},
                             {"generic", nullptr, &code<1>},
                             {"generic", nullptr, &code<2>}}),
            1);
}

TEST(RuntimeVariants, noneIsAStatusThatSaysWhy) {
  EXPECT_EQ(variantThatRuns({{"future", "warp-drive", &code<0>}}),
            -KEOPS_ERROR_NO_VARIANT);
  std::string message = keops_last_error();
  EXPECT_NE(message.find("future; it lacks warp-drive"), std::string::npos)
      << message;
  EXPECT_EQ(variantThatRuns({}), -KEOPS_ERROR_NO_VARIANT);
}

TEST(RuntimeVariants, aNameWithoutFeaturesCannotBeVouchedFor) {
  EXPECT_EQ(variantThatRuns({{"znver99", nullptr, &code<0>}}),
            -KEOPS_ERROR_NO_VARIANT);
}

TEST(RuntimeVariants, signsAndEmptyItemsOfAList) {
  EXPECT_EQ(variantThatRuns({{"any", "", &code<0>}}), 0);
  EXPECT_EQ(variantThatRuns({{"any", ",-warp-drive,,", &code<0>}}), 0);
  EXPECT_EQ(variantThatRuns({{"any", "-x,+warp-drive", &code<0>}}),
            -KEOPS_ERROR_NO_VARIANT);
}

#if defined(__x86_64__) && defined(__GNUC__)

const std::vector<keops_rt_variant> levels = {{"x86-64-v4", nullptr, &code<4>},
                                              {"x86-64-v3", nullptr, &code<3>},
                                              {"x86-64-v2", nullptr, &code<2>},
                                              {"x86-64", nullptr, &code<1>}};

/// The compiler's own detection is the reference.
int bestLevel() {
  __builtin_cpu_init();
  bool v2 =
      __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  bool v3 = v2 && __builtin_cpu_supports("avx2") &&
            __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
  bool v4 = v3 && __builtin_cpu_supports("avx512f") &&
            __builtin_cpu_supports("avx512vl") &&
            __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512dq");
  return v4 ? 4 : v3 ? 3 : v2 ? 2 : 1;
}

TEST(RuntimeVariants, levelsAsTheCompilerSeesThem) {
  EXPECT_EQ(variantThatRuns(levels), bestLevel());
}

TEST(RuntimeVariants, featuresAsTheCompilerSeesThem) {
#define CHECK_FEATURE(llvm, gcc)                                               \
  EXPECT_EQ(variantThatRuns({{"any", llvm, &code<0>}}) == 0,                   \
            !!__builtin_cpu_supports(gcc))                                     \
      << llvm
  CHECK_FEATURE("ssse3", "ssse3");
  CHECK_FEATURE("sse4.1", "sse4.1");
  CHECK_FEATURE("avx", "avx");
  CHECK_FEATURE("avx2", "avx2");
  CHECK_FEATURE("fma", "fma");
  CHECK_FEATURE("bmi", "bmi");
  CHECK_FEATURE("bmi2", "bmi2");
  CHECK_FEATURE("sse4a", "sse4a");
  CHECK_FEATURE("fma4", "fma4");
  CHECK_FEATURE("gfni", "gfni");
  CHECK_FEATURE("avx512f", "avx512f");
  CHECK_FEATURE("avx512ifma", "avx512ifma");
  CHECK_FEATURE("avx512vbmi", "avx512vbmi");
  CHECK_FEATURE("avx512vnni", "avx512vnni");
#undef CHECK_FEATURE
}

/// LLVM lists them for a processor, but a kernel does not use them.
TEST(RuntimeVariants, featuresOfSystemCodeDoNotMatter) {
  EXPECT_EQ(variantThatRuns({{"any", "+sgx,+shstk,+x87,+kl", &code<0>}}), 0);
}

struct RuntimeForcedVariant : testing::Test {
  void SetUp() override {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
  }
  void TearDown() override { unsetenv("KEOPS_CPU_VARIANT"); }

  /// In a fresh process with KEOPS_CPU_VARIANT set.
  void expect(const char *forced, int result, const char *message = "") {
    setenv("KEOPS_CPU_VARIANT", forced, 1);
    EXPECT_EXIT(
        {
          int got = variantThatRuns(levels);
          std::fprintf(stderr, "%s", keops_last_error());
          std::_Exit(got == result ? 0 : 1);
        },
        testing::ExitedWithCode(0), message)
        << forced;
  }
};

TEST_F(RuntimeForcedVariant, levels) {
  expect("x86-64", 1);
  expect("x86-64-v2", bestLevel() >= 2 ? 2 : -KEOPS_ERROR_NO_VARIANT);
  expect("x86-64-v3", bestLevel() >= 3 ? 3 : -KEOPS_ERROR_NO_VARIANT);
  expect("x86-64-v4", bestLevel() >= 4 ? 4 : -KEOPS_ERROR_NO_VARIANT);
  expect("", bestLevel());
}

TEST_F(RuntimeForcedVariant, unknown) {
  expect("x86-64-v9", -KEOPS_ERROR_NO_VARIANT,
         "KEOPS_CPU_VARIANT asks for 'x86-64-v9'.*code for: x86-64-v4, "
         "x86-64-v3, x86-64-v2, x86-64");
  expect("x86-64-v", -KEOPS_ERROR_NO_VARIANT, "asks for 'x86-64-v'");
}

TEST_F(RuntimeForcedVariant, nativeByItsShortName) {
  setenv("KEOPS_CPU_VARIANT", "native", 1);
  EXPECT_EXIT(std::_Exit(variantThatRuns({{"x86-64", nullptr, &code<0>},
                                          {"native:any", "sse3", &code<7>}})),
              testing::ExitedWithCode(7), "");
}

#endif

} // namespace
