/*===- CudaCopies.h - device copies of arrays in host memory --------------===*/
#ifndef KEOPS_RUNTIME_CUDACOPIES_H
#define KEOPS_RUNTIME_CUDACOPIES_H

#include "CudaStaging.h"

/** What a call holds and gives back, whatever happens. */
typedef struct CudaCall {
  const Call *call;
  CudaSite site;
  CudaArrays arrays;
  CudaBlock workspace;
  CudaStaging *staging; /* NULL: not needed yet, or not to be had */
} CudaCall;

static bool isStaged(CudaCall *run, int index, int64_t bytes) {
  if (run->arrays.kinds[index] != cudaIsPageable || bytes < stagingThreshold)
    return false;
  if (!run->staging)
    run->staging = takeStaging(&run->site);
  return run->staging != NULL;
}

static keops_status uploadArray(CudaCall *run, int index, const void *from,
                                int64_t bytes) {
  CudaPointer to = run->arrays.copies[index].start;
  CudaStream stream = run->site.stream;
  CudaResult result = isStaged(run, index, bytes)
                          ? uploadPieces(run->staging, stream, to, from, bytes)
                          : cuda.copyToDevice(to, from, (size_t)bytes, stream);
  return checkCuda(run->call->kernel->name, "copying an array to the device",
                   result);
}

static keops_status downloadArray(CudaCall *run, int index, void *to,
                                  int64_t bytes) {
  CudaPointer from = run->arrays.copies[index].start;
  CudaStream stream = run->site.stream;
  CudaResult result =
      isStaged(run, index, bytes)
          ? downloadPieces(run->staging, stream, to, from, bytes)
          : cuda.copyToHost(to, from, (size_t)bytes, stream);
  return checkCuda(run->call->kernel->name, "copying a result to the host",
                   result);
}

/** Makes a device copy of every array in host memory; fills the arguments'. */
static keops_status uploadArrays(CudaCall *run, void *const *args) {
  const keops_rt_kernel *kernel = run->call->kernel;
  CudaArrays *arrays = &run->arrays;
  keops_status status = KEOPS_OK;
  for (int a = 0; a < kernel->num_args && !status; ++a) {
    if (arrays->kinds[a] == cudaIsDevice)
      continue;
    int64_t bytes = bytesOfArray(run->call, a, args[a]);
    status = allocateBlock(run->call, &run->site, bytes, &arrays->copies[a]);
    arrays->parameters[a] = arrays->copies[a].start;
    if (!status && !kernel->args[a].is_output)
      status = uploadArray(run, a, args[a], bytes);
  }
  return status;
}

/** Results in host memory, from their device copies. */
static keops_status downloadArrays(CudaCall *run, void *const *args) {
  const keops_rt_kernel *kernel = run->call->kernel;
  keops_status status = KEOPS_OK;
  for (int a = 0; a < kernel->num_args && !status; ++a)
    if (run->arrays.kinds[a] != cudaIsDevice && kernel->args[a].is_output)
      status =
          downloadArray(run, a, args[a], bytesOfArray(run->call, a, args[a]));
  return status;
}

static keops_status waitForStream(CudaCall *run) {
  return checkCuda(run->call->kernel->name, "cuStreamSynchronize",
                   cuda.streamSynchronize(run->site.stream));
}

/** Gives everything back; the first failure is returned. */
static keops_status releaseAll(CudaCall *run) {
  const Call *call = run->call;
  keops_status status = releaseBlock(call, &run->site, &run->workspace), next;
  for (int a = 0; a < call->kernel->num_args; ++a) {
    next = releaseBlock(call, &run->site, &run->arrays.copies[a]);
    status = status ? status : next;
  }
  next =
      run->staging ? giveStaging(call->kernel->name, run->staging) : KEOPS_OK;
  status = status ? status : next;
  next = leaveSite(call->kernel->name, &run->site);
  return status ? status : next;
}

#endif
