/*===- loops.c - the workloads as one writes them in C --------------------===*
 *
 * Compiled by gcc -O3 and by gcc -Ofast -fopenmp with -DT=float -DREAL=32, or
 * double and 64. LAYOUT 0 reads rows of y as they lie; LAYOUT 1 transposes y
 * first, so that the compiler may put lanes over j. D, E and K are constants in
 * each function, as in a program written for one problem.
 *
 *===----------------------------------------------------------------------===*/
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#if REAL == 32
#define EXP expf
#define LOG logf
#define SQRT sqrtf
#else
#define EXP exp
#define LOG log
#define SQRT sqrt
#endif

#define KERNEL(name)                                                           \
  void name(int threads, int64_t ni, int64_t nj, const T *const *in, void *out)
#ifdef _OPENMP
#define PARALLEL _Pragma("omp parallel for num_threads(threads)")
#else
#define PARALLEL (void)threads;
#endif

#if LAYOUT == 1
static T *transposed(const T *y, int64_t n, int64_t d) {
  T *to = malloc(n * d * sizeof(T) + 1);
  for (int64_t j = 0; j < n; ++j)
    for (int64_t k = 0; k < d; ++k)
      to[k * n + j] = y[j * d + k];
  return to;
}
#endif

#if LAYOUT == 0
#define Y(j, d) y[(j) * D + (d)]
#define ARRANGE(d) const T *y = in[1]
#define DISARRANGE
#else
#define Y(j, d) y[(d) * nj + (j)]
#define ARRANGE(d) T *y = transposed(in[1], nj, d)
#define DISARRANGE free(y)
#endif

/* Statements that leave |x_i - y_j|^2 or <x_i, y_j> in `name`. */
#define SQDIST(name)                                                           \
  T name = 0;                                                                  \
  for (int d = 0; d < D; ++d) {                                                \
    T difference = x[i * D + d] - Y(j, d);                                     \
    name += difference * difference;                                           \
  }
#define DOT(name)                                                              \
  T name = 0;                                                                  \
  for (int d = 0; d < D; ++d)                                                  \
    name += x[i * D + d] * Y(j, d);

/* out_i = sum_j TERM b_j with E channels. PREPARE comes before the term. */
#define SUM(name, dim, channels, PREPARE, TERM)                                \
  KERNEL(name) {                                                               \
    enum { D = dim, E = channels };                                            \
    const T *x = in[0], *b = in[2];                                            \
    T *to = out;                                                               \
    ARRANGE(D);                                                                \
    PARALLEL                                                                   \
    for (int64_t i = 0; i < ni; ++i) {                                         \
      T sum[E] = {0};                                                          \
      for (int64_t j = 0; j < nj; ++j) {                                       \
        PREPARE                                                                \
        T k = TERM;                                                            \
        for (int e = 0; e < E; ++e)                                            \
          sum[e] += k * b[j * E + e];                                          \
      }                                                                        \
      for (int e = 0; e < E; ++e)                                              \
        to[i * E + e] = sum[e];                                                \
    }                                                                          \
    DISARRANGE;                                                                \
  }

SUM(gauss_3_1, 3, 1, SQDIST(s), EXP(-s))
SUM(gauss_3_3, 3, 3, SQDIST(s), EXP(-s))
SUM(gauss_3_8, 3, 8, SQDIST(s), EXP(-s))
SUM(gauss_3_64, 3, 64, SQDIST(s), EXP(-s))
SUM(gauss_10_1, 10, 1, SQDIST(s), EXP(-s))
SUM(gauss_20_16, 20, 16, SQDIST(s), EXP(-s))
SUM(gauss_50_1, 50, 1, SQDIST(s), EXP(-s))
SUM(gauss_100_1, 100, 1, SQDIST(s), EXP(-s))
SUM(gauss_784_1, 784, 1, SQDIST(s), EXP(-s))
SUM(gauss_3000_1, 3000, 1, SQDIST(s), EXP(-s))
SUM(laplacian, 3, 1, SQDIST(s), EXP(-SQRT(s)))
SUM(cauchy, 3, 1, SQDIST(s), 1 / (1 + s))
SUM(polynomial, 10, 1, DOT(s), (1 + s / 2) * (1 + s / 2) * (1 + s / 2))
SUM(matern52, 3, 1, SQDIST(s) T r = SQRT(5 * s);, (1 + r + r * r / 3) * EXP(-r))

#define AS (in[3])
#define DIRECTION(name)                                                        \
  T name = AS[3 * i] * in[4][3 * j] + AS[3 * i + 1] * in[4][3 * j + 1] +       \
           AS[3 * i + 2] * in[4][3 * j + 2];
SUM(varifold, 3, 1, SQDIST(s) DIRECTION(c), EXP(-s) * c * c)

#define METRIC(name)                                                           \
  T u = x[3 * i] - Y(j, 0), v = x[3 * i + 1] - Y(j, 1),                        \
    w = x[3 * i + 2] - Y(j, 2);                                                \
  const T *m = AS;                                                             \
  T name = u * (m[0] * u + m[1] * v + m[2] * w) +                              \
           v * (m[3] * u + m[4] * v + m[5] * w) +                              \
           w * (m[6] * u + m[7] * v + m[8] * w);
