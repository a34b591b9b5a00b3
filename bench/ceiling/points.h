/*===- points.h - inputs as the kernels of this folder want them ----------===*
 *
 * Rows of i become columns, padded to whole tiles, so that lanes run over i.
 * Rows of j are packed with their weights, so that one pointer serves all
 * broadcasts. Both are part of every timed call. Every kernel has one
 * signature: in[0] is x [ni, d], in[1] y [nj, d], in[2] the weights [nj, e].
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_BENCH_POINTS_H
#define KEOPS_BENCH_POINTS_H

#include "vec.h"
#include <stdlib.h>

/* The number of rows of j whose sum is kept apart before it is added to the
 * total: accuracy at no cost. */
enum { BLOCK = 1024 };

/* sqrt(log2 e): points times this give the exponent of 2. */
#define ROOT_LOG2E 1.2011224087864498
#define LN2 0.6931471805599453

#define KERNEL(name)                                                           \
  void name(int threads, int64_t ni, int64_t nj, const T *const *in, void *out)

static inline int64_t roundUp(int64_t n, int64_t step) {
  return (n + step - 1) / step * step;
}

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static inline T *allocate(int64_t elements) {
  size_t bytes = roundUp(elements * (int64_t)sizeof(T), 4096);
  return aligned_alloc(4096, bytes ? bytes : 4096);
}

/* Small problems do not fork. */
static inline int team(int threads, int64_t ni, int64_t nj) {
  return ni * nj < 100000 ? 1 : threads;
}

/* x [n, d] as d columns of `stride` elements, times `scale`, padded with 0. */
static inline T *columns(const T *x, int64_t n, int64_t d, int64_t stride,
                         T scale) {
  T *to = allocate(d * stride);
  for (int64_t k = 0; k < d; ++k)
    for (int64_t i = 0; i < stride; ++i)
      to[k * stride + i] = i < n ? scale * x[i * d + k] : 0;
  return to;
}

/* Rows [scale * y[j], b[j]], padded with 0 to whole groups. */
static inline T *packed(const T *y, const T *b, int64_t n, int64_t d, int64_t e,
                        int64_t group, T scale) {
  int64_t rows = roundUp(n, group), width = d + e;
  T *to = allocate(rows * width);
  for (int64_t j = 0; j < rows; ++j) {
    for (int64_t k = 0; k < d; ++k)
      to[j * width + k] = j < n ? scale * y[j * d + k] : 0;
    for (int64_t k = 0; k < e; ++k)
      to[j * width + d + k] = j < n ? b[j * e + k] : 0;
  }
  return to;
}

/* `count` columns of a tile of `rows` rows to rows of the result, from row i.
 */
static inline void unpack(const T *tile, int64_t rows, int count, int64_t i,
                          int64_t ni, T *out) {
  for (int64_t k = 0; k < least(rows, ni - i); ++k)
    for (int e = 0; e < count; ++e)
      out[(i + k) * count + e] = tile[e * rows + k];
}

/* d[k] = |x[.][k] - y|^2 in three dimensions, rounded as scalar code with fma
 * rounds; and score[k] = shift[k] - that. Steps of all vectors alternate. */
static inline __attribute__((always_inline)) void
differences3(V x[3][8], const T *y, V d[3][8], int count) {
  for (int c = 0; c < 3; ++c)
    EACH(k, count) d[c][k] = sub(x[c][k], all(y[c]));
}

static inline __attribute__((always_inline)) void
sqdists3(V x[3][8], const T *y, V *to, int count) {
  V d[3][8];
  differences3(x, y, d, count);
  EACH(k, count) to[k] = mul(d[0][k], d[0][k]);
  EACH(k, count) to[k] = fma_(d[1][k], d[1][k], to[k]);
  EACH(k, count) to[k] = fma_(d[2][k], d[2][k], to[k]);
}

static inline __attribute__((always_inline)) void
scores3(V d[3][8], const V *shift, V *to, int count) {
  EACH(k, count) to[k] = fnma(d[0][k], d[0][k], shift ? shift[k] : zero());
  EACH(k, count) to[k] = fnma(d[1][k], d[1][k], to[k]);
  EACH(k, count) to[k] = fnma(d[2][k], d[2][k], to[k]);
}

/* Columns of a tile of 3-dimensional rows. */
static inline __attribute__((always_inline)) void
loadTile3(const T *from, int64_t stride, V x[3][8], int count) {
  for (int c = 0; c < 3; ++c)
    EACH(k, count) x[c][k] = load(from + c * stride + k * LANES);
}

#endif
