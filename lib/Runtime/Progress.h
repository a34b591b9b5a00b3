/*===- Progress.h - telling the caller how far a call is ------------------===*
 *
 * Only worker 0 reports, so there is one report at a time and, without a custom
 * parallel-for, on the caller's thread.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_PROGRESS_H
#define KEOPS_RUNTIME_PROGRESS_H

#include "Plan.h"

#include <time.h>

#define PROGRESS_INTERVAL 0.1 /* seconds between two reports */

typedef struct Progress {
  keops_progress_fn function; /* may be NULL */
  void *context;
  double doneCost, totalCost; /* of the passes before, and of all */
  double nextTime;
  atomic_bool cancelled;
} Progress;

static double secondsNow(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void startProgress(Progress *progress, const keops_options *options,
                          double totalCost) {
  progress->function = options->progress;
  progress->context = options->progress_context;
  progress->doneCost = 0;
  progress->totalCost = totalCost;
  atomic_init(&progress->cancelled, false);
  if (progress->function)
    progress->nextTime = secondsNow() + PROGRESS_INTERVAL;
}

/** After a task of a pass of which `share` (0 to 1) is done. */
static void reportProgress(Progress *progress, const PassPlan *plan,
                           double share) {
  if (!progress->function)
    return;
  double now = secondsNow();
  if (now < progress->nextTime)
    return;
  progress->nextTime = now + PROGRESS_INTERVAL;
  double fraction =
      (progress->doneCost + share * plan->cost) / progress->totalCost;
  if (progress->function(progress->context, fraction < 1 ? fraction : 1))
    atomic_store(&progress->cancelled, true);
}

static keops_status failCancelled(const char *kernel) {
  return fail(KEOPS_ERROR_CANCELLED, "%s: the progress callback asked to stop",
              kernel);
}

static void finishProgress(Progress *progress) {
  if (progress->function && progress->function(progress->context, 1))
    atomic_store(&progress->cancelled, true);
}

#endif
