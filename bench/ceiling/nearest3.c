/* The 10 nearest of y in three dimensions, in increasing order. A vector of
 * distances is compared at once with the 10th smallest so far of each row; the
 * few that pass are inserted one by one. So that few pass from the start, the
 * 10th smallest of the minima of some groups of j, which bounds the result, is
 * taken first. */
#include "points.h"
#include <math.h>

#ifdef __AVX512F__
enum { R = 4 };
#else
enum { R = 2 };
#endif
enum { ROWS = R * LANES, K = 10, GROUPS = 16, SAMPLE = 2048 };

typedef struct {
  _Alignas(64) T worst[ROWS];
  T distance[ROWS][K];
  int64_t index[ROWS][K];
} Lists;

static void insert(Lists *lists, int row, T value, int64_t j) {
  T *d = lists->distance[row];
  int64_t *index = lists->index[row];
  int k = K - 1;
  for (; k > 0 && d[k - 1] > value; --k) {
    d[k] = d[k - 1];
    index[k] = index[k - 1];
  }
  d[k] = value;
  index[k] = j;
  if (d[K - 1] < lists->worst[row])
    lists->worst[row] = d[K - 1];
}

static void __attribute__((noinline))
insertAll(Lists *lists, int r, unsigned lanes, V distances, int64_t j) {
  _Alignas(64) T d[LANES];
  store(d, distances);
  for (; lanes; lanes &= lanes - 1) {
    int lane = __builtin_ctz(lanes);
    insert(lists, r * LANES + lane, d[lane], j);
  }
}

/* A little more than the K-th smallest distance can be: K of the groups have a
 * row as near as this. */
static inline __attribute__((always_inline)) void bound(V x[3][8], const T *y,
                                                        int64_t nj, V *worst) {
  V kept[K][R], m[R], d[R];
  EACH(k, K) EACH(r, R) kept[k][r] = all(INFINITY);
  int64_t group = least(nj, SAMPLE) / GROUPS;
  for (int g = 0; g < GROUPS; ++g) {
    EACH(r, R) m[r] = all(INFINITY);
    for (int64_t j = g * group; j < (g + 1) * group; ++j) {
      sqdists3(x, y + 3 * j, d, R);
      EACH(r, R) m[r] = smaller(m[r], d[r]);
    }
    EACH(k, K) EACH(r, R) {
      V next = larger(kept[k][r], m[r]);
      kept[k][r] = smaller(kept[k][r], m[r]);
      m[r] = next;
    }
  }
  EACH(r, R) worst[r] = fma_(kept[K - 1][r], all((T)1.0001), all((T)1e-35));
}

static void tile(const T *from, int64_t stride, const T *y, int64_t nj,
                 Lists *lists) {
  V x[3][8], worst[R], d[R];
  loadTile3(from, stride, x, R);
  EACH(r, R) worst[r] = all(INFINITY);
  if (nj >= 8 * GROUPS)
    bound(x, y, nj, worst);
  EACH(r, R) store(lists->worst + r * LANES, worst[r]);
  for (int64_t j = 0; j < nj; ++j) {
    M pass[R], any;
    sqdists3(x, y + 3 * j, d, R);
    EACH(r, R) pass[r] = less(d[r], worst[r]);
    any = pass[0];
    EACH(r, R) any = either(any, pass[r]);
    if (__builtin_expect(bits(any) != 0, 0))
      for (int r = 0; r < R; ++r)
        if (bits(pass[r])) {
          insertAll(lists, r, bits(pass[r]), d[r], j);
          worst[r] = load(lists->worst + r * LANES);
        }
  }
}

KERNEL(nearest3) {
  int64_t stride = roundUp(ni, ROWS);
  T *x = columns(in[0], ni, 3, stride, 1);
#pragma omp parallel for num_threads(team(threads, ni, nj))
  for (int64_t i = 0; i < ni; i += ROWS) {
    Lists lists;
    for (int row = 0; row < ROWS; ++row)
      for (int k = 0; k < K; ++k) {
        lists.distance[row][k] = INFINITY;
        lists.index[row][k] = 0;
      }
    tile(x + i, stride, in[1], nj, &lists);
    for (int64_t row = 0; row < least(ROWS, ni - i); ++row)
      for (int k = 0; k < K; ++k)
        ((int64_t *)out)[(i + row) * K + k] = lists.index[row][k];
  }
  free(x);
}
