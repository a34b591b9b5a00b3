/*===- CudaArrays.h - which memory each array of a call is in -------------===*
 *
 * Kernels get addresses on the device. An array in host memory gets a device
 * copy for the time of the call; one without elements is never looked at.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDAARRAYS_H
#define KEOPS_RUNTIME_CUDAARRAYS_H

#include "CudaMemory.h"

/** A launch passes at most 4096 bytes on every device and driver. */
enum { cudaMostParameters = 512 };

/** Where an array is. */
enum { cudaIsDevice, cudaIsPageable, cudaIsPinned };

typedef struct CudaArrays {
  /** What kernels get: arrays, stored arrays, then the numbers of a pass. */
  uint64_t parameters[cudaMostParameters];
  CudaBlock copies[cudaMostParameters]; /* of arrays in host memory */
  unsigned char kinds[cudaMostParameters];
  bool hasHost;  /* an array is in host memory */
  bool mustWait; /* the call returns when its work is done */
} CudaArrays;

__attribute__((cold)) static keops_status failLocation(const Call *call,
                                                       int index,
                                                       const char *place,
                                                       const char *problem) {
  const keops_rt_argument *argument = &call->kernel->args[index];
  return fail(KEOPS_ERROR_POINTER_LOCATION, "%s: %s '%s' is in %s; %s",
              call->kernel->name, argument->is_output ? "result" : "argument",
              argument->name, place, problem);
}

/** An array in device memory: is it allowed there, and is it this device? */
static keops_status checkDeviceArray(const Call *call, const CudaSite *site,
                                     int index, const CudaPlace *place) {
  if (place->isManaged)
    return KEOPS_OK;
  char where[64], problem[160];
  snprintf(where, sizeof(where), "the memory of device %d", place->ordinal);
  if (call->options.location == KEOPS_LOCATION_HOST)
    return failLocation(call, index, where,
                        "options->location is KEOPS_LOCATION_HOST");
  if (place->ordinal == site->device)
    return KEOPS_OK;
  snprintf(problem, sizeof(problem),
           "the call runs on device %d (options->ordinal, or that of "
           "options->stream)",
           site->device);
  return failLocation(call, index, where, problem);
}

static keops_status checkHostArray(const Call *call, const CudaSite *site,
                                   int index) {
  if (call->options.location == KEOPS_LOCATION_DEVICE)
    return failLocation(call, index, "host memory",
                        "options->location is KEOPS_LOCATION_DEVICE "
                        "(KEOPS_LOCATION_AUTO takes arrays of both kinds)");
  if (site->isCapturing)
    return failLocation(call, index, "host memory",
                        "while options->stream is being captured, arrays must "
                        "be in device memory");
  return KEOPS_OK;
}

static keops_status locateArray(const Call *call, const CudaSite *site,
                                int index, const void *start,
                                CudaArrays *arrays) {
  CudaPlace place;
  keops_status status = placeOf(call->kernel->name, start, &place);
  if (status)
    return status;
  if (isOnDevice(&place))
    return checkDeviceArray(call, site, index, &place);
  status = checkHostArray(call, site, index);
  bool isPinned = place.type == cudaMemoryHost;
  arrays->kinds[index] = isPinned ? cudaIsPinned : cudaIsPageable;
  arrays->hasHost = true;
  /* The caller may change or read host memory as soon as the call returns; from
   * pageable memory the driver has copied by then. */
  if (call->kernel->args[index].is_output || isPinned)
    arrays->mustWait = true;
  return status;
}

static int64_t bytesOfArray(const Call *call, int index, const void *start) {
  return bytesOf(&call->kernel->args[index], start, call->ni, call->nj);
}

/** Every array as if it were on the device. */
static void clearArrays(const Call *call, void *const *args,
                        CudaArrays *arrays) {
  arrays->hasHost = arrays->mustWait = false;
  for (int a = 0; a < call->kernel->num_args; ++a) {
    arrays->kinds[a] = cudaIsDevice;
    arrays->copies[a] = (CudaBlock){0};
    arrays->parameters[a] = (uintptr_t)args[a];
  }
}

/** Finds out where every array is; touches none. */
static keops_status locateArrays(const Call *call, const CudaSite *site,
                                 void *const *args, CudaArrays *arrays) {
  const keops_rt_kernel *kernel = call->kernel;
  arrays->mustWait = call->options.location == KEOPS_LOCATION_HOST;
  if (arrays->mustWait && site->isCapturing)
    return fail(KEOPS_ERROR_POINTER_LOCATION,
                "%s: options->location is KEOPS_LOCATION_HOST, and "
                "options->stream is being captured; then arrays must be in "
                "device memory",
                kernel->name);
  keops_status status = KEOPS_OK;
  for (int a = 0; a < kernel->num_args && !status; ++a)
    if (bytesOfArray(call, a, args[a]) > 0)
      status = locateArray(call, site, a, args[a], arrays);
  return status;
}

#endif
