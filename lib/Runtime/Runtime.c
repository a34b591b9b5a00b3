/*===- Runtime.c - the runtime of compiled kernels ------------------------===*
 *
 * The one translation unit of libkeops_rt (Visibility.h says why there is but
 * one): the entry points that compiled kernels call. A call goes
 *
 *     options, arguments (Arguments.h) -> variant (Cpu.h) -> plan (Plan.h)
 *       -> memory (Workspace.h) -> each pass in turn (Execute.h, Threads.h)
 *
 * on the CPU; Cuda.h tells the way on a GPU.
 *
 *===----------------------------------------------------------------------===*/
#define _POSIX_C_SOURCE 200809L /* clock_gettime, sysconf */

#include "Cuda.h"
#include "Execute.h"
#include "Workspace.h"

KEOPS_RT_PUBLIC const char *keops_version(void) { return KEOPS_VERSION_STRING; }

/** Everything that can be checked without the arrays. */
static keops_status beginCall(const keops_rt_kernel *kernel,
                              const keops_options *options, int64_t ni,
                              int64_t nj, Call *call) {
  if (kernel->abi_version > KEOPS_RT_ABI_VERSION)
    return fail(KEOPS_ERROR_VERSION,
                "%s: compiled for version %d of the runtime's interface; the "
                "runtime linked (" KEOPS_VERSION_STRING ") has version %d",
                kernel->name, (int)kernel->abi_version, KEOPS_RT_ABI_VERSION);
  keops_status status = readOptions(kernel->name, options, &call->options);
  if (!status)
    status = checkOptions(kernel->name, &call->options);
  if (!status)
    status = checkExtents(kernel, ni, nj);
  if (!status && call->options.device == KEOPS_CUDA)
    status = checkGpuCode(kernel);
  call->kernel = kernel;
  call->variant = NULL;
  call->custom = currentParallelFor();
  call->ni = ni;
  call->nj = nj;
  return status;
}

/** Points the frame's stored arrays into the workspace. */
static void placeStored(const Call *call, const Layout *layout, char *start,
                        keops_rt_frame *frame) {
  void **pointers = (void **)start;
  char *next = start + layout->stored;
  for (int s = 0; s < call->kernel->num_stored; ++s) {
    const keops_rt_stored *stored = &call->kernel->stored[s];
    pointers[s] = next;
    next += wholeLines(extentOf(stored->axis, call->ni, call->nj) *
                       stored->row_bytes);
  }
  frame->stored = pointers;
}

/** The frame of a full reduction over no rows: wherever a row would be read,
 *  there is a row of zeros. */
static keops_rt_frame neutralFrame(const Call *call, const Layout *layout,
                                   char *start, int32_t axis,
                                   const keops_rt_frame *frame) {
  const keops_rt_kernel *kernel = call->kernel;
  char *zeros = start + layout->neutral;
  memset(zeros, 0, (size_t)longestRow(kernel, axis));
  void **args = (void **)start + kernel->num_stored;
  void **stored = args + kernel->num_args;
  for (int a = 0; a < kernel->num_args; ++a)
    args[a] = kernel->args[a].axis == axis ? zeros : frame->args[a];
  for (int s = 0; s < kernel->num_stored; ++s)
    stored[s] = kernel->stored[s].axis == axis ? zeros : frame->stored[s];
  return (keops_rt_frame){args, stored, frame->ni, frame->nj};
}

static keops_status runPasses(const Call *call, const Layout *layout,
                              char *start, void *const *args) {
  keops_rt_frame frame = {args, NULL, call->ni, call->nj};
  placeStored(call, layout, start, &frame);
  Progress progress;
  startProgress(&progress, &call->options, layout->cost);
  keops_status status = KEOPS_OK;
  for (int p = 0; p < call->kernel->num_passes && !status; ++p) {
    PassRun run;
    run.plan = planOf(call, p);
    if (!run.plan.tasks)
      continue;
    keops_rt_frame passFrame = frame;
    run.pass = &call->kernel->passes[p];
    if (run.plan.neutralBytes)
      passFrame = neutralFrame(call, layout, start, run.pass->row_axis, &frame);
    run.frame = &passFrame;
    run.code = &call->variant->passes[p];
    run.progress = &progress;
    run.states = start + layout->pass;
    run.workerMemory = run.states + run.plan.sharedStates * run.plan.stateBytes;
    status = runPass(&run, call->kernel->name, workersOf(call, &run.plan),
                     call->custom);
  }
  if (!status) {
    finishProgress(&progress);
    if (atomic_load(&progress.cancelled))
      status = failCancelled(call->kernel->name);
  }
  return status;
}

static keops_status callCpu(Call *call, void *const *args) {
  keops_status status = chooseVariant(call->kernel, &call->variant);
  if (status)
    return status;
  Layout layout;
  if (!layOut(call, &layout))
    return failTooLarge(call);
  _Alignas(cacheLine) char stack[callStackBytes];
  Workspace workspace;
  status = acquireWorkspace(call, &layout, stack, &workspace);
  if (status)
    return status;
  status = runPasses(call, &layout, workspace.start, args);
  releaseWorkspace(call, &layout, &workspace);
  return status;
}

static keops_status cpuWorkspaceBytes(Call *call, size_t *bytes) {
  keops_status status = chooseVariant(call->kernel, &call->variant);
  if (status)
    return status;
  Layout layout;
  if (!layOut(call, &layout))
    return failTooLarge(call);
  *bytes = requestBytes(&layout);
  return KEOPS_OK;
}

KEOPS_RT_ENTRY keops_status keops_rt_call_v1(const keops_rt_kernel *kernel,
                                             const keops_options *options,
                                             int64_t ni, int64_t nj,
                                             void *const *args) {
  Call call;
  keops_status status = beginCall(kernel, options, ni, nj, &call);
  if (!status)
    status = checkArguments(kernel, ni, nj, args);
  if (status)
    return status;
  return call.options.device == KEOPS_CUDA ? callCuda(&call, args)
                                           : callCpu(&call, args);
}

KEOPS_RT_ENTRY size_t keops_rt_workspace_bytes_v1(const keops_rt_kernel *kernel,
                                                  const keops_options *options,
                                                  int64_t ni, int64_t nj) {
  Call call;
  size_t bytes = 0;
  if (beginCall(kernel, options, ni, nj, &call))
    return 0;
  keops_status status = call.options.device == KEOPS_CUDA
                            ? cudaWorkspaceBytes(&call, &bytes)
                            : cpuWorkspaceBytes(&call, &bytes);
  return status ? 0 : bytes;
}
