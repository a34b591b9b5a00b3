/*===- CudaMemory.h - device memory of a call -----------------------------===*
 *
 * From the caller's allocator, else from the device's memory pool in the order
 * of the stream (so nobody waits, and a graph that captures the call owns its
 * memory), else from cuMemAlloc.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDAMEMORY_H
#define KEOPS_RUNTIME_CUDAMEMORY_H

#include "CudaContext.h"

typedef struct CudaBlock {
  CudaPointer start; /* aligned */
  void *owned;       /* what must be given back, or NULL */
  size_t bytes;      /* of `owned` */
} CudaBlock;

/** What the driver knows of an address; `type` 0: nothing, so it is pageable
 *  host memory. */
typedef struct CudaPlace {
  unsigned type, isManaged;
  int ordinal;
} CudaPlace;

static keops_status placeOf(const char *kernel, const void *address,
                            CudaPlace *place) {
  *place = (CudaPlace){0, 0, -1};
  int attributes[] = {cudaPointerType, cudaPointerManaged, cudaPointerOrdinal};
  void *values[] = {&place->type, &place->isManaged, &place->ordinal};
  return checkCuda(
      kernel, "cuPointerGetAttributes",
      cuda.pointerGetAttributes(3, attributes, values, (CudaPointer)address));
}

static bool isOnDevice(const CudaPlace *place) {
  return place->isManaged || place->type == cudaMemoryDevice ||
         place->type == cudaMemoryUnified;
}

/** Memory that the caller gave for the device must be there. */
static keops_status checkPlace(const char *kernel, const CudaSite *site,
                               const char *what, const void *address) {
  CudaPlace place;
  keops_status status = placeOf(kernel, address, &place);
  if (status)
    return status;
  if (!isOnDevice(&place))
    return fail(KEOPS_ERROR_POINTER_LOCATION,
                "%s: %s is in host memory; KEOPS_CUDA needs it in the memory "
                "of device %d",
                kernel, what, site->device);
  if (!place.isManaged && place.ordinal != site->device)
    return fail(KEOPS_ERROR_POINTER_LOCATION,
                "%s: %s is in the memory of device %d; the call runs on device "
                "%d (options->ordinal, or that of options->stream)",
                kernel, what, place.ordinal, site->device);
  return KEOPS_OK;
}

static CudaPointer alignPointer(const void *address) {
  return ((CudaPointer)address + deviceAlignment - 1) / deviceAlignment *
         deviceAlignment;
}

static keops_status allocateFromCaller(const Call *call, const CudaSite *site,
                                       int64_t bytes, CudaBlock *block) {
  const keops_options *options = &call->options;
  const char *kernel = call->kernel->name;
  size_t request = cudaRequestBytes(bytes);
  void *owned = options->allocate(options->allocator_context, request);
  if (!owned)
    return fail(KEOPS_ERROR_OUT_OF_MEMORY,
                "%s: no memory for %zu bytes on device %d (options->allocate "
                "returned NULL)",
                kernel, request, site->device);
  keops_status status =
      checkPlace(kernel, site, "what options->allocate returned", owned);
  if (status)
    options->release(options->allocator_context, owned, request);
  else
    *block = (CudaBlock){alignPointer(owned), owned, request};
  return status;
}

/** `bytes` bytes on the device, usable by later work on the stream. */
static keops_status allocateBlock(const Call *call, const CudaSite *site,
                                  int64_t bytes, CudaBlock *block) {
  const char *kernel = call->kernel->name;
  *block = (CudaBlock){0};
  if (!bytes)
    return KEOPS_OK;
  if (call->options.allocate)
    return allocateFromCaller(call, site, bytes, block);
  if (!site->hasPools && site->isCapturing)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "%s: device %d cannot allocate while options->stream is being "
                "captured; set options->workspace",
                kernel, site->device);
  CudaResult result =
      site->hasPools
          ? cuda.memAllocAsync(&block->start, (size_t)bytes, site->stream)
          : cuda.memAlloc(&block->start, (size_t)bytes);
  if (result == cudaErrorOutOfMemory)
    return fail(KEOPS_ERROR_OUT_OF_MEMORY,
                "%s: no memory for %" PRId64 " bytes on device %d (%s)", kernel,
                bytes, site->device, errorName(result));
  if (result)
    return failCuda(kernel, site->hasPools ? "cuMemAllocAsync" : "cuMemAlloc",
                    result);
  block->owned = (void *)block->start;
  block->bytes = (size_t)bytes;
  return KEOPS_OK;
}

/** Gives a block back, when the work on the stream so far is done. */
static keops_status releaseBlock(const Call *call, const CudaSite *site,
                                 CudaBlock *block) {
  const keops_options *options = &call->options;
  const char *kernel = call->kernel->name;
  CudaPointer start = block->start;
  void *owned = block->owned;
  block->owned = NULL;
  if (!owned)
    return KEOPS_OK;
  if (options->release) {
    options->release(options->allocator_context, owned, block->bytes);
    return KEOPS_OK;
  }
  if (site->hasPools)
    return checkCuda(kernel, "cuMemFreeAsync",
                     cuda.memFreeAsync(start, site->stream));
  CudaResult wait = cuda.streamSynchronize(site->stream);
  CudaResult result = cuda.memFree(start);
  return wait ? failCuda(kernel, "cuStreamSynchronize", wait)
              : checkCuda(kernel, "cuMemFree", result);
}

/** Stored arrays, states and staged rows, in one block. */
static keops_status acquireCudaWorkspace(const Call *call, const CudaSite *site,
                                         const CudaLayout *layout,
                                         CudaBlock *block) {
  const keops_options *options = &call->options;
  const char *kernel = call->kernel->name;
  size_t request = cudaRequestBytes(layout->bytes);
  if (!request || !options->workspace)
    return allocateBlock(call, site, layout->bytes, block);
  *block = (CudaBlock){alignPointer(options->workspace), NULL, 0};
  if (options->workspace_bytes < request)
    return failSmallWorkspace(call, request);
  return checkPlace(kernel, site, "options->workspace", options->workspace);
}

#endif
