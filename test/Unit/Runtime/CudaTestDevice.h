/*===- CudaTestDevice.h - what hand-written GPU kernels are made of
 * --------===*/
#ifndef KEOPS_TEST_CUDATESTDEVICE_H
#define KEOPS_TEST_CUDATESTDEVICE_H

#include "CudaTestKernels.h"

#include <stddef.h>

typedef keops_rt_simulated_thread Self;

enum { threads = cudaTestThreads, tile = cudaTestTile };

static inline double load(Self *self, const double *from) {
  if (self->access)
    self->access(self, from, sizeof(*from), 0);
  return *from;
}

static inline void store(Self *self, double *to, double value) {
  if (self->access)
    self->access(self, to, sizeof(*to), 1);
  *to = value;
}

static inline double *array(void *const *params, int index) {
  return *(double *const *)params[index];
}

static inline int64_t number(void *const *params, int index) {
  return *(const int64_t *)params[index];
}

/** What follows the arrays in the parameters. */
typedef struct Numbers {
  int64_t ni, nj;
  double *states, *staged;
  int64_t slots, splits;
} Numbers;

static inline Numbers numbers(void *const *params, int arrays) {
  Numbers n = {number(params, arrays),     number(params, arrays + 1),
               array(params, arrays + 2),  array(params, arrays + 3),
               number(params, arrays + 4), number(params, arrays + 5)};
  return n;
}

static inline int64_t rowOf(const Self *self) {
  return (int64_t)self->block_x * threads + self->thread;
}

#define FUNCTION(function, sharedBytes)                                        \
  {#function, function, sharedBytes, threads}

#define INPUT(name, axis, dim) {name, axis, 0, KEOPS_RT_F64, 0, dim}
#define OUTPUT(axis, dim) {"out", axis, 1, KEOPS_RT_F64, 0, dim}
#define PASS(columns, full) {KEOPS_RT_I, columns, full, 0, 8, 2, 16, 64, 20}
#define GPU_PASS(stage, accumulate, finish, keeps, state, staged)              \
  {stage, accumulate, finish, threads, threads, tile, keeps, state, staged}

/** After the arguments, passes and stored arrays: the GPU's passes. */
#define KERNEL(symbol, numArgs, args, numPasses, passes, numStored, stored,    \
               ...)                                                            \
  static const keops_rt_gpu_pass symbol##Passes[] = {__VA_ARGS__};             \
  static const keops_rt_gpu symbol##Gpu = {&module, symbol##Passes};           \
  const keops_rt_kernel symbol = {KEOPS_RT_ABI_VERSION,                        \
                                  numArgs,                                     \
                                  numPasses,                                   \
                                  numStored,                                   \
                                  0,                                           \
                                  0,                                           \
                                  #symbol,                                     \
                                  args,                                        \
                                  passes,                                      \
                                  stored,                                      \
                                  NULL,                                        \
                                  &symbol##Gpu};

#define MAP(symbol, function)                                                  \
  KERNEL(symbol, 2, mapArgs, 1, mapPass, 0, NULL,                              \
         GPU_PASS(NULL, NULL, #function, 0, 0, 0))

#endif
