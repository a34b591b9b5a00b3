/*===- Threads.h - running workers at the same time -----------------------===*
 *
 * A worker takes tasks from a common counter until none is left, so one
 * parallel-for over a handful of workers balances any load, and it does not
 * matter how many of them really run at once.
 *
 * OpenMP is used through the entry point that gcc's `parallel` becomes. libgomp
 * and libomp both have it, so one compiled runtime links with the OpenMP of gcc
 * and of clang alike, whichever compiler built it.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_THREADS_H
#define KEOPS_RUNTIME_THREADS_H

#include "Plan.h"

#include <unistd.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

typedef void (*WorkerFn)(void *data, int64_t worker);

static int64_t processors(void) {
  return maxOf(sysconf(_SC_NPROCESSORS_ONLN), 1);
}

#if defined(KEOPS_RT_OPENMP)

void GOMP_parallel(void (*body)(void *), void *data, unsigned threads,
                   unsigned flags);
int omp_get_thread_num(void);
int omp_get_max_threads(void);
int omp_get_active_level(void);
int omp_get_max_active_levels(void);

typedef struct Region {
  WorkerFn worker;
  void *data;
} Region;

static void regionBody(void *data) {
  const Region *region = data;
  region->worker(region->data, omp_get_thread_num());
}

/** libgomp's threads do not survive a fork and it would wait for them for ever,
 *  so a child of a process that has used them runs alone. */
static bool isForkedChild(void) {
  int64_t first = atomic_load(&keops_rt_parallel_state_v1()->openmpProcess);
  return first != 0 && first != (int64_t)getpid();
}

/** libgomp ends the program when it cannot create a thread, so a number beyond
 *  all reason is not passed on. */
static int64_t reasonableThreads(int64_t wanted) {
  const int64_t few = 16;
  return wanted <= few ? wanted : minOf(wanted, maxOf(few, 4 * processors()));
}

static int64_t openmpThreads(int64_t wanted) {
  /* Inside a parallel region of the caller's, OpenMP's rule for nesting holds:
   * by default the caller's threads are all there are. */
  if (omp_get_active_level() >= omp_get_max_active_levels() || isForkedChild())
    return 1;
  return reasonableThreads(wanted ? wanted : omp_get_max_threads());
}

static void openmpRun(int64_t workers, WorkerFn worker, void *data) {
  int64_t unset = 0;
  atomic_compare_exchange_strong(&keops_rt_parallel_state_v1()->openmpProcess,
                                 &unset, (int64_t)getpid());
  Region region = {worker, data};
  GOMP_parallel(regionBody, &region, (unsigned)workers, 0);
}

#else

static int64_t openmpThreads(int64_t wanted) {
  (void)wanted;
  return 1;
}

static void openmpRun(int64_t workers, WorkerFn worker, void *data) {
  for (int64_t w = 0; w < workers; ++w)
    worker(data, w);
}

#endif

static const keops_rt_parallel_for *currentParallelFor(void) {
  return atomic_load(&keops_rt_parallel_state_v1()->current);
}

/** Workers for a pass. Only a pass worth it asks OpenMP at all. */
static int64_t workersFor(const PassPlan *plan, int64_t wanted,
                          const keops_rt_parallel_for *custom) {
  if (plan->cost < PARALLEL_COST || plan->tasks < 2 || wanted == 1)
    return 1;
  int64_t most;
  if (!custom)
    most = openmpThreads(wanted);
  else
    most = wanted                ? wanted
           : custom->concurrency ? custom->concurrency
                                 : processors();
  return maxOf(1, minOf(most, plan->tasks));
}

/** Runs worker(data, w) for each w below workers; w = 0 on the calling thread
 *  unless a custom parallel-for decides otherwise. */
static void runWorkers(int64_t workers, const keops_rt_parallel_for *custom,
                       WorkerFn worker, void *data) {
  if (workers == 1)
    worker(data, 0);
  else if (custom)
    custom->function(custom->context, workers, worker, data);
  else
    openmpRun(workers, worker, data);
}

/** Sets the floating-point mode to the default one and returns the mode before:
 *  rounding to nearest, no traps, subnormal numbers kept. Threads may differ
 *  in it (a program built with -ffast-math changes its first thread's), and
 *  then results would depend on which thread did what; and unused lanes may
 *  divide by zero, which must not trap. */
static uint64_t enterDefaultFloatingPoint(void) {
#if defined(__x86_64__)
  uint64_t before = _mm_getcsr();
  _mm_setcsr(0x1f80);
#elif defined(__aarch64__)
  uint64_t before, mode = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  uint64_t before = 0;
#endif
  return before;
}

static void leaveDefaultFloatingPoint(uint64_t before) {
#if defined(__x86_64__)
  _mm_setcsr((uint32_t)before);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(before));
#else
  (void)before;
#endif
}

KEOPS_RT_PUBLIC keops_status keops_set_parallel_for(
    keops_parallel_for_fn function, void *context, int32_t concurrency) {
  if (concurrency < 0)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "keops_set_parallel_for: concurrency is %d; expected 0 (one "
                "per processor) or more",
                (int)concurrency);
  keops_rt_parallel_state *state = keops_rt_parallel_state_v1();
  keops_rt_parallel_for *setting = NULL;
  if (function) {
    setting = findParallelFor(state, function, context, concurrency);
    if (!setting)
      return fail(KEOPS_ERROR_OUT_OF_MEMORY,
                  "keops_set_parallel_for: no memory for the setting");
  }
  atomic_store(&state->current, setting);
  return KEOPS_OK;
}

#endif
