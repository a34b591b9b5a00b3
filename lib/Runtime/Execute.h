/*===- Execute.h - running one pass ---------------------------------------===*/
#ifndef KEOPS_RUNTIME_EXECUTE_H
#define KEOPS_RUNTIME_EXECUTE_H

#include "Progress.h"
#include "Threads.h"

/** One pass under way. Workers share it; what they write is atomic or theirs.
 */
typedef struct PassRun {
  const keops_rt_frame *frame;
  const keops_rt_pass *pass;
  const keops_rt_pass_code *code;
  PassPlan plan;
  char *states;       /* plan.sharedStates of them */
  char *workerMemory; /* workerBytesOf(plan) per worker, where not 0 */
  Progress *progress;
  _Alignas(cacheLine) _Atomic int64_t next; /* task to take */
  _Alignas(cacheLine) _Atomic int64_t done; /* tasks completed */
  _Atomic int32_t pending[manyTasks];       /* pieces left of each row block */
} PassRun;

static int64_t blockBegin(const PassPlan *plan, int64_t block) {
  return minOf(block * plan->blockRows, plan->rows);
}

/** State := rows of one block reduced over columns [c0, c1). */
static void accumulateBlock(const PassRun *run, int64_t block, int64_t c0,
                            int64_t c1, void *state, void *scratch) {
  int64_t r0 = blockBegin(&run->plan, block);
  int64_t r1 = blockBegin(&run->plan, block + 1);
  if (run->code->accumulate_few && r1 - r0 <= run->pass->few_rows)
    run->code->accumulate_few(run->frame, r0, r1, c0, c1, state, scratch);
  else
    run->code->accumulate(run->frame, r0, r1, c0, c1, state, scratch);
}

/** A piece of one row block's columns. The last to complete a row block merges
 *  its pieces, always in the order of the columns. */
static void runPiece(PassRun *run, int64_t task, void *scratch) {
  const PassPlan *plan = &run->plan;
  int64_t block = task / plan->pieces, piece = task % plan->pieces;
  accumulateBlock(run, block, pieceBegin(run->pass, plan, piece),
                  pieceBegin(run->pass, plan, piece + 1),
                  run->states + task * plan->stateBytes, scratch);
  if (atomic_fetch_sub_explicit(&run->pending[block], 1,
                                memory_order_acq_rel) != 1)
    return;
  int64_t r0 = blockBegin(plan, block), r1 = blockBegin(plan, block + 1);
  char *first = run->states + block * plan->pieces * plan->stateBytes;
  for (int64_t p = 1; p < plan->pieces; ++p)
    run->code->merge(r1 - r0, first, first + p * plan->stateBytes);
  if (run->pass->is_full)
    run->code->fold(r1 - r0, first);
  else
    run->code->finish(run->frame, r0, r1, first, scratch);
}

/** Row blocks of a full reduction, folded into the task's state. */
static void runFullBlocks(PassRun *run, int64_t task, void *local,
                          void *scratch) {
  const PassPlan *plan = &run->plan;
  char *total = run->states + task * plan->stateBytes;
  int64_t begin = task * plan->blocksPerTask;
  int64_t end = minOf(begin + plan->blocksPerTask, plan->rowBlocks);
  for (int64_t block = begin; block < end; ++block) {
    void *state = block == begin ? total : local;
    accumulateBlock(run, block, 0, plan->columns, state, scratch);
    run->code->fold(blockBegin(plan, block + 1) - blockBegin(plan, block),
                    state);
    if (block != begin)
      run->code->merge(1, total, state);
  }
}

/** Row blocks that are reduced over all columns and finished at once. */
static void runBlocks(PassRun *run, int64_t task, void *local, void *scratch) {
  const PassPlan *plan = &run->plan;
  int64_t begin = task * plan->blocksPerTask;
  int64_t end = minOf(begin + plan->blocksPerTask, plan->rowBlocks);
  for (int64_t block = begin; block < end; ++block) {
    if (!isMap(run->pass))
      accumulateBlock(run, block, 0, plan->columns, local, scratch);
    run->code->finish(run->frame, blockBegin(plan, block),
                      blockBegin(plan, block + 1), local, scratch);
  }
}

static void runTasks(PassRun *run, int64_t worker, char *memory) {
  const PassPlan *plan = &run->plan;
  char *scratch = memory + plan->localStates * plan->stateBytes;
  for (;;) {
    int64_t task =
        atomic_fetch_add_explicit(&run->next, 1, memory_order_relaxed);
    if (task >= plan->tasks ||
        atomic_load_explicit(&run->progress->cancelled, memory_order_relaxed))
      return;
    if (plan->pieces > 1)
      runPiece(run, task, scratch);
    else if (run->pass->is_full)
      runFullBlocks(run, task, memory, scratch);
    else
      runBlocks(run, task, memory, scratch);
    int64_t done =
        1 + atomic_fetch_add_explicit(&run->done, 1, memory_order_release);
    if (worker == 0)
      reportProgress(run->progress, plan, (double)done / (double)plan->tasks);
  }
}

static void workerMain(void *data, int64_t worker) {
  PassRun *run = data;
  int64_t bytes = workerBytesOf(&run->plan);
  uint64_t before = enterDefaultFloatingPoint();
  if (bytes) {
    runTasks(run, worker, run->workerMemory + worker * bytes);
  } else {
    _Alignas(cacheLine) char memory[workerStackBytes];
    runTasks(run, worker, memory);
  }
  leaveDefaultFloatingPoint(before);
}

/** The states that a full reduction left, in order, into the result. */
static void finishFull(PassRun *run) {
  const PassPlan *plan = &run->plan;
  int64_t count = plan->pieces > 1 ? plan->rowBlocks : plan->tasks;
  int64_t step = plan->pieces * plan->stateBytes;
  char *scratch = run->workerMemory + plan->localStates * plan->stateBytes;
  _Alignas(cacheLine) char memory[workerStackBytes];
  uint64_t before = enterDefaultFloatingPoint();
  for (int64_t k = 1; k < count; ++k)
    run->code->merge(1, run->states, run->states + k * step);
  run->code->finish(run->frame, 0, 1, run->states,
                    workerBytesOf(plan) ? scratch : memory);
  leaveDefaultFloatingPoint(before);
}

static keops_status runPass(PassRun *run, const char *kernel, int64_t workers,
                            const keops_rt_parallel_for *custom) {
  atomic_init(&run->next, 0);
  atomic_init(&run->done, 0);
  if (run->plan.pieces > 1)
    for (int64_t block = 0; block < run->plan.rowBlocks; ++block)
      atomic_init(&run->pending[block], (int32_t)run->plan.pieces);
  runWorkers(workers, custom, workerMain, run);
  if (atomic_load(&run->progress->cancelled))
    return failCancelled(kernel);
  int64_t done = atomic_load_explicit(&run->done, memory_order_acquire);
  if (done != run->plan.tasks)
    return fail(KEOPS_ERROR_PARALLEL_FOR,
                "%s: the function given to keops_set_parallel_for returned "
                "before every task was run",
                kernel);
  if (run->pass->is_full)
    finishFull(run);
  run->progress->doneCost += run->plan.cost;
  return KEOPS_OK;
}

#endif
