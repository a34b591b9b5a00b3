/*===- Launch.c - runs a grid, block after block --------------------------===*
 *
 * Blocks, and the threads of a block between two barriers, come in an order
 * that is scrambled but always the same: results that depend on it are wrong,
 * and wrong again the next time.
 *
 *===----------------------------------------------------------------------===*/
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */

#include "Launch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

enum {
#ifdef KEOPS_FIBER_ASAN
  stackBytes = 1 << 20, /* AddressSanitizer makes frames larger */
#else
  stackBytes = 256 << 10,
#endif
  guardBytes = 4096,
  sharedAlignment = 128
};

/** Stacks of one host thread, kept from launch to launch. */
typedef struct Stacks {
  char *start;
  int count;
} Stacks;

static pthread_key_t stacksKey;
static pthread_once_t stacksOnce = PTHREAD_ONCE_INIT;

static void unmapStacks(void *data) {
  Stacks *stacks = data;
  if (stacks->start)
    munmap(stacks->start, (size_t)stacks->count * stackBytes);
  free(stacks);
}

static void createKey(void) { pthread_key_create(&stacksKey, unmapStacks); }

/** `count` stacks, each above a page that may not be touched. */
static char *takeStacks(int count) {
  pthread_once(&stacksOnce, createKey);
  Stacks *stacks = pthread_getspecific(stacksKey);
  if (!stacks) {
    stacks = calloc(1, sizeof(*stacks));
    if (!stacks || pthread_setspecific(stacksKey, stacks))
      return NULL;
  }
  if (stacks->count >= count)
    return stacks->start;
  if (stacks->start)
    munmap(stacks->start, (size_t)stacks->count * stackBytes);
  stacks->count = 0;
  stacks->start = NULL;
  char *start = mmap(NULL, (size_t)count * stackBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED)
    return NULL;
  for (int k = 0; k < count; ++k)
    mprotect(start + (size_t)k * stackBytes, guardBytes, PROT_NONE);
  stacks->start = start;
  stacks->count = count;
  return start;
}

/** After fibers were left in the middle of things. AddressSanitizer remembers
 *  their variables, so it must not see other fibers at the same addresses. */
static void abandonStacks(void) {
#ifdef KEOPS_FIBER_ASAN
  Stacks *stacks = pthread_getspecific(stacksKey);
  stacks->count = 0;
  stacks->start = NULL;
#endif
}

/** Set just before a fiber is entered for the first time. */
static _Thread_local Thread *entered;

static void leave(Thread *thread, enum FiberSwitch purpose) {
  switchFiber(&thread->fiber, &thread->launch->scheduler, purpose);
}

static void threadMain(void) {
  Thread *thread = entered;
  Launch *launch = thread->launch;
  beginFiber(&launch->scheduler);
  launch->kernel->run(&thread->self, launch->params);
  thread->state = threadIsDone;
  leave(thread, fiberEnds);
  abort(); /* a thread that is done is not entered again */
}

static int32_t barrier(keops_rt_simulated_thread *self, int32_t value) {
  Thread *thread = (Thread *)self;
  thread->state = threadWaits;
  thread->value = value;
  leave(thread, fiberReturns);
  return thread->launch->any;
}

void abortLaunch(Thread *thread, int code) {
  thread->launch->result = code;
  leave(thread, fiberEnds);
  abort();
}

/** The k-th of `count` numbers in an order that `seed` chooses. */
static int64_t scrambled(int64_t k, int64_t count, uint64_t seed) {
  static const int64_t strides[] = {1, 7919, 104729, 31, 15485863, 127};
  uint64_t mixed = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
  /* A prime stride reaches every number unless it divides their count. */
  int64_t stride = strides[mixed % 6];
  if (count % stride == 0)
    stride = 1;
  return (int64_t)(((uint64_t)k * (uint64_t)stride + mixed) % (uint64_t)count);
}

