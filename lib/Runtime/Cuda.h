/*===- Cuda.h - a call on a CUDA device -----------------------------------===*
 *
 *     driver (CudaDriver.h) -> context (CudaContext.h)
 *       -> where the arrays are (CudaArrays.h) -> code (CudaModule.h)
 *       -> memory (CudaPlan.h, CudaMemory.h) -> copies to the device
 *       (CudaCopies.h) -> each pass in turn (CudaLaunch.h) -> copies back
 *
 * A call whose results are on the device queues its work and returns.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDA_H
#define KEOPS_RUNTIME_CUDA_H

#include "CudaLaunch.h"
#include "CudaRelease.h"

static keops_status checkGpuCode(const keops_rt_kernel *kernel) {
  const int32_t firstWithGpu = 2; /* older structures end before `gpu` */
  if (kernel->abi_version >= firstWithGpu && kernel->gpu)
    return checkParameterCount(kernel);
  return fail(KEOPS_ERROR_NO_DEVICE,
              "%s: options->device is KEOPS_CUDA, but the library has no CUDA "
              "code for this kernel; compile it with --cuda",
              kernel->name);
}

/** After the last pass of a call that returns when its work is done. */
static keops_status finishWaiting(CudaCall *run) {
  const keops_options *options = &run->call->options;
  keops_status status = waitForStream(run);
  if (!status && options->progress &&
      options->progress(options->progress_context, 1))
    status = failCancelled(run->call->kernel->name);
  return status;
}

/** With the context current and the arrays located. */
static keops_status runOnDevice(CudaCall *run, void *const *args) {
  const Call *call = run->call;
  const CudaKernel *code;
  CudaLayout layout;
  int64_t stored[cudaMostParameters];
  keops_status status = findKernel(call->kernel, &run->site, &code);
  if (!status)
    status = layOutCuda(call, &layout, stored);
  if (!status)
    status = acquireCudaWorkspace(call, &run->site, &layout, &run->workspace);
  if (!status)
    status = uploadArrays(run, args);
  if (status)
    return status;
  placeInWorkspace(run, &layout, stored);
  status = launchPasses(run, code, layout.cost);
  if (!status)
    status = downloadArrays(run, args);
  if (!status && run->arrays.mustWait)
    status = finishWaiting(run);
  return status;
}

/** After a failure: nothing may use the caller's memory any more, and what went
 *  wrong first is what the caller hears of. */
static void abandonCall(CudaCall *run) {
  char text[KEOPS_RT_ERROR_BYTES];
  memcpy(text, keops_rt_error_text_v1(), sizeof(text));
  if (run->arrays.hasHost)
    cuda.streamSynchronize(run->site.stream);
  releaseAll(run);
  memcpy(keops_rt_error_text_v1(), text, sizeof(text));
}

/** A call whose options, extents and arrays have been checked. */
static keops_status callCuda(const Call *call, void *const *args) {
  const char *kernel = call->kernel->name;
  keops_status status = openDriver(kernel);
  if (status)
    return status;
  offerRelease();
  CudaCall run;
  run.call = call;
  run.workspace = (CudaBlock){0};
  run.staging = NULL;
  clearArrays(call, args, &run.arrays);
  status = enterSite(call, &run.site);
  if (status)
    return status;
  status = locateArrays(call, &run.site, args, &run.arrays);
  if (!status)
    status = runOnDevice(&run, args);
  if (!status)
    return releaseAll(&run);
  abandonCall(&run);
  return status;
}

static keops_status cudaWorkspaceBytes(const Call *call, size_t *bytes) {
  CudaLayout layout;
  keops_status status = layOutCuda(call, &layout, NULL);
  *bytes = status ? 0 : cudaRequestBytes(layout.bytes);
  return status;
}

#endif
