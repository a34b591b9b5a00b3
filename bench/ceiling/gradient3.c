/* The gradient in x of a Gaussian kernel sum in three dimensions:
 * -2 sum_j exp(-|x_i - y_j|^2) b_j (x_i - y_j). */
#include "points.h"

#ifdef __AVX512F__
enum { R = 3 };
#else
enum { R = 4 };
#endif

static void tile(const T *from, int64_t stride, const T *y, int64_t nj, T *to) {
  V x[3][8], d[3][8], k[R], total[3][R], sum[3][R];
  loadTile3(from, stride, x, R);
  EACH(c, 3) EACH(r, R) total[c][r] = zero();
  for (int64_t first = 0; first < nj; first += BLOCK) {
    EACH(c, 3) EACH(r, R) sum[c][r] = zero();
    const T *last = y + 4 * least(nj, first + BLOCK);
    for (const T *p = y + 4 * first; p < last; p += 4) {
      differences3(x, p, d, R);
      scores3(d, 0, k, R);
      exp2Below(k, R);
      EACH(r, R) k[r] = mul(k[r], all(p[3]));
      EACH(c, 3) EACH(r, R) sum[c][r] = fma_(k[r], d[c][r], sum[c][r]);
    }
    EACH(c, 3) EACH(r, R) total[c][r] = add(total[c][r], sum[c][r]);
  }
  /* Differences are scaled; this takes the scale back. */
  EACH(c, 3)
  EACH(r, R)
  store(to + (c * R + r) * LANES, mul(total[c][r], all(-2 / ROOT_LOG2E)));
}

KERNEL(gradient3) {
  enum { ROWS = R * LANES };
  int64_t stride = roundUp(ni, ROWS);
  T *x = columns(in[0], ni, 3, stride, ROOT_LOG2E);
  T *y = packed(in[1], in[2], nj, 3, 1, 1, ROOT_LOG2E);
#pragma omp parallel for num_threads(team(threads, ni, nj))
  for (int64_t i = 0; i < ni; i += ROWS) {
    _Alignas(64) T to[3 * ROWS];
    tile(x + i, stride, y, nj, to);
    unpack(to, ROWS, 3, i, ni, out);
  }
  free(x);
  free(y);
}
