/*===- CudaSharingKernels.c - right and wrong ways to share memory --------===*/
#include "CudaTestDevice.h"

static void readsBeyond(Self *self, void *const *params) {
  load(self, &array(params, 0)[rowOf(self)]);
}

static void readsHost(Self *self, void *const *params) {
  static const double host = 1;
  (void)params;
  load(self, &host);
}

static void readsBeyondShared(Self *self, void *const *params) {
  (void)params;
  load(self, (double *)self->shared + threads);
}

/** out = x turned round in the block; a barrier is needed before `get`. */
static void reverse(Self *self, void *const *params, int waits) {
  Numbers n = numbers(params, 2);
  double *shared = self->shared;
  int64_t row = rowOf(self);
  store(self, &shared[self->thread],
        row < n.ni ? load(self, &array(params, 0)[row]) : 0);
  if (waits)
    self->barrier(self, 0);
  double value = load(self, &shared[threads - 1 - self->thread]);
  if (row < n.ni)
    store(self, &array(params, 1)[row], value);
}

static void reverseRight(Self *self, void *const *params) {
  reverse(self, params, 1);
}

static void sharedRace(Self *self, void *const *params) {
  reverse(self, params, 0);
}

static void blockRace(Self *self, void *const *params) {
  if (!self->thread)
    store(self, array(params, 1), 1);
}

static void blockReadsBlock(Self *self, void *const *params) {
  Numbers n = numbers(params, 2);
  double *out = array(params, 1);
  if (self->thread)
    return;
  store(self, &out[rowOf(self)], 1);
  load(self, &out[(rowOf(self) + threads) % n.ni]);
}

static void lostBarrier(Self *self, void *const *params) {
  (void)params;
  if (self->thread != 3)
    self->barrier(self, 0);
}

static void any(Self *self, void *const *params) {
  Numbers n = numbers(params, 2);
  int64_t row = rowOf(self);
  double mine = row < n.ni ? load(self, &array(params, 0)[row]) : 0;
  int32_t answer = self->barrier(self, mine != 0 ? 4 : 0);
  if (row < n.ni)
    store(self, &array(params, 1)[row], answer);
}

static const keops_rt_simulated_kernel table[] = {
    FUNCTION(readsBeyond, 0),
    FUNCTION(readsHost, 0),
    FUNCTION(readsBeyondShared, threads * 8),
    FUNCTION(reverseRight, threads * 8),
    FUNCTION(sharedRace, threads * 8),
    FUNCTION(blockRace, 0),
    FUNCTION(blockReadsBlock, 0),
    FUNCTION(lostBarrier, 0),
    FUNCTION(any, 0),
    {NULL, NULL, 0, 0}};

static const keops_rt_image images[] = {
    {KEOPS_RT_SIMULATED, 0, 0, 0, table, sizeof(table)}};
static const keops_rt_module module = {1, 0, images};

static const keops_rt_argument mapArgs[] = {INPUT("x", KEOPS_RT_I, 1),
                                            OUTPUT(KEOPS_RT_I, 1)};

static const keops_rt_pass mapPass[] = {PASS(KEOPS_RT_PARAM, 0)};

MAP(cudaReadsBeyond, readsBeyond)
MAP(cudaReadsHost, readsHost)
MAP(cudaReadsBeyondShared, readsBeyondShared)
MAP(cudaReverse, reverseRight)
MAP(cudaSharedRace, sharedRace)
MAP(cudaBlockRace, blockRace)
MAP(cudaBlockReadsBlock, blockReadsBlock)
MAP(cudaLostBarrier, lostBarrier)
MAP(cudaAny, any)
