//===- TestKernels.h - kernels written by hand ----------------------------===//
//
// What keopsc would write, in plain C: the runtime is tested without the
// compiler. Blocks are tiny and pairs "expensive", so that small arrays already
// exercise every way of cutting a pass.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_TEST_TESTKERNELS_H
#define KEOPS_TEST_TESTKERNELS_H

#include "keops/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/// out[i] = sum_j x[i] * y[j]; x f64 i, y f64 j, out f64 i.
extern const keops_rt_kernel testSum;
/// The same with a state of 64 KiB, which no stack takes.
extern const keops_rt_kernel testBigSum;
/// out[i] = argmin_j |x[i] - y[j]|, the first of several; out i64 i.
extern const keops_rt_kernel testArgmin;
/// out = sum_ij x[i] * y[j]; out f64.
extern const keops_rt_kernel testFullSum;
/// out = argmin_ij |x[i] - y[j]|, flattened i * nj + j; out i64.
extern const keops_rt_kernel testFullArgmin;
/// out[i] = sum_j exp(x[i] * y[j] - m[i]) with m[i] = max_j x[i] * y[j], which
/// the first pass leaves to the second.
extern const keops_rt_kernel testTwoPasses;
/// out[j] = sum_i x[i] * y[j]; out f64 j.
extern const keops_rt_kernel testSumOverI;
/// out[i] = 2 x[i]: no reduction.
extern const keops_rt_kernel testMap;
/// out = sum_j y[j]: one row that depends on neither axis.
extern const keops_rt_kernel testOneRow;

#ifdef __cplusplus
}
#endif

#endif
