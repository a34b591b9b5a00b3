/*===- Workspace.h - memory of a call beyond its arrays -------------------===*
 *
 * One block holds everything: what passes leave to later passes (O(N + M)), and
 * the states and the workers' memory of the pass under way (bounded by
 * constants and the number of workers). It is laid out in the order of use:
 *
 *     pointers to stored arrays | stored arrays | neutral row | pass
 *
 * A small block lives on the caller's stack, and then a call allocates nothing.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_WORKSPACE_H
#define KEOPS_RUNTIME_WORKSPACE_H

#include "Cpu.h"
#include "Threads.h"

/** A call whose options and extents have been checked. */
typedef struct Call {
  const keops_rt_kernel *kernel;
  const keops_rt_variant *variant; /* on the CPU */
  const keops_rt_parallel_for *custom;
  keops_options options;
  int64_t ni, nj;
} Call;

typedef struct Layout {
  int64_t stored, neutral, pass; /* where each part begins */
  int64_t bytes;                 /* of all parts */
  double cost;                   /* of all passes */
} Layout;

typedef struct Workspace {
  char *start;     /* on a cache line */
  void *allocated; /* what must be given back, or NULL */
} Workspace;

__attribute__((cold)) static keops_status failTooLarge(const Call *call) {
  return fail(KEOPS_ERROR_OUT_OF_MEMORY,
              "%s: the workspace for ni = %" PRId64 ", nj = %" PRId64
              " exceeds the address space",
              call->kernel->name, call->ni, call->nj);
}

__attribute__((cold)) static keops_status failSmallWorkspace(const Call *call,
                                                             size_t expected) {
  return fail(KEOPS_ERROR_WORKSPACE_TOO_SMALL,
              "%s: options->workspace_bytes is %zu; expected %zu or more "
              "(what the kernel's _workspace_bytes function says)",
              call->kernel->name, call->options.workspace_bytes, expected);
}

static PassPlan planOf(const Call *call, int pass) {
  return planPass(call->kernel, pass, &call->variant->passes[pass], call->ni,
                  call->nj);
}

static int64_t workersOf(const Call *call, const PassPlan *plan) {
  return workersFor(plan, call->options.threads, call->custom);
}

/** total += count * each, in whole cache lines; false if it does not fit. */
static bool addBytes(int64_t *total, int64_t count, int64_t each) {
  int64_t bytes;
  if (__builtin_mul_overflow(count, each, &bytes) ||
      bytes > PTRDIFF_MAX - 2 * cacheLine)
    return false;
  return !__builtin_add_overflow(*total, wholeLines(bytes), total) &&
         *total <= PTRDIFF_MAX - 2 * cacheLine;
}

/** Pointers in the block: the stored arrays, and, for the value of a full
 *  reduction over no rows, a second set of arguments and stored arrays. */
static int64_t pointersIn(const keops_rt_kernel *kernel, int64_t neutralBytes) {
  int64_t pointers = kernel->num_stored;
  return neutralBytes ? pointers + kernel->num_args + pointers : pointers;
}

/** Fails when the sum exceeds the address space. */
static bool layOut(const Call *call, Layout *layout) {
  const keops_rt_kernel *kernel = call->kernel;
  int64_t neutralBytes = 0, passBytes = 0;
  layout->cost = 0;
  for (int p = 0; p < kernel->num_passes; ++p) {
    PassPlan plan = planOf(call, p);
    int64_t bytes = 0;
    if (!addBytes(&bytes, plan.sharedStates, plan.stateBytes) ||
        !addBytes(&bytes, workersOf(call, &plan), workerBytesOf(&plan)))
      return false;
    passBytes = maxOf(passBytes, bytes);
    neutralBytes = maxOf(neutralBytes, plan.neutralBytes);
    layout->cost += plan.cost;
  }
  int64_t total = 0;
  if (!addBytes(&total, pointersIn(kernel, neutralBytes), sizeof(void *)))
    return false;
  layout->stored = total;
  for (int s = 0; s < kernel->num_stored; ++s)
    if (!addBytes(&total, extentOf(kernel->stored[s].axis, call->ni, call->nj),
                  kernel->stored[s].row_bytes))
      return false;
  layout->neutral = total;
  if (!addBytes(&total, 1, neutralBytes))
    return false;
  layout->pass = total;
  if (!addBytes(&total, 1, passBytes))
    return false;
  layout->bytes = total;
  return true;
}

/** What the caller must provide: room to begin on a cache line included. */
static size_t requestBytes(const Layout *layout) {
  return layout->bytes <= callStackBytes ? 0
                                         : (size_t)layout->bytes + cacheLine;
}

static char *nextLine(void *pointer) {
  uintptr_t address = (uintptr_t)pointer;
  return (char *)pointer + (cacheLine - address % cacheLine) % cacheLine;
}

/** From the caller's workspace, else the caller's allocator, else malloc. */
static keops_status acquireWorkspace(const Call *call, const Layout *layout,
                                     char *stack, Workspace *workspace) {
  const keops_options *options = &call->options;
  size_t bytes = requestBytes(layout);
  workspace->allocated = NULL;
  workspace->start = stack;
  if (!bytes)
    return KEOPS_OK;
  if (options->workspace) {
    if (options->workspace_bytes < bytes)
      return failSmallWorkspace(call, bytes);
    workspace->start = nextLine(options->workspace);
    return KEOPS_OK;
  }
  void *block = options->allocate
                    ? options->allocate(options->allocator_context, bytes)
                    : malloc(bytes);
  if (!block)
    return fail(KEOPS_ERROR_OUT_OF_MEMORY,
                "%s: no memory for a workspace of %zu bytes (%s returned NULL)",
                call->kernel->name, bytes,
                options->allocate ? "options->allocate" : "malloc");
  workspace->allocated = block;
  workspace->start = nextLine(block);
  return KEOPS_OK;
}

static void releaseWorkspace(const Call *call, const Layout *layout,
                             const Workspace *workspace) {
  const keops_options *options = &call->options;
  if (!workspace->allocated)
    return;
  if (options->release)
    options->release(options->allocator_context, workspace->allocated,
                     requestBytes(layout));
  else
    free(workspace->allocated);
}

#endif
