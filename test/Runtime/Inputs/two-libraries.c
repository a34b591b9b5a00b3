/* A program with two libraries that each carry a runtime has one error text and
 * one parallel-for. */
#include "keops/keops.h"

#include <stdio.h>
#include <string.h>

keops_status a_twice(const keops_options *, int64_t, const double *, double *);
keops_status b_twice(const keops_options *, int64_t, const double *, double *);

static int regions;

static void countAndRun(void *context, int64_t count, keops_task_fn task,
                        void *data) {
  (void)context;
  ++regions;
  for (int64_t k = 0; k < count; ++k)
    task(data, k);
}

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      printf("failed: %s\n", #condition);                                      \
      return 1;                                                                \
    }                                                                          \
  } while (0)

int main(void) {
  double x[100], out[100];
  for (int k = 0; k < 100; ++k)
    x[k] = k;
  CHECK(a_twice(NULL, 100, x, out) == KEOPS_OK && out[99] == 198);
  CHECK(b_twice(NULL, 100, x, out) == KEOPS_OK && out[99] == 198);
  CHECK(a_twice(NULL, -1, x, out) == KEOPS_ERROR_NEGATIVE_EXTENT);
  CHECK(strstr(keops_last_error(), "ni is -1"));
  CHECK(b_twice(NULL, -2, x, out) == KEOPS_ERROR_NEGATIVE_EXTENT);
  CHECK(strstr(keops_last_error(), "ni is -2"));
  CHECK(keops_set_parallel_for(countAndRun, NULL, 4) == KEOPS_OK);
  CHECK(a_twice(NULL, 100, x, out) == KEOPS_OK && regions == 1);
  CHECK(b_twice(NULL, 100, x, out) == KEOPS_OK && regions == 2);
  puts(keops_status_string(KEOPS_OK));
  return 0;
}
