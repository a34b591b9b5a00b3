/*===- CudaTestKernels.c - simulated GPU kernels written by hand ----------===*/
#include "CudaTestDevice.h"

#include <math.h>

/** First column of a split: whole tiles. */
static int64_t splitBegin(int64_t columns, int64_t splits, int64_t split) {
  int64_t tiles = (columns + tile - 1) / tile;
  int64_t begin = tiles * split / splits * tile;
  return begin < columns ? begin : columns;
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/** The result, or the state of a split. */
static void leave(Self *self, const Numbers *n, double *out, double value) {
  int64_t row = rowOf(self);
  if (n->splits > 1)
    store(self, &n->states[self->block_y * n->slots + row], value);
  else if (row < n->ni)
    store(self, &out[row], value);
}

static double sumOfSplits(Self *self, const Numbers *n, int64_t row) {
  double sum = 0;
  for (int64_t s = 0; s < n->splits; ++s)
    sum += load(self, &n->states[s * n->slots + row]);
  return sum;
}

/*===- A Gaussian sum -----------------------------------------------------===*/

static void gaussAccumulate(Self *self, void *const *params) {
  const double *x = array(params, 1), *y = array(params, 2),
               *b = array(params, 3);
  Numbers n = numbers(params, 5);
  double g = load(self, array(params, 0)), xi[3] = {0, 0, 0}, sum = 0;
  double *shared = self->shared;
  if (rowOf(self) < n.ni)
    for (int d = 0; d < 3; ++d)
      xi[d] = load(self, &x[3 * rowOf(self) + d]);
  int64_t end = splitBegin(n.nj, n.splits, self->block_y + 1);
  for (int64_t first = splitBegin(n.nj, n.splits, self->block_y); first < end;
       first += tile) {
    int64_t mine = first + self->thread;
    for (int d = 0; d < 4 && mine < end; ++d)
      store(self, &shared[4 * self->thread + d],
            load(self, d < 3 ? &y[3 * mine + d] : &b[mine]));
    self->barrier(self, 0);
    for (int64_t k = 0; k < smaller(tile, end - first); ++k) {
      double square = 0;
      for (int d = 0; d < 3; ++d) {
        double step = xi[d] - load(self, &shared[4 * k + d]);
        square += step * step;
      }
      sum += exp(-g * square) * load(self, &shared[4 * k + 3]);
    }
    self->barrier(self, 0);
  }
  leave(self, &n, array(params, 4), sum);
}

static void gaussFinish(Self *self, void *const *params) {
  Numbers n = numbers(params, 5);
  if (rowOf(self) < n.ni)
    store(self, &array(params, 4)[rowOf(self)],
          sumOfSplits(self, &n, rowOf(self)));
}

/*===- A full reduction ---------------------------------------------------===*/

static void fullAccumulate(Self *self, void *const *params) {
  Numbers n = numbers(params, 3);
  double *shared = self->shared, sum = 0;
  if (rowOf(self) < n.ni)
    for (int64_t j = splitBegin(n.nj, n.splits, self->block_y);
         j < splitBegin(n.nj, n.splits, self->block_y + 1); ++j)
      sum += load(self, &array(params, 0)[rowOf(self)]) *
             load(self, &array(params, 1)[j]);
  store(self, &shared[self->thread], sum);
  self->barrier(self, 0);
  if (self->thread)
    return;
  for (int t = 1; t < threads; ++t)
    sum += load(self, &shared[t]);
  store(self, &n.states[self->block_y * n.slots + rowOf(self)], sum);
}

static void fullFinish(Self *self, void *const *params) {
  Numbers n = numbers(params, 3);
  if (self->thread)
    return;
  double sum = 0;
  for (int64_t slot = 0; slot < n.slots; slot += threads)
    sum += sumOfSplits(self, &n, slot);
  store(self, array(params, 2), sum);
}

/*===- A map --------------------------------------------------------------===*/

static void mapFinish(Self *self, void *const *params) {
  Numbers n = numbers(params, 2);
  if (rowOf(self) < n.ni)
    store(self, &array(params, 1)[rowOf(self)],
          2 * load(self, &array(params, 0)[rowOf(self)]));
}

/*===- Two passes ---------------------------------------------------------===*/

enum { twoStoredIndex = 3, twoArrays = 4 };

static void maxAccumulate(Self *self, void *const *params) {
  Numbers n = numbers(params, twoArrays);
  double most = -INFINITY;
  if (rowOf(self) < n.ni)
    for (int64_t j = splitBegin(n.nj, n.splits, self->block_y);
         j < splitBegin(n.nj, n.splits, self->block_y + 1); ++j)
      most = fmax(most, load(self, &array(params, 0)[rowOf(self)]) *
                            load(self, &array(params, 1)[j]));
  leave(self, &n, array(params, twoStoredIndex), most);
}

static void maxFinish(Self *self, void *const *params) {
  Numbers n = numbers(params, twoArrays);
  double most = -INFINITY;
  if (rowOf(self) >= n.ni)
    return;
  for (int64_t s = 0; s < n.splits; ++s)
    most = fmax(most, load(self, &n.states[s * n.slots + rowOf(self)]));
  store(self, &array(params, twoStoredIndex)[rowOf(self)], most);
}

static void expStage(Self *self, void *const *params) {
  Numbers n = numbers(params, twoArrays);
  int isAligned =
      (uintptr_t)n.states % 256 == 0 && (uintptr_t)n.staged % 256 == 0;
  if (rowOf(self) < n.slots && isAligned)
    store(self, &n.staged[rowOf(self)],
          rowOf(self) < n.ni ? load(self, &array(params, 0)[rowOf(self)]) : 0);
}

static void expAccumulate(Self *self, void *const *params) {
  Numbers n = numbers(params, twoArrays);
  double sum = 0;
  if (rowOf(self) < n.ni)
    for (int64_t j = splitBegin(n.nj, n.splits, self->block_y);
         j < splitBegin(n.nj, n.splits, self->block_y + 1); ++j)
      sum += exp(load(self, &n.staged[rowOf(self)]) *
                     load(self, &array(params, 1)[j]) -
                 load(self, &array(params, twoStoredIndex)[rowOf(self)]));
  leave(self, &n, array(params, 2), sum);
}

static void expFinish(Self *self, void *const *params) {
  Numbers n = numbers(params, twoArrays);
  if (rowOf(self) < n.ni)
    store(self, &array(params, 2)[rowOf(self)],
          sumOfSplits(self, &n, rowOf(self)));
}

/*===- The plan -----------------------------------------------------------===*/

static void probe(Self *self, void *const *params) {
  Numbers n = numbers(params, 3);
  if (self->thread || self->block_x || self->block_y)
    return;
  store(self, &array(params, 2)[0], (double)n.slots);
  store(self, &array(params, 2)[1], (double)n.splits);
}

/*===- What keopsc would tell the runtime ---------------------------------===*/

const keops_rt_simulated_kernel cudaTestTable[] = {
    FUNCTION(gaussAccumulate, tile * 32),
    FUNCTION(gaussFinish, 0),
    FUNCTION(fullAccumulate, threads * 8),
    FUNCTION(fullFinish, 0),
    FUNCTION(mapFinish, 0),
    FUNCTION(maxAccumulate, 0),
    FUNCTION(maxFinish, 0),
    FUNCTION(expStage, 0),
    FUNCTION(expAccumulate, 0),
    FUNCTION(expFinish, 0),
    FUNCTION(probe, 0),
    {NULL, NULL, 0, 0}};

static const keops_rt_image images[] = {
    {KEOPS_RT_SIMULATED, 0, 0, 0, cudaTestTable, sizeof(cudaTestTable)}};
static const keops_rt_module module = {1, 0, images};

static const keops_rt_argument gaussArgs[] = {
    INPUT("g", KEOPS_RT_PARAM, 1), INPUT("x", KEOPS_RT_I, 3),
    INPUT("y", KEOPS_RT_J, 3), INPUT("b", KEOPS_RT_J, 1),
    OUTPUT(KEOPS_RT_I, 1)};
static const keops_rt_argument pairArgs[] = {INPUT("x", KEOPS_RT_I, 1),
                                             INPUT("y", KEOPS_RT_J, 1),
                                             OUTPUT(KEOPS_RT_I, 1)};
static const keops_rt_argument fullArgs[] = {INPUT("x", KEOPS_RT_I, 1),
                                             INPUT("y", KEOPS_RT_J, 1),
                                             OUTPUT(KEOPS_RT_PARAM, 1)};
static const keops_rt_argument probeArgs[] = {INPUT("x", KEOPS_RT_PARAM, 1),
                                              INPUT("y", KEOPS_RT_PARAM, 1),
                                              OUTPUT(KEOPS_RT_PARAM, 2)};
static const keops_rt_argument mapArgs[] = {INPUT("x", KEOPS_RT_I, 1),
                                            OUTPUT(KEOPS_RT_I, 1)};

static const keops_rt_pass rowPass[] = {PASS(KEOPS_RT_J, 0)};
static const keops_rt_pass twoPass[] = {PASS(KEOPS_RT_J, 0),
                                        PASS(KEOPS_RT_J, 0)};
static const keops_rt_pass fullPass[] = {PASS(KEOPS_RT_J, 1)};
static const keops_rt_pass mapPass[] = {PASS(KEOPS_RT_PARAM, 0)};

static const keops_rt_stored twoStored[] = {{KEOPS_RT_I, 0, 8}};

KERNEL(cudaGauss, 5, gaussArgs, 1, rowPass, 0, NULL,
       GPU_PASS(NULL, "gaussAccumulate", "gaussFinish", 0, 8, 0))
KERNEL(cudaFullSum, 3, fullArgs, 1, fullPass, 0, NULL,
       GPU_PASS(NULL, "fullAccumulate", "fullFinish", 0, 8, 0))
KERNEL(cudaTwoPasses, 3, pairArgs, 2, twoPass, 1, twoStored,
       GPU_PASS(NULL, "maxAccumulate", "maxFinish", 0, 8, 0),
       GPU_PASS("expStage", "expAccumulate", "expFinish", 0, 8, 8))
KERNEL(cudaProbe, 3, probeArgs, 1, rowPass, 0, NULL,
       GPU_PASS(NULL, "probe", "probe", 0, 8, 0))
KERNEL(cudaLargeStates, 3, probeArgs, 1, rowPass, 0, NULL,
       GPU_PASS(NULL, "probe", "probe", 1, 1 << 20, 0))
MAP(cudaMap, mapFinish)
