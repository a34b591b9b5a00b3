//===- ThreadsTest.cpp - threads change nothing but the time --------------===//
#include "TestData.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace keops::test;

extern "C" void GOMP_parallel(void (*)(void *), void *, unsigned, unsigned);

namespace {

/// A parallel-for that starts a thread per task.
struct Spawn {
  std::atomic<int64_t> calls{0}, tasks{0};

  static void run(void *context, int64_t count, keops_task_fn task,
                  void *data) {
    auto *self = static_cast<Spawn *>(context);
    self->calls++;
    self->tasks += count;
    std::vector<std::thread> threads;
    for (int64_t k = count - 1; k >= 0; --k)
      threads.emplace_back(task, data, k);
    for (std::thread &thread : threads)
      thread.join();
  }
};

/// Settings hold for the program, so each test puts OpenMP back.
struct RuntimeThreads : testing::Test {
  void TearDown() override { keops_set_parallel_for(nullptr, nullptr, 0); }
};

/// Results of every kind of pass, as bits.
std::vector<double> everything(int64_t ni, int64_t nj, int threads) {
  keops_options options = optionsWithThreads(threads);
  std::vector<double> x = randomRows(ni, 1), y = randomRows(nj, 2), all;
  for (const keops_rt_kernel *kernel :
       {&testSum, &testBigSum, &testTwoPasses, &testFullSum, &testSumOverI}) {
    int32_t axis = kernel->args[2].axis;
    std::vector<double> out(axis == KEOPS_RT_I   ? ni
                            : axis == KEOPS_RT_J ? nj
                                                 : 1);
    EXPECT_EQ(call(*kernel, x, y, out, &options), KEOPS_OK)
        << keops_last_error();
    all.insert(all.end(), out.begin(), out.end());
  }
  return all;
}

struct Shape {
  int64_t ni, nj;
};

const Shape shapes[] = {{1, 5000},  {3, 5000},  {40, 3000},
                        {300, 500}, {5000, 40}, {9000, 1}};

/// Exact equality of doubles: none of them is a NaN.
TEST_F(RuntimeThreads, openmpResultsDoNotDependOnThreads) {
  for (auto [ni, nj] : shapes) {
    std::vector<double> alone = everything(ni, nj, 1);
    for (int threads : {0, 2, 3, 4})
      ASSERT_EQ(alone, everything(ni, nj, threads))
          << ni << " x " << nj << ", " << threads << " threads";
  }
}

TEST_F(RuntimeThreads, customResultsDoNotDependOnThreads) {
  Spawn spawn;
  for (auto [ni, nj] : shapes) {
    std::vector<double> alone = everything(ni, nj, 1);
    for (int threads : {2, 3, 7}) {
      ASSERT_EQ(keops_set_parallel_for(Spawn::run, &spawn, threads), KEOPS_OK);
      ASSERT_EQ(alone, everything(ni, nj, 0))
          << ni << " x " << nj << ", " << threads << " threads";
    }
  }
  EXPECT_GT(spawn.calls, 0);
  EXPECT_GT(spawn.tasks, spawn.calls);
}

TEST_F(RuntimeThreads, smallProblemsStayOnTheCaller) {
  Spawn spawn;
  ASSERT_EQ(keops_set_parallel_for(Spawn::run, &spawn, 4), KEOPS_OK);
  everything(10, 10, 0);
  everything(10, 10, 4);
  EXPECT_EQ(spawn.calls, 0);
}

TEST_F(RuntimeThreads, optionsLimitTheTasks) {
  Spawn spawn;
  ASSERT_EQ(keops_set_parallel_for(Spawn::run, &spawn, 8), KEOPS_OK);
  std::vector<double> x = randomRows(500, 1), out(500);
  keops_options options = optionsWithThreads(3);
  ASSERT_EQ(call(testSum, x, x, out, &options), KEOPS_OK);
  EXPECT_EQ(spawn.tasks, 3);
  options.threads = 1;
  ASSERT_EQ(call(testSum, x, x, out, &options), KEOPS_OK);
  EXPECT_EQ(spawn.calls, 1);
}

TEST_F(RuntimeThreads, aParallelForThatForgetsTasks) {
  auto forgetful = [](void *, int64_t, keops_task_fn, void *) {};
  ASSERT_EQ(keops_set_parallel_for(forgetful, nullptr, 4), KEOPS_OK);
  std::vector<double> x = randomRows(500, 1), out(500);
  EXPECT_EQ(call(testSum, x, x, out), KEOPS_ERROR_PARALLEL_FOR);
}

TEST_F(RuntimeThreads, aParallelForThatRunsOneTaskIsEnough) {
  auto lazy = [](void *, int64_t, keops_task_fn task, void *data) {
    task(data, 1);
  };
  std::vector<double> alone = everything(300, 500, 1);
  ASSERT_EQ(keops_set_parallel_for(lazy, nullptr, 4), KEOPS_OK);
  EXPECT_EQ(alone, everything(300, 500, 0));
}

TEST_F(RuntimeThreads, settingTwiceIsNoLeakAndNegativeIsRefused) {
  Spawn spawn;
  for (int k = 0; k < 1000; ++k)
    ASSERT_EQ(keops_set_parallel_for(Spawn::run, &spawn, k % 3), KEOPS_OK);
  EXPECT_EQ(keops_set_parallel_for(Spawn::run, &spawn, -1),
            KEOPS_ERROR_INVALID_OPTIONS);
}

/// Several callers at once, the last of which does `meanwhile` between calls.
template <typename Function> void callFromSeveralThreads(Function meanwhile) {
  std::vector<double> alone = everything(300, 500, 1);
  std::vector<std::thread> callers;
  std::atomic<int> right{0};
  for (int k = 0; k < 4; ++k)
    callers.emplace_back([&, k] {
      for (int repeat = 0; repeat < 5; ++repeat) {
        if (k == 3)
          meanwhile(repeat);
        right += everything(300, 500, k == 0 ? 1 : 0) == alone;
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(right, 20);
}

TEST_F(RuntimeThreads, openmpCallsFromSeveralThreads) {
  callFromSeveralThreads([](int) {});
}

TEST_F(RuntimeThreads, customCallsFromSeveralThreads) {
  Spawn spawn;
  keops_set_parallel_for(Spawn::run, &spawn, 2);
  callFromSeveralThreads([&](int repeat) {
    keops_set_parallel_for(Spawn::run, &spawn, 2 + repeat % 2);
  });
}

TEST_F(RuntimeThreads, errorsBelongToTheirThread) {
  std::vector<double> x = randomRows(3, 1), out(3);
  keops_options options = optionsWithThreads(-1);
  EXPECT_EQ(call(testSum, x, x, out, &options), KEOPS_ERROR_INVALID_OPTIONS);
  std::string before = keops_last_error();
  std::thread([&] {
    EXPECT_STREQ(keops_last_error(), "");
    options.threads = -5;
    call(testSum, x, x, out, &options);
  }).join();
  EXPECT_EQ(before, keops_last_error());
}

TEST_F(RuntimeThreads, insideTheCallersParallelRegion) {
  static std::vector<double> alone;
  static std::atomic<int> right;
  alone = everything(300, 500, 1);
  right = 0;
  GOMP_parallel([](void *) { right += everything(300, 500, 0) == alone; },
                nullptr, 3, 0);
  EXPECT_EQ(right, 3);
}

TEST_F(RuntimeThreads, aForkedChildStillComputes) {
  std::vector<double> before = everything(300, 500, 2); // libgomp has threads
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    _exit(everything(300, 500, 2) == before ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(RuntimeThreads, theCallersFloatingPointModeNeitherMattersNorChanges) {
  std::vector<double> x = randomRows(40, 1), y = randomRows(3000, 2);
  std::vector<double> usual(40), upward(40);
  keops_options options = optionsWithThreads(2);
  ASSERT_EQ(call(testSum, x, y, usual, &options), KEOPS_OK);
  std::fesetround(FE_UPWARD);
  call(testSum, x, y, upward, &options);
  int after = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(after, FE_UPWARD);
  EXPECT_EQ(usual, upward);
}

TEST_F(RuntimeThreads, progressGrowsToOneAndCanCancel) {
  struct Seen {
    std::vector<double> fractions;
    int answer = 0;
  } seen;
  keops_options options = optionsWithThreads(2);
  options.progress_context = &seen;
  options.progress = [](void *context, double fraction) {
    auto *seen = static_cast<Seen *>(context);
    seen->fractions.push_back(fraction);
    return seen->answer;
  };
  std::vector<double> x = randomRows(20000, 1), y = randomRows(20000, 2),
                      out(20000);
  ASSERT_EQ(call(testSum, x, y, out, &options), KEOPS_OK);
  ASSERT_GE(seen.fractions.size(), 2u); // about half a second
  EXPECT_TRUE(std::is_sorted(seen.fractions.begin(), seen.fractions.end()));
  EXPECT_EQ(seen.fractions.back(), 1);
  seen.answer = 1;
  size_t before = seen.fractions.size();
  EXPECT_EQ(call(testSum, x, y, out, &options), KEOPS_ERROR_CANCELLED);
  EXPECT_EQ(seen.fractions.size(), before + 1);
}

} // namespace
