/* log sum_j exp(-|x_i - y_j|^2) in three dimensions, with a lagged maximum:
 * terms are 2^(score - m) for an m that changes only where a block's sum shows
 * that a score beat it by a margin; that block is then done again. */
#include "points.h"
#include <math.h>

#ifdef __AVX512F__
enum { R = 4 };
#else
enum { R = 4 };
#endif
enum { LAG = 64 };
#define MARGIN 1e12

/* m[r] = the largest of it and the scores of rows p to last. */
static inline __attribute__((always_inline)) void raise(V x[3][8], const T *p,
                                                        const T *last, V *m) {
  V d[3][8], s[R];
  for (; p < last; p += 3) {
    differences3(x, p, d, R);
    scores3(d, 0, s, R);
    EACH(r, R) m[r] = larger(m[r], s[r]);
  }
}

static inline __attribute__((always_inline)) void
sumBlock(V x[3][8], const T *p, const T *last, const V *m, V *sum) {
  V d[3][8], s[R], shift[R];
  EACH(r, R) shift[r] = sub(zero(), m[r]);
  EACH(r, R) sum[r] = zero();
  for (; p < last; p += 3) {
    differences3(x, p, d, R);
    scores3(d, shift, s, R);
    exp2All(s, R);
    EACH(r, R) sum[r] = add(sum[r], s[r]);
  }
}

static void tile(const T *from, int64_t stride, const T *y, int64_t nj, T *to) {
  V x[3][8], total[R], m[R], next[R], sum[R];
  loadTile3(from, stride, x, R);
  EACH(r, R) total[r] = zero();
  EACH(r, R) m[r] = all(-INFINITY);
  raise(x, y, y + 3 * least(nj, LAG), m);
  for (int64_t first = 0; first < nj; first += LAG) {
    const T *begin = y + 3 * first, *last = y + 3 * least(nj, first + LAG);
    sumBlock(x, begin, last, m, sum);
    V most = sum[0];
    EACH(r, R) most = larger(most, sum[r]);
    if (__builtin_expect(bits(less(all(MARGIN), most)) != 0, 0)) {
      EACH(r, R) next[r] = m[r];
      raise(x, begin, last, next);
      EACH(r, R) m[r] = sub(m[r], next[r]);
      exp2All(m, R);
      EACH(r, R) total[r] = mul(total[r], m[r]);
      EACH(r, R) m[r] = next[r];
      sumBlock(x, begin, last, m, sum);
    }
    EACH(r, R) total[r] = add(total[r], sum[r]);
  }
  EACH(r, R) store(to + r * LANES, total[r]);
  EACH(r, R) store(to + (R + r) * LANES, m[r]);
}

KERNEL(logsumexp3) {
  enum { ROWS = R * LANES };
  int64_t stride = roundUp(ni, ROWS);
  T *x = columns(in[0], ni, 3, stride, ROOT_LOG2E);
  T *y = packed(in[1], 0, nj, 3, 0, 1, ROOT_LOG2E);
#pragma omp parallel for num_threads(team(threads, ni, nj))
  for (int64_t i = 0; i < ni; i += ROWS) {
    _Alignas(64) T to[2 * ROWS];
    tile(x + i, stride, y, nj, to);
    for (int64_t k = 0; k < least(ROWS, ni - i); ++k)
      ((T *)out)[i + k] = (T)(log((double)to[k]) + LN2 * to[ROWS + k]);
  }
  free(x);
  free(y);
}
