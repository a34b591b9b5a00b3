/*===- Plan.h - how a pass is cut into tasks ------------------------------===*
 *
 * The cut follows from the extents and the kernel alone, never from the number
 * of threads: that is why results do not depend on it. A *row block* is what
 * one state holds. With many row blocks a task is a run of them over all
 * columns; with few, columns are cut too, in *pieces*, and the pieces' states
 * are merged in order by whoever completes a row block. A full reduction keeps
 * one state per task (or row block) and merges those in order at the end.
 *
 * The constants weigh measured costs: entering an OpenMP region takes 2 to 20
 * microseconds on an idle machine and a millisecond on an oversubscribed one; a
 * whole call on one thread starts in 0.3, handing out a task in 0.05.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_PLAN_H
#define KEOPS_RUNTIME_PLAN_H

#include "Arguments.h"

/** Operations below which a pass stays on the caller's thread. Measured on two
 *  cores with AVX2 for a Gaussian in dimension 3 (38 operations as `pair_cost`
 *  counts them) of growing size: a second thread pays from 6e6 operations on
 *  where threads wait actively between calls, as libgomp's do for a while, and
 *  from 1.4e7 on where they sleep (OMP_WAIT_POLICY=passive); below, the median
 *  call gets up to twice as long. 1.6e7 are 650 x 650 pairs, 0.2 ms. */
#define PARALLEL_COST 1.6e7

/** Operations that a task should have at least: some microseconds. */
#define TASK_COST 1.0e5

enum {
  cacheLine = 64,
  manyTasks = 256, /* enough to balance 64 threads within 6 % */
  sharedStateLimit =
      16 << 20, /* bytes of states that splitting columns may cost */
  workerStackBytes = 32 << 10, /* a worker's state and scratch, on its stack */
  callStackBytes = 16 << 10    /* all of a call's workspace, on its stack */
};

typedef struct PassPlan {
  int64_t rows, columns;
  int64_t blockRows, rowBlocks;
  int64_t pieces;        /* columns are cut in so many */
  int64_t columnUnits;   /* cuts fall on multiples of min_columns */
  int64_t blocksPerTask; /* with one piece only */
  int64_t tasks;
  int64_t stateBytes, scratchBytes; /* whole cache lines */
  int64_t sharedStates;             /* states that outlive their task */
  int64_t localStates;  /* states a worker needs for itself: 0 or 1 */
  int64_t neutralBytes; /* zeroed row to read where the row axis is empty */
  double cost;
} PassPlan;

static int64_t ceilDiv(int64_t a, int64_t b) { return a / b + (a % b != 0); }
static int64_t minOf(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t maxOf(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t wholeLines(int64_t bytes) {
  return ceilDiv(maxOf(bytes, 0), cacheLine) * cacheLine;
}

/** Bytes of the longest row along `axis` that compiled code may read. */
static int64_t longestRow(const keops_rt_kernel *kernel, int32_t axis) {
  int64_t longest = 0;
  for (int a = 0; a < kernel->num_args; ++a)
    if (kernel->args[a].axis == axis)
      longest = maxOf(longest, rowBytesOf(&kernel->args[a]));
  for (int s = 0; s < kernel->num_stored; ++s)
    if (kernel->stored[s].axis == axis)
      longest = maxOf(longest, kernel->stored[s].row_bytes);
  return wholeLines(longest);
}

/** Nothing is reduced: only finish runs. */
static bool isMap(const keops_rt_pass *pass) {
  return pass->column_axis == KEOPS_RT_PARAM;
}

/** How many pieces the columns are cut into. */
static int64_t choosePieces(const PassPlan *plan) {
  if (plan->rowBlocks >= manyTasks || plan->cost < PARALLEL_COST)
    return 1;
  int64_t wanted = ceilDiv(manyTasks, plan->rowBlocks);
  int64_t affordable =
      sharedStateLimit / maxOf(plan->stateBytes, 1) / plan->rowBlocks;
  return maxOf(1, minOf(minOf(wanted, plan->columnUnits), affordable));
}

/** With one piece: how many row blocks make a task worth its while. */
static int64_t chooseBlocksPerTask(const keops_rt_pass *pass,
                                   const PassPlan *plan) {
  double blockCost = plan->cost / (double)plan->rowBlocks;
  int64_t blocks = (int64_t)(TASK_COST / blockCost) + 1;
  if (pass->is_full)
    blocks = maxOf(blocks, ceilDiv(plan->rowBlocks, manyTasks));
  return minOf(blocks, plan->rowBlocks);
}

/** The plan of one pass; a pass over no rows has no tasks. */
static PassPlan planPass(const keops_rt_kernel *kernel, int index,
                         const keops_rt_pass_code *code, int64_t ni,
                         int64_t nj) {
  const keops_rt_pass *pass = &kernel->passes[index];
  PassPlan plan = {0};
  plan.rows = extentOf(pass->row_axis, ni, nj);
  if (!isMap(pass))
    plan.columns = extentOf(pass->column_axis, ni, nj);
  if (plan.rows == 0 && pass->is_full) {
    /* The value over the empty set: one row, no columns. Compiled code may load
     * the row before it finds no columns, so there must be one to load. */
    plan.rows = 1;
    plan.columns = 0;
    plan.neutralBytes = longestRow(kernel, pass->row_axis);
  }
  if (plan.rows == 0)
    return plan;

  plan.blockRows = maxOf(pass->block_rows, 1);
  plan.rowBlocks = ceilDiv(plan.rows, plan.blockRows);
  plan.columnUnits = plan.columns / maxOf(pass->min_columns, 1);
  plan.stateBytes = wholeLines(pass->state_bytes);
  plan.scratchBytes = wholeLines(code->scratch_bytes);
  plan.cost = (double)plan.rows * (double)maxOf(plan.columns, 1) *
              (double)maxOf(pass->pair_cost, 1);

  plan.pieces = code->merge ? choosePieces(&plan) : 1;
  plan.blocksPerTask = 1;
  if (plan.pieces > 1) {
    plan.tasks = plan.rowBlocks * plan.pieces;
    plan.sharedStates = plan.tasks;
    return plan;
  }
  plan.blocksPerTask = chooseBlocksPerTask(pass, &plan);
  plan.tasks = ceilDiv(plan.rowBlocks, plan.blocksPerTask);
  plan.sharedStates = pass->is_full ? plan.tasks : 0;
  plan.localStates = !pass->is_full || plan.blocksPerTask > 1;
  return plan;
}

/** First column of a piece. Every piece has at least min_columns. */
static int64_t pieceBegin(const keops_rt_pass *pass, const PassPlan *plan,
                          int64_t piece) {
  if (piece == plan->pieces)
    return plan->columns;
  int64_t share = plan->columnUnits / plan->pieces;
  int64_t longer = plan->columnUnits % plan->pieces; /* these have one more */
  return (share * piece + minOf(piece, longer)) * maxOf(pass->min_columns, 1);
}

/** Bytes a worker needs in the workspace: none when its stack has room. */
static int64_t workerBytesOf(const PassPlan *plan) {
  int64_t bytes = plan->localStates * plan->stateBytes + plan->scratchBytes;
  return bytes <= workerStackBytes ? 0 : bytes;
}

#endif