SUM(anisotropic, 3, 1, METRIC(s), EXP(-s))

KERNEL(gradient) {
  enum { D = 3 };
  const T *x = in[0], *b = in[2];
  T *to = out;
  ARRANGE(D);
  PARALLEL
  for (int64_t i = 0; i < ni; ++i) {
    T g0 = 0, g1 = 0, g2 = 0;
    for (int64_t j = 0; j < nj; ++j) {
      SQDIST(s)
      T k = -2 * EXP(-s) * b[j];
      g0 += k * (x[3 * i] - Y(j, 0));
      g1 += k * (x[3 * i + 1] - Y(j, 1));
      g2 += k * (x[3 * i + 2] - Y(j, 2));
    }
    to[3 * i] = g0;
    to[3 * i + 1] = g1;
    to[3 * i + 2] = g2;
  }
  DISARRANGE;
}

KERNEL(logsumexp) {
  enum { D = 3 };
  const T *x = in[0];
  T *to = out;
  ARRANGE(D);
  PARALLEL
  for (int64_t i = 0; i < ni; ++i) {
    T least = (T)1e30, sum = 0;
    for (int64_t j = 0; j < nj; ++j) {
      SQDIST(s)
      least = s < least ? s : least;
    }
    for (int64_t j = 0; j < nj; ++j) {
      SQDIST(s)
      sum += EXP(least - s);
    }
    to[i] = LOG(sum) - least;
  }
  DISARRANGE;
}

KERNEL(smallest) {
  enum { D = 3 };
  const T *x = in[0];
  T *to = out;
  ARRANGE(D);
  PARALLEL
  for (int64_t i = 0; i < ni; ++i) {
    T least = (T)1e30;
    for (int64_t j = 0; j < nj; ++j) {
      SQDIST(s)
      least = s < least ? s : least;
    }
    to[i] = least;
  }
  DISARRANGE;
}

KERNEL(argmin) {
  enum { D = 3 };
  const T *x = in[0];
  int64_t *to = out;
  ARRANGE(D);
  PARALLEL
  for (int64_t i = 0; i < ni; ++i) {
    T least = (T)1e30;
    int64_t index = 0;
    for (int64_t j = 0; j < nj; ++j) {
      SQDIST(s)
      if (s < least) {
        least = s;
        index = j;
      }
    }
    to[i] = index;
  }
  DISARRANGE;
}

KERNEL(argkmin) {
  enum { D = 3, K = 10 };
  const T *x = in[0];
  int64_t *to = out;
  ARRANGE(D);
  PARALLEL
  for (int64_t i = 0; i < ni; ++i) {
    T best[K];
    int64_t *index = to + K * i;
    for (int k = 0; k < K; ++k) {
      best[k] = 1e30;
      index[k] = 0;
    }
    for (int64_t j = 0; j < nj; ++j) {
      SQDIST(s)
      if (s < best[K - 1]) {
        int k = K - 1;
        for (; k > 0 && best[k - 1] > s; --k) {
          best[k] = best[k - 1];
          index[k] = index[k - 1];
        }
        best[k] = s;
        index[k] = j;
      }
    }
  }
  DISARRANGE;
}

/* sum_j exp(s_j) b_j / sum_j exp(s_j), with the maximum as it comes. */
#define SOFTMAX(name, SCORE)                                                   \
  KERNEL(name) {                                                               \
    enum { D = 64, E = 64 };                                                   \
    const T *x = in[0], *b = in[2];                                            \
    T *to = out;                                                               \
    ARRANGE(D);                                                                \
    PARALLEL                                                                   \
    for (int64_t i = 0; i < ni; ++i) {                                         \
      T most = -1e30, total = 0, sum[E] = {0};                                 \
      for (int64_t j = 0; j < nj; ++j) {                                       \
        SCORE                                                                  \
        if (s > most) {                                                        \
          T factor = EXP(most - s);                                            \
          total *= factor;                                                     \
          for (int e = 0; e < E; ++e)                                          \
            sum[e] *= factor;                                                  \
          most = s;                                                            \
        }                                                                      \
        T k = EXP(s - most);                                                   \
        total += k;                                                            \
        for (int e = 0; e < E; ++e)                                            \
          sum[e] += k * b[j * E + e];                                          \
      }                                                                        \
      for (int e = 0; e < E; ++e)                                              \
        to[i * E + e] = sum[e] / total;                                        \
    }                                                                          \
    DISARRANGE;                                                                \
  }

SOFTMAX(attention, DOT(s))
#define NORMS                                                                  \
  T xx = 0, yy = 0;                                                            \
  for (int d = 0; d < D; ++d) {                                                \
    xx += x[i * D + d] * x[i * D + d];                                         \
    yy += Y(j, d) * Y(j, d);                                                   \
  }
SOFTMAX(cosine_attention, DOT(c) NORMS T s = 8 * c / SQRT(xx * yy);)
