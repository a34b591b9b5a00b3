/* Calls a kernel with three inputs many times; the time of one call, or -1. */
#include <stdint.h>
#include <time.h>

typedef int (*Kernel)(const void *options, int64_t ni, int64_t nj,
                      const void *x, const void *y, const void *b, void *out);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double calls(Kernel kernel, const void *options, int64_t ni, int64_t nj,
             const void *x, const void *y, const void *b, void *out,
             int64_t count) {
  double best = 1e30;
  /* The best of ten parts: a slow spell of the machine spoils some. */
  for (int part = 0; part < 10; ++part) {
    double start = now();
    for (int64_t k = 0; k < count / 10; ++k)
      if (kernel(options, ni, nj, x, y, b, out))
        return -1;
    double seconds = (now() - start) / (double)(count / 10);
    best = seconds < best ? seconds : best;
  }
  return best;
}
