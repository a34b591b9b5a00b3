/*===- Launch.h - a grid under way ----------------------------------------===*/
#ifndef KEOPS_SIMULATOR_LAUNCH_H
#define KEOPS_SIMULATOR_LAUNCH_H

#include "Fiber.h"
#include "Simulator.h"

enum ThreadState { threadRuns, threadWaits, threadIsDone };

typedef struct Thread {
  keops_rt_simulated_thread self; /* first: what the kernel is given */
  struct Launch *launch;
  Fiber fiber;
  int state;
  int32_t value; /* given to the barrier */
} Thread;

typedef struct Launch {
  const keops_rt_simulated_kernel *kernel;
  void *const *params;
  int64_t gridX, gridY;
  int numThreads;
  Thread *threads;
  char *shared;
  Fiber scheduler;
  int64_t block;  /* the one that runs: y * gridX + x */
  uint32_t phase; /* one more after each barrier, and for each block */
  int32_t any;    /* what the last barrier found */
  int result;
  struct Checks *checks; /* NULL: nothing is checked */
} Launch;

/** Ends the launch with an error; called on a fiber, does not return. */
void abortLaunch(Thread *thread, int code);

/** Checks.c: memory for the checks of a launch, and its end. NULL: no memory.
 */
struct Checks *beginChecks(const Launch *launch);
void endChecks(struct Checks *checks);

/** The next block has shared memory of its own. */
void beginBlockChecks(struct Checks *checks);

/** Told of every access of a checked launch. */
void checkAccess(keops_rt_simulated_thread *self, const void *address,
                 int64_t bytes, int32_t kind);

#endif
