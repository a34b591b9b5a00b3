/*===- CudaPlan.h - grids, splits and memory of a call on a GPU -----------===*
 *
 * As on the CPU, the cut follows from the extents and the kernel alone: the
 * same call gives the same bits on every device that runs the same code. With
 * few row blocks the columns are split as well, so that the largest devices
 * (132 processors, each with room for several blocks) have work; the states of
 * the splits are merged in order.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDAPLAN_H
#define KEOPS_RUNTIME_CUDAPLAN_H

#include "Workspace.h"

enum {
  enoughBlocks = 1056,      /* 8 on each of 132 processors: no split pays */
  wantedBlocks = 2112,      /* what splitting aims at */
  tilesPerSplit = 2,        /* at least */
  mostSplits = 512,         /* and so below the grid's limit, 65535 */
  deviceAlignment = 256,    /* what cuMemAlloc gives */
  splitStateLimit = 1 << 28 /* bytes of states that splitting may cost */
};

static const int64_t largestGrid = INT32_MAX;

typedef struct CudaPlan {
  int64_t rows, slots;
  int64_t rowBlocks; /* of accumulate: grid.x */
  int64_t rowGrid;   /* of stage and finish */
  int64_t splits;
  int64_t stateBytes, stagedBytes; /* all of them */
} CudaPlan;

/** Where things are in the workspace. */
typedef struct CudaLayout {
  int64_t states, staged; /* offsets; stored arrays begin at 0 */
  int64_t bytes;          /* 0: the call needs no workspace */
  double cost;            /* of all passes */
} CudaLayout;

static int64_t chooseSplits(const keops_rt_gpu_pass *code, const CudaPlan *plan,
                            int64_t columns) {
  if (plan->rowBlocks >= enoughBlocks || !code->accumulate || !code->finish)
    return 1;
  int64_t tiles = ceilDiv(columns, maxOf(code->tile_columns, 1));
  int64_t wanted = ceilDiv(wantedBlocks, plan->rowBlocks);
  int64_t affordable =
      splitStateLimit / maxOf(code->state_bytes, 1) / plan->slots;
  int64_t splits = minOf(minOf(wanted, tiles / tilesPerSplit), affordable);
  return maxOf(1, minOf(splits, mostSplits));
}

static double costOf(const keops_rt_pass *pass, int64_t ni, int64_t nj) {
  int64_t columns = isMap(pass) ? 1 : extentOf(pass->column_axis, ni, nj);
  return (double)extentOf(pass->row_axis, ni, nj) * (double)maxOf(columns, 1) *
         (double)maxOf(pass->pair_cost, 1);
}

/** The plan of one pass. One over no rows has no slots and one split; a full
 *  reduction over none has room for one block's states and no split. */
static keops_status planCuda(const Call *call, int index, CudaPlan *plan) {
  const keops_rt_pass *pass = &call->kernel->passes[index];
  const keops_rt_gpu_pass *code = &call->kernel->gpu->passes[index];
  *plan = (CudaPlan){.splits = 1};
  plan->rows = extentOf(pass->row_axis, call->ni, call->nj);
  if (plan->rows == 0) {
    if (pass->is_full) {
      plan->slots = code->rows_per_block;
      plan->splits = 0;
      plan->stateBytes = plan->slots * code->state_bytes;
    }
    return KEOPS_OK;
  }
  int64_t rowsPerBlock = maxOf(code->rows_per_block, 1);
  plan->rowBlocks = ceilDiv(plan->rows, rowsPerBlock);
  int64_t largestRows = largestGrid * minOf(rowsPerBlock, code->threads);
  if (plan->rows > largestRows)
    return fail(KEOPS_ERROR_EXTENT_TOO_LARGE,
                "%s: %" PRId64 " rows exceed what one launch on a CUDA device "
                "covers, %" PRId64,
                call->kernel->name, plan->rows, largestRows);
  plan->slots = plan->rowBlocks * rowsPerBlock;
  plan->rowGrid = ceilDiv(plan->slots, code->threads);
  int64_t columns =
      isMap(pass) ? 0 : extentOf(pass->column_axis, call->ni, call->nj);
  plan->splits = chooseSplits(code, plan, columns);
  bool hasStates = pass->is_full || plan->splits > 1 || code->keeps_states;
  int64_t states = hasStates ? plan->slots * plan->splits : 0;
  if (__builtin_mul_overflow(states, code->state_bytes, &plan->stateBytes) ||
      __builtin_mul_overflow(plan->slots, code->staged_bytes,
                             &plan->stagedBytes))
    return failTooLarge(call);
  return KEOPS_OK;
}

/** Puts a part behind those before it; false if it does not fit. */
static bool placePart(int64_t *end, int64_t rows, int64_t rowBytes,
                      int64_t *begin) {
  int64_t bytes, aligned = ceilDiv(*end, deviceAlignment) * deviceAlignment;
  *begin = aligned;
  if (__builtin_mul_overflow(rows, rowBytes, &bytes) ||
      bytes > PTRDIFF_MAX - 2 * deviceAlignment - aligned)
    return false;
  if (bytes)
    *end = aligned + bytes;
  return true;
}

/** The stored arrays, then the states and staged rows of one pass at a time.
 *  Writes where each stored array begins, if `stored` is not NULL. */
static keops_status layOutCuda(const Call *call, CudaLayout *layout,
                               int64_t *stored) {
  const keops_rt_kernel *kernel = call->kernel;
  int64_t end = 0, begin, states = 0, staged = 0;
  for (int s = 0; s < kernel->num_stored; ++s) {
    const keops_rt_stored *array = &kernel->stored[s];
    if (!placePart(&end, extentOf(array->axis, call->ni, call->nj),
                   array->row_bytes, &begin))
      return failTooLarge(call);
    if (stored)
      stored[s] = begin;
  }
  layout->cost = 0;
  for (int p = 0; p < kernel->num_passes; ++p) {
    CudaPlan plan;
    keops_status status = planCuda(call, p, &plan);
    if (status)
      return status;
    states = maxOf(states, plan.stateBytes);
    staged = maxOf(staged, plan.stagedBytes);
    layout->cost += costOf(&kernel->passes[p], call->ni, call->nj);
  }
  if (!placePart(&end, states, 1, &layout->states) ||
      !placePart(&end, staged, 1, &layout->staged))
    return failTooLarge(call);
  layout->bytes = end;
  return KEOPS_OK;
}

/** What the caller must provide: room to begin aligned included. */
static size_t cudaRequestBytes(int64_t bytes) {
  return bytes ? (size_t)bytes + deviceAlignment - 1 : 0;
}

#endif
