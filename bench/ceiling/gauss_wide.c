/* Gaussian kernel sums in any number of dimensions, which the caller sets: with
 * the expansion of the distance, a matrix product in registers, and with
 * differences. */
#include "points.h"
#include <math.h>
#include <omp.h>

int64_t dimensions;

/* Rows of j in a block, so that scores stay in the first cache and the block in
 * the second; dimensions at a time, so that a tile of x stays in the first. */
enum { SPAN = 64, DEPTH = 256 };

/* Rows of j, in groups of C: [njPadded / C][dim][C]. Padding has weight 0. */
typedef struct {
  int64_t dim, njPadded;
  T *y, *yNorms, *b, *centre;
} Wide;

static Wide wide(const T *const *in, int64_t nj, int64_t group) {
  int64_t dim = dimensions, padded = roundUp(nj, group);
  Wide w = {dim,
            padded,
            allocate(padded * dim),
            allocate(padded),
            allocate(padded),
            allocate(dim)};
  for (int64_t d = 0; d < dim; ++d)
    w.centre[d] = 0;
  for (int64_t j = 0; j < nj; ++j)
    for (int64_t d = 0; d < dim; ++d)
      w.centre[d] += in[1][j * dim + d];
  for (int64_t d = 0; d < dim; ++d)
    w.centre[d] /= (T)nj;
  for (int64_t j = 0; j < padded; ++j) {
    T norm = 0;
    for (int64_t d = 0; d < dim; ++d) {
      T v = j < nj ? (T)ROOT_LOG2E * (in[1][j * dim + d] - w.centre[d]) : (T)0;
      w.y[(j / group * dim + d) * group + j % group] = v;
      norm += v * v;
    }
    w.yNorms[j] = norm;
    w.b[j] = j < nj ? in[2][j] : 0;
  }
  return w;
}

static void release(Wide *w) {
  free(w->y);
  free(w->yNorms);
  free(w->b);
  free(w->centre);
}

/* A tile of x from row i on, [dim][rows], times `factor`, and its norms. */
static void packTile(const Wide *w, const T *x, int64_t i, int64_t ni,
                     int64_t rows, T factor, T *to, T *norms) {
  for (int64_t k = 0; k < rows; ++k) {
    norms[k] = 0;
    for (int64_t d = 0; d < w->dim; ++d) {
      T v = i + k < ni
                ? (T)ROOT_LOG2E * (x[(i + k) * w->dim + d] - w->centre[d])
                : (T)0;
      to[d * rows + k] = factor * v;
      norms[k] += v * v;
    }
  }
}

#ifdef __AVX512F__
#define CHOOSE(avx512, avx2) avx512
#else
#define CHOOSE(avx512, avx2) avx2
#endif

#define NAME(word) expanded_##word
#define R CHOOSE(4, 3)
#define C 4
#define EXPAND 1
#include "gauss_wide.h"

#define NAME(word) direct_##word
#define R CHOOSE(4, 2)
#define C 4
#define EXPAND 0
#include "gauss_wide.h"
