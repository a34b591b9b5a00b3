/*===- vec.h - one vector of T, for AVX-512 or for AVX2 with FMA ----------===*
 *
 * The kernels of this folder are written once against these few operations.
 * REAL is 32 or 64; T is the element type, V a vector of LANES of them, M what
 * a comparison gives. The two versions differ in the exponential alone: AVX-512
 * takes the fraction with `reduce` and applies the power with `scalef`, which
 * is right in the whole range; AVX2 clamps and shifts the power into the
 * exponent. Both evaluate the same polynomial on [0, 1), so a run of one checks
 * the other.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_BENCH_VEC_H
#define KEOPS_BENCH_VEC_H

#include <immintrin.h>
#include <stdint.h>

#if REAL == 32
typedef float T;
#define KIND(name) name##_ps
#define POLYNOMIAL                                                             \
  {1.0, 0.6931513, 0.2401646, 0.055799514, 0.0090174815, 0.0018669516}
enum { DEGREE = 5, MANTISSA = 23, LOWEST = -126, HIGHEST = 127 };
#else
typedef double T;
#define KIND(name) name##_pd
#define POLYNOMIAL                                                             \
  {1.0,                                                                        \
   0.693147180559946,                                                          \
   0.24022650695906198,                                                        \
   0.055504108665627154,                                                       \
   0.009618129099332651,                                                       \
   0.0013333558639171776,                                                      \
   0.0001540351211232163,                                                      \
   1.52531757441997e-05,                                                       \
   1.3208413010835193e-06,                                                     \
   1.0252345994632226e-07,                                                     \
   6.565830374232863e-09,                                                      \
   6.246562635803236e-10}
enum { DEGREE = 11, MANTISSA = 52, LOWEST = -1022, HIGHEST = 1023 };
#endif

#ifdef __AVX512F__
#define OP(name) KIND(_mm512_##name)
#define VECTOR_BYTES 64
#else
#define OP(name) KIND(_mm256_##name)
#define VECTOR_BYTES 32
#endif
enum { LANES = VECTOR_BYTES / sizeof(T) };

#if defined(__AVX512F__) && REAL == 32
typedef __m512 V;
typedef __mmask16 M;
#elif defined(__AVX512F__)
typedef __m512d V;
typedef __mmask8 M;
#elif REAL == 32
typedef __m256 V, M;
#else
typedef __m256d V, M;
#endif

static inline V load(const T *p) { return OP(load)(p); }
static inline void store(T *p, V a) { OP(store)(p, a); }
static inline V all(T a) { return OP(set1)(a); }
static inline V zero(void) { return OP(setzero)(); }
static inline V add(V a, V b) { return OP(add)(a, b); }
static inline V sub(V a, V b) { return OP(sub)(a, b); }
static inline V mul(V a, V b) { return OP(mul)(a, b); }
/* a * b + c, and c - a * b */
static inline V fma_(V a, V b, V c) { return OP(fmadd)(a, b, c); }
static inline V fnma(V a, V b, V c) { return OP(fnmadd)(a, b, c); }
static inline V smaller(V a, V b) { return OP(min)(a, b); }
static inline V larger(V a, V b) { return OP(max)(a, b); }

#define EACH(k, count)                                                         \
  _Pragma("GCC unroll 16") for (int k = 0; k < (count); ++k)

/* p[k] = polynomial of f[k], which both versions share. Steps of all `count`
 * vectors alternate: one chain after the other fills the processor's scheduler
 * with instructions that wait. */
static inline __attribute__((always_inline)) void polynomials(const V *f, V *p,
                                                              int count) {
  static const T c[] = POLYNOMIAL;
  EACH(k, count) p[k] = all(c[DEGREE]);
  EACH(step, DEGREE)
  EACH(k, count) p[k] = fma_(p[k], f[k], all(c[DEGREE - 1 - step]));
}

#ifdef __AVX512F__
/* A bit for each lane. */
static inline unsigned bits(M m) { return m; }
static inline M either(M a, M b) { return a | b; }
static inline V choose(M m, V a, V b) { return OP(mask_blend)(m, b, a); }
#if REAL == 32
static inline M less(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
#else
static inline M less(V a, V b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
#endif

/* x[k] = 2^x[k] for any x. */
static inline __attribute__((always_inline)) void exp2All(V *x, int count) {
  enum { ROUND_DOWN = 1 | 8, MOST = 16 };
  V f[MOST], p[MOST];
  EACH(k, count) f[k] = OP(reduce)(x[k], ROUND_DOWN);
  polynomials(f, p, count);
  EACH(k, count) x[k] = OP(scalef)(p[k], x[k]);
}
static inline __attribute__((always_inline)) void exp2Below(V *x, int count) {
  exp2All(x, count);
}
#else
static inline unsigned bits(M m) { return OP(movemask)(m); }
static inline M either(M a, M b) { return OP(or)(a, b); }
static inline V choose(M m, V a, V b) { return OP(blendv)(b, a, m); }
static inline M less(V a, V b) { return OP(cmp)(a, b, _CMP_LT_OQ); }

#if REAL == 32
/* p 2^n for n = t - magic. */
static inline V scale(V p, V t) {
  __m256i n = _mm256_slli_epi32(_mm256_castps_si256(t), MANTISSA);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), n));
}
#else
static inline V scale(V p, V t) {
  __m256i n = _mm256_slli_epi64(_mm256_castpd_si256(t), MANTISSA);
  return _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(p), n));
}
#endif

/* x[k] = 2^x[k] for x[k] <= HIGHEST; clamped from below only. Added to 1.5 *
 * 2^MANTISSA, an integer stands in the low bits, and from there moves into the
 * exponent. */
static inline __attribute__((always_inline)) void exp2Below(V *x, int count) {
  enum { MOST = 16 };
  const V magic = all((T)1.5 * (T)(1LL << MANTISSA));
  V f[MOST], p[MOST], n[MOST];
  EACH(k, count) x[k] = larger(x[k], all(LOWEST));
  EACH(k, count) n[k] = OP(floor)(x[k]);
  EACH(k, count) f[k] = sub(x[k], n[k]);
  polynomials(f, p, count);
  EACH(k, count) n[k] = add(n[k], magic);
  EACH(k, count) x[k] = scale(p[k], n[k]);
}
static inline __attribute__((always_inline)) void exp2All(V *x, int count) {
  EACH(k, count) x[k] = smaller(x[k], all(HIGHEST));
  exp2Below(x, count);
}
#endif

#endif