static void prepareBlock(Launch *launch, char *stacks) {
  memset(launch->shared, 0xff, (size_t)launch->kernel->shared_bytes);
  for (int t = 0; t < launch->numThreads; ++t) {
    Thread *thread = &launch->threads[t];
    thread->launch = launch;
    thread->state = threadRuns;
    thread->self.thread = t;
    thread->self.block_x = (int32_t)(launch->block % launch->gridX);
    thread->self.block_y = (int32_t)(launch->block / launch->gridX);
    thread->self.shared = launch->shared;
    thread->self.barrier = barrier;
    thread->self.access = launch->checks ? checkAccess : NULL;
    makeFiber(&thread->fiber, stacks + (size_t)t * stackBytes + guardBytes,
              stackBytes - guardBytes, threadMain);
  }
}

/** Runs every thread up to its next barrier, or its end. How many are done. */
static int runPhase(Launch *launch) {
  int done = 0;
  uint64_t seed = (uint64_t)launch->block * 64 + launch->phase;
  for (int k = 0; k < launch->numThreads && !launch->result; ++k) {
    Thread *thread = &launch->threads[scrambled(k, launch->numThreads, seed)];
    entered = thread;
    switchFiber(&launch->scheduler, &thread->fiber, fiberReturns);
    done += thread->state == threadIsDone;
  }
  return done;
}

static void meetAtBarrier(Launch *launch) {
  launch->any = 0;
  for (int t = 0; t < launch->numThreads; ++t) {
    launch->any |= launch->threads[t].value != 0;
    launch->threads[t].state = threadRuns;
  }
}

static void runBlock(Launch *launch, char *stacks) {
  prepareBlock(launch, stacks);
  if (launch->checks)
    beginBlockChecks(launch->checks);
  int done;
  do {
    ++launch->phase;
    done = runPhase(launch);
    if (!launch->result && done && done < launch->numThreads) {
      fprintf(stderr,
              "keops simulator: kernel '%s', block (%d, %d): %d of %d threads "
              "wait at a barrier that the others, which are done, never "
              "reach\n",
              launch->kernel->name, (int)(launch->block % launch->gridX),
              (int)(launch->block / launch->gridX), launch->numThreads - done,
              launch->numThreads);
      launch->result = launchFailed;
    }
    meetAtBarrier(launch);
  } while (!launch->result && !done);
}

/** As on a GPU: rounding to nearest, subnormal numbers kept. */
static unsigned enterFloatingPoint(void) {
#if defined(__x86_64__)
  unsigned before = _mm_getcsr();
  _mm_setcsr(0x1f80);
  return before;
#else
  return 0;
#endif
}

static void leaveFloatingPoint(unsigned before) {
#if defined(__x86_64__)
  _mm_setcsr(before);
#else
  (void)before;
#endif
}

static void runBlocks(Launch *launch, char *stacks) {
  int64_t blocks = launch->gridX * launch->gridY;
  unsigned before = enterFloatingPoint();
  for (int64_t k = 0; k < blocks && !launch->result; ++k) {
    launch->block = scrambled(k, blocks, (uint64_t)blocks);
    runBlock(launch, stacks);
  }
  leaveFloatingPoint(before);
  if (launch->result)
    abandonStacks();
}

/** Shared memory of a block: exactly as much as the kernel asked for, so that
 *  AddressSanitizer sees the end of it too. */
static char *allocateShared(const keops_rt_simulated_kernel *kernel) {
  void *memory = NULL;
  size_t bytes = kernel->shared_bytes ? (size_t)kernel->shared_bytes : 1;
  return posix_memalign(&memory, sharedAlignment, bytes) ? NULL : memory;
}

int runGrid(const keops_rt_simulated_kernel *kernel, void *const *params,
            unsigned gridX, unsigned gridY) {
  Launch launch = {.kernel = kernel,
                   .params = params,
                   .gridX = gridX,
                   .gridY = gridY,
                   .numThreads = (int)kernel->threads};
  char *stacks = takeStacks(launch.numThreads);
  launch.shared = allocateShared(kernel);
  launch.threads = calloc((size_t)launch.numThreads, sizeof(Thread));
  bool isReady = stacks && launch.shared && launch.threads;
  if (isReady && simulator.checks) {
    launch.checks = beginChecks(&launch);
    isReady = launch.checks != NULL;
  }
  if (isReady)
    runBlocks(&launch, stacks);
  endChecks(launch.checks);
  free(launch.threads);
  free(launch.shared);
  return isReady ? launch.result : outOfMemory;
}
