/*===- CudaContext.h - which context a call works in ----------------------===*
 *
 * Contexts belong to the caller. In this order:
 *
 *     the context of options->stream
 *     the thread's current context, if it is one of device options->ordinal
 *     the primary context of device options->ordinal, as CUDA's runtime and
 *     every library above it use
 *
 * It is made current for the call alone. keops_release gives the primary
 * contexts back.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDACONTEXT_H
#define KEOPS_RUNTIME_CUDACONTEXT_H

#include "CudaPlan.h"
#include "CudaState.h"

typedef struct CudaSite {
  CudaContextKey key;
  CudaStream stream;
  CudaDevice device;
  bool isPushed;    /* must be popped */
  bool isCapturing; /* the stream's work is recorded, not run */
  bool hasPools;    /* cuMemAllocAsync works */
} CudaSite;

/** NULL, CU_STREAM_LEGACY and CU_STREAM_PER_THREAD exist in every context. */
static bool isDefaultStream(CudaStream stream) {
  return (uintptr_t)stream <= 2;
}

/** The context that the primary context of `device` is, retained once. */
static keops_status retainPrimary(const char *kernel, CudaDevice device,
                                  CudaContext *context) {
  keops_status status = KEOPS_OK;
  pthread_mutex_lock(&cudaLoading);
  CudaPrimary *known = cudaState.primaries;
  while (known && known->device != device)
    known = known->next;
  if (known) {
    *context = known->context;
  } else {
    CudaPrimary *made = malloc(sizeof(*made));
    int mode = beginUncaptured();
    status = made ? checkCuda(kernel, "cuDevicePrimaryCtxRetain",
                              cuda.primaryRetain(context, device))
                  : failHostMemory(kernel);
    endUncaptured(mode);
    if (status) {
      free(made);
    } else {
      *made = (CudaPrimary){cudaState.primaries, device, *context};
      cudaState.primaries = made;
    }
  }
  pthread_mutex_unlock(&cudaLoading);
  return status;
}

/** Gives back a primary context that was reset while we held it. */
static void dropPrimary(CudaDevice device) {
  pthread_mutex_lock(&cudaLoading);
  for (CudaPrimary **link = &cudaState.primaries; *link; link = &(*link)->next)
    if ((*link)->device == device) {
      CudaPrimary *dropped = *link;
      *link = dropped->next;
      cuda.primaryRelease(device);
      free(dropped);
      break;
    }
  pthread_mutex_unlock(&cudaLoading);
}

static keops_status pushContext(const char *kernel, CudaContext context,
                                CudaSite *site) {
  keops_status status =
      checkCuda(kernel, "cuCtxPushCurrent", cuda.contextPush(context));
  site->isPushed = !status;
  return status;
}

static keops_status pushPrimary(const char *kernel, CudaDevice device,
                                CudaContext current, CudaContext *context,
                                CudaSite *site) {
  keops_status status = retainPrimary(kernel, device, context);
  if (status || *context == current)
    return status;
  CudaResult result = cuda.contextPush(*context);
  if (result == cudaErrorContextDestroyed ||
      result == cudaErrorInvalidContext) {
    dropPrimary(device);
    status = retainPrimary(kernel, device, context);
    return status ? status : pushContext(kernel, *context, site);
  }
  site->isPushed = !result;
  return checkCuda(kernel, "cuCtxPushCurrent", result);
}

static keops_status checkOrdinal(const char *kernel, int32_t ordinal) {
  int count = 0;
  keops_status status =
      checkCuda(kernel, "cuDeviceGetCount", cuda.deviceGetCount(&count));
  if (status || ordinal < count)
    return status;
  if (!count)
    return fail(KEOPS_ERROR_NO_DEVICE,
                "%s: this machine has no CUDA device that the program may use "
                "(see CUDA_VISIBLE_DEVICES)",
                kernel);
  return fail(KEOPS_ERROR_NO_DEVICE,
              "%s: options->ordinal is %d; there %s %d CUDA device%s, counted "
              "from 0",
              kernel, (int)ordinal, count == 1 ? "is" : "are", count,
              count == 1 ? "" : "s");
}

/** The context to use, made current; `site->device` is its device. */
static keops_status chooseContext(const char *kernel,
                                  const keops_options *options,
                                  CudaSite *site) {
  CudaContext current = NULL, context = NULL;
  keops_status status =
      checkCuda(kernel, "cuCtxGetCurrent", cuda.contextGetCurrent(&current));
  if (status)
    return status;
  if (!isDefaultStream(options->stream)) {
    status = checkCuda(kernel, "cuStreamGetCtx",
                       cuda.streamGetContext(options->stream, &context));
    if (!status && context != current)
      status = pushContext(kernel, context, site);
  } else if (current && !cuda.contextGetDevice(&site->device) &&
             site->device == options->ordinal) {
    context = current;
  } else {
    status = pushPrimary(kernel, options->ordinal, current, &context, site);
  }
  if (!status)
    status = checkCuda(kernel, "cuCtxGetDevice",
                       cuda.contextGetDevice(&site->device));
  if (!status && options->ordinal && options->ordinal != site->device)
    status = fail(KEOPS_ERROR_INVALID_OPTIONS,
                  "%s: options->stream belongs to device %d, but "
                  "options->ordinal is %d",
                  kernel, site->device, (int)options->ordinal);
  if (!status)
    site->key = keyOfContext(context);
  return status;
}

static keops_status askDevice(const char *kernel, int attribute,
                              CudaDevice device, int *value) {
  return checkCuda(kernel, "cuDeviceGetAttribute",
                   cuda.deviceGetAttribute(value, attribute, device));
}

static keops_status leaveSite(const char *kernel, CudaSite *site) {
  CudaContext popped;
  if (!site->isPushed)
    return KEOPS_OK;
  site->isPushed = false;
  return checkCuda(kernel, "cuCtxPopCurrent", cuda.contextPop(&popped));
}

/** To be left with leaveSite, unless it fails. */
static keops_status enterSite(const Call *call, CudaSite *site) {
  const char *kernel = call->kernel->name;
  *site = (CudaSite){.stream = call->options.stream};
  int capturing = 0, pools = 0;
  keops_status status = checkOrdinal(kernel, call->options.ordinal);
  if (!status)
    status = chooseContext(kernel, &call->options, site);
  if (!status)
    status = checkCuda(kernel, "cuStreamIsCapturing",
                       cuda.streamIsCapturing(site->stream, &capturing));
  if (!status)
    status = askDevice(kernel, cudaDeviceMemoryPools, site->device, &pools);
  site->isCapturing = capturing != 0;
  site->hasPools = pools && cuda.memAllocAsync && cuda.memFreeAsync;
  if (status && site->isPushed)
    cuda.contextPop(&site->key.context);
  return status;
}

#endif
