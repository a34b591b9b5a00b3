/* The smallest squared distance in three dimensions, and where it is. A pass
 * over all j keeps minima only; argmin also keeps the block of j in which the
 * minimum fell, and looks for the index there at the end, with arithmetic that
 * rounds alike. */
#include "points.h"
#include <math.h>

#ifdef __AVX512F__
enum { R = 6 };
#else
enum { R = 2 };
#endif
enum { ROWS = R * LANES, SPAN = 128 };

static inline __attribute__((always_inline)) void lower(V x[3][8], const T *p,
                                                        const T *last, V *m) {
  V d[R];
  for (; p < last; p += 3) {
    sqdists3(x, p, d, R);
    EACH(r, R) m[r] = smaller(m[r], d[r]);
  }
}

/* `where` is NULL, or gets the number of the block with the minimum. */
static void tile(const T *from, int64_t stride, const T *y, int64_t nj,
                 T *smallest, T *where) {
  V x[3][8], best[R], m[R], block[R];
  loadTile3(from, stride, x, R);
  EACH(r, R) best[r] = all(INFINITY);
  EACH(r, R) block[r] = zero();
  if (!where)
    lower(x, y, y + 3 * nj, best);
  for (int64_t first = 0; where && first < nj; first += SPAN) {
    EACH(r, R) m[r] = all(INFINITY);
    lower(x, y + 3 * first, y + 3 * least(nj, first + SPAN), m);
    for (int r = 0; r < R; ++r) {
      M better = less(m[r], best[r]);
      best[r] = choose(better, m[r], best[r]);
      block[r] = choose(better, all((T)(first / SPAN)), block[r]);
    }
  }
  EACH(r, R) store(smallest + r * LANES, best[r]);
  if (where)
    EACH(r, R) store(where + r * LANES, block[r]);
}

static int64_t indexIn(int64_t first, int64_t nj, const T *x, const T *y,
                       T smallest) {
  for (int64_t j = first; j < nj; ++j) {
    T a = x[0] - y[3 * j], b = x[1] - y[3 * j + 1], c = x[2] - y[3 * j + 2];
#if REAL == 32
    T d = fmaf(c, c, fmaf(b, b, a * a));
#else
    T d = fma(c, c, fma(b, b, a * a));
#endif
    if (d == smallest)
      return j;
  }
  return first;
}

KERNEL(min3) {
  int64_t stride = roundUp(ni, ROWS);
  T *x = columns(in[0], ni, 3, stride, 1);
#pragma omp parallel for num_threads(team(threads, ni, nj))
  for (int64_t i = 0; i < ni; i += ROWS) {
    _Alignas(64) T to[ROWS];
    tile(x + i, stride, in[1], nj, to, 0);
    unpack(to, ROWS, 1, i, ni, out);
  }
  free(x);
}

KERNEL(argmin3) {
  int64_t stride = roundUp(ni, ROWS);
  T *x = columns(in[0], ni, 3, stride, 1);
#pragma omp parallel for num_threads(team(threads, ni, nj))
  for (int64_t i = 0; i < ni; i += ROWS) {
    _Alignas(64) T to[ROWS], where[ROWS];
    tile(x + i, stride, in[1], nj, to, where);
    for (int64_t k = 0; k < least(ROWS, ni - i); ++k)
      ((int64_t *)out)[i + k] = indexIn((int64_t)where[k] * SPAN, nj,
                                        in[0] + 3 * (i + k), in[1], to[k]);
  }
  free(x);
}
