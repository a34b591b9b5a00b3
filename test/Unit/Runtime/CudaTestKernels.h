//===- CudaTestKernels.h - simulated GPU kernels written by hand ----------===//
//
// What keopsc would write for a GPU, in plain C, for the simulated driver.
// Blocks and tiles are tiny, so that small arrays have many of them.
//
//===----------------------------------------------------------------------===//
#ifndef KEOPS_TEST_CUDATESTKERNELS_H
#define KEOPS_TEST_CUDATESTKERNELS_H

#include "keops/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { cudaTestThreads = 8, cudaTestTile = 8 };

/// out[i] = sum_j exp(-g |x[i] - y[j]|^2) b[j]; g f64, x f64 i 3, y f64 j 3,
/// b f64 j, out f64 i. Tiles of y and b are in shared memory.
extern const keops_rt_kernel cudaGauss;
/// out = sum_ij x[i] * y[j]; blocks are folded in shared memory.
extern const keops_rt_kernel cudaFullSum;
/// out[i] = 2 x[i].
extern const keops_rt_kernel cudaMap;
/// out[i] = sum_j exp(x[i] * y[j] - m[i]) with m[i] = max_j x[i] * y[j], which
/// the first pass leaves to the second; the second reads staged copies of x.
extern const keops_rt_kernel cudaTwoPasses;
/// out = (slots, splits) of its only pass over i and j.
extern const keops_rt_kernel cudaProbe;
/// cudaProbe with rows that leave states in any case, 1 MiB each.
extern const keops_rt_kernel cudaLargeStates;

/// Wrong kernels of the form x -> out, both f64 i.
extern const keops_rt_kernel cudaReadsBeyond;
extern const keops_rt_kernel cudaReadsHost;
extern const keops_rt_kernel cudaReadsBeyondShared;
extern const keops_rt_kernel cudaSharedRace;
extern const keops_rt_kernel cudaBlockRace;
extern const keops_rt_kernel cudaBlockReadsBlock;
extern const keops_rt_kernel cudaLostBarrier;
/// Right: x turned round in each block, with barriers.
extern const keops_rt_kernel cudaReverse;
/// Right: out[i] is what the block's barrier answers to x[i].
extern const keops_rt_kernel cudaAny;

/// The table of all functions: the data of every image.
extern const keops_rt_simulated_kernel cudaTestTable[];

#ifdef __cplusplus
}
#endif

#endif
