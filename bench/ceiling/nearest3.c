/* The 10 nearest of y in three dimensions, in increasing order. A vector of
 * distances is compared at once with the 10th smallest so far of each row; the
 * few that pass are inserted one by one. */
#include "points.h"
#include <math.h>

#ifdef __AVX512F__
enum { R = 4 };
#else
enum { R = 2 };
#endif
enum { ROWS = R * LANES, K = 10 };

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

static void tile(const T *from, int64_t stride, const T *y, int64_t nj,
                 Lists *lists) {
  V x[3][8], worst[R], d[R];
  loadTile3(from, stride, x, R);
  EACH(r, R) worst[r] = all(INFINITY);
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
        lists.distance[row][k] = lists.worst[row] = INFINITY;
        lists.index[row][k] = 0;
      }
    tile(x + i, stride, in[1], nj, &lists);
    for (int64_t row = 0; row < least(ROWS, ni - i); ++row)
      for (int k = 0; k < K; ++k)
        ((int64_t *)out)[(i + row) * K + k] = lists.index[row][k];
  }
  free(x);
}
