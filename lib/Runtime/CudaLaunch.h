/*===- CudaLaunch.h - the kernels of each pass, in order ------------------===*/
#ifndef KEOPS_RUNTIME_CUDALAUNCH_H
#define KEOPS_RUNTIME_CUDALAUNCH_H

#include "CudaCopies.h"
#include "CudaModule.h"
#include "Progress.h"

/** The numbers behind the arrays in a launch's parameters, in their order. */
enum {
  parameterNi,
  parameterNj,
  parameterStates,
  parameterStaged,
  parameterSlots,
  parameterSplits,
  cudaNumbers
};

static keops_status checkParameterCount(const keops_rt_kernel *kernel) {
  int64_t count = (int64_t)kernel->num_args + kernel->num_stored + cudaNumbers;
  if (count <= cudaMostParameters)
    return KEOPS_OK;
  return fail(KEOPS_ERROR_NOT_SUPPORTED,
              "%s: %d arrays are more than a CUDA launch can pass",
              kernel->name, (int)(kernel->num_args + kernel->num_stored));
}

typedef struct CudaLaunch {
  CudaCall *run;
  const char *name;
  CudaFunction function;
  int64_t gridX, gridY;
  int32_t threads;
} CudaLaunch;

static keops_status launch(const CudaLaunch *launch) {
  const Call *call = launch->run->call;
  void *parameters[cudaMostParameters];
  int count = call->kernel->num_args + call->kernel->num_stored + cudaNumbers;
  for (int k = 0; k < count; ++k)
    parameters[k] = &launch->run->arrays.parameters[k];
  CudaResult result =
      cuda.launchKernel(launch->function, (unsigned)launch->gridX,
                        (unsigned)launch->gridY, 1, (unsigned)launch->threads,
                        1, 1, 0, launch->run->site.stream, parameters, NULL);
  if (!result)
    return KEOPS_OK;
  char what[160];
  snprintf(what, sizeof(what), "launching '%s'", launch->name);
  return failCuda(call->kernel->name, what, result);
}

/** The addresses of stored arrays, and what is the same for all passes. */
static void placeInWorkspace(CudaCall *run, const CudaLayout *layout,
                             const int64_t *stored) {
  const Call *call = run->call;
  CudaPointer start = run->workspace.start;
  uint64_t *next = run->arrays.parameters + call->kernel->num_args;
  for (int s = 0; s < call->kernel->num_stored; ++s)
    *next++ = start + (CudaPointer)stored[s];
  next[parameterNi] = (uint64_t)call->ni;
  next[parameterNj] = (uint64_t)call->nj;
  next[parameterStates] = start + (CudaPointer)layout->states;
  next[parameterStaged] = start + (CudaPointer)layout->staged;
}

static keops_status launchPass(CudaCall *run, const CudaFunction *functions,
                               int index) {
  const Call *call = run->call;
  const keops_rt_pass *pass = &call->kernel->passes[index];
  const keops_rt_gpu_pass *code = &call->kernel->gpu->passes[index];
  CudaPlan plan;
  keops_status status = planCuda(call, index, &plan);
  uint64_t *numbers = run->arrays.parameters + call->kernel->num_args +
                      call->kernel->num_stored;
  numbers[parameterSlots] = (uint64_t)plan.slots;
  numbers[parameterSplits] = (uint64_t)plan.splits;
  bool finishes = pass->is_full || isMap(pass) || plan.splits > 1;
  const CudaLaunch launches[] = {
      {run, code->stage, functions[cudaStage], plan.rowGrid, 1, code->threads},
      {run, code->accumulate, functions[cudaAccumulate], plan.rowBlocks,
       plan.splits, code->threads},
      {run, finishes ? code->finish : NULL, functions[cudaFinish],
       pass->is_full ? 1 : plan.rowGrid, 1, code->threads}};
  for (int k = 0; k < cudaFunctionsPerPass && !status; ++k)
    if (launches[k].name && launches[k].gridX)
      status = launch(&launches[k]);
  return status;
}

/** Waits for the passes so far, and says so. */
static keops_status reportPass(CudaCall *run, double fraction) {
  const keops_options *options = &run->call->options;
  keops_status status = waitForStream(run);
  if (!status && options->progress(options->progress_context, fraction))
    status = failCancelled(run->call->kernel->name);
  return status;
}

static keops_status launchPasses(CudaCall *run, const CudaKernel *code,
                                 double cost) {
  const Call *call = run->call;
  int passes = call->kernel->num_passes;
  bool reports = run->arrays.mustWait && call->options.progress;
  double done = 0;
  keops_status status = KEOPS_OK;
  for (int p = 0; p < passes && !status; ++p) {
    status = launchPass(run, code->functions + p * cudaFunctionsPerPass, p);
    done += costOf(&call->kernel->passes[p], call->ni, call->nj);
    if (!status && reports && p + 1 < passes)
      status = reportPass(run, cost > 0 && done < cost ? done / cost : 1);
  }
  return status;
}

#endif
