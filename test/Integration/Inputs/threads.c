/* Threads, a replaced parallel-for, the caller's workspace and allocator: the
 * same bits every time, and no memory but what was given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NI = 1500, NJ = 900, C = 3 };

static float x[NI * 2], y[NJ * 2], first[NI * C], again[NI * C];
static int32_t label[NJ];
static int calls, allocated, released;

static void backwards(void *context, int64_t count, keops_task_fn task,
                      void *data) {
  ++*(int *)context;
  for (int64_t k = count - 1; k >= 0; --k)
    task(data, k);
}

static void *allocate(void *context, size_t bytes) {
  (void)context;
  ++allocated;
  return malloc(bytes);
}

static void release(void *context, void *pointer, size_t bytes) {
  (void)context;
  (void)bytes;
  ++released;
  free(pointer);
}

/* Runs once more and compares with the first time. */
static int differs(const keops_options *options, const char *what) {
  const float s = 0.7f;
  keops_status status;
  memset(again, 1, sizeof again);
  status = class_density(options, NI, NJ, &s, x, y, label, again);
  if (status == KEOPS_OK && memcmp(first, again, sizeof first) == 0)
    return 0;
  fprintf(stderr, "%s: %s %s\n", what, keops_status_string(status),
          status == KEOPS_OK ? "other bits" : keops_last_error());
  return 1;
}

int main(void) {
  const float s = 0.7f;
  keops_options options = KEOPS_OPTIONS_INIT;
  size_t bytes;
  int failures = 0;
  for (int k = 0; k < NI * 2; ++k)
    x[k] = (float)((k * 7919) % 1000) / 250.0f;
  for (int k = 0; k < NJ * 2; ++k)
    y[k] = (float)((k * 104729) % 1000) / 250.0f;
  for (int k = 0; k < NJ; ++k)
    label[k] = k % 4;

  options.threads = 1;
  if (class_density(&options, NI, NJ, &s, x, y, label, first) != KEOPS_OK)
    return 2;
  failures += differs(NULL, "default threads");
  for (options.threads = 2; options.threads <= 7; ++options.threads)
    failures += differs(&options, "more threads");

  options.threads = 0;
  options.allocate = allocate;
  options.release = release;
  failures += differs(&options, "allocator");
  failures += allocated != released;

  options = (keops_options)KEOPS_OPTIONS_INIT;
  bytes = class_density_workspace_bytes(&options, NI, NJ);
  options.workspace = malloc(bytes + 1);
  options.workspace_bytes = bytes;
  failures += differs(&options, "workspace");
  free(options.workspace);

  keops_set_parallel_for(backwards, &calls, 5);
  failures += differs(NULL, "own parallel-for, backwards");
  failures += calls == 0;
  keops_set_parallel_for(NULL, NULL, 0);
  failures += differs(NULL, "OpenMP again");
  return failures != 0;
}
