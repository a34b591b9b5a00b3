/*===- CudaState.h - what stays from one CUDA call to the next ------------===*
 *
 * Loaded code, primary contexts and pinned buffers are expensive to make, so
 * this copy of the runtime keeps them until keops_release. Two locks: `table`
 * guards the lists and is held for moments; cudaLoading lets one thread at a
 * time load code or open a context, while others launch what is loaded.
 *
 * A context may be destroyed behind our back and another may appear at its
 * address. The driver numbers contexts, never twice the same, so a number is
 * part of every key (drivers before CUDA 12 have none; then it is 0).
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDASTATE_H
#define KEOPS_RUNTIME_CUDASTATE_H

#include "CudaError.h"

typedef struct CudaContextKey {
  CudaContext context;
  unsigned long long id;
} CudaContextKey;

/** A primary context that we hold. */
typedef struct CudaPrimary {
  struct CudaPrimary *next;
  CudaDevice device;
  CudaContext context;
} CudaPrimary;

/** An image loaded into a context. */
typedef struct CudaLoaded {
  struct CudaLoaded *next;
  CudaContextKey key;
  const keops_rt_module *source;
  CudaModule module;
} CudaLoaded;

enum { cudaStage, cudaAccumulate, cudaFinish, cudaFunctionsPerPass };

/** The functions of one kernel in a context; never changed once listed. */
typedef struct CudaKernel {
  struct CudaKernel *next;
  CudaContextKey key;
  const keops_rt_gpu *source;
  CudaFunction functions[]; /* cudaFunctionsPerPass for each pass */
} CudaKernel;

/** Two pinned buffers through which pageable memory is copied. */
typedef struct CudaStaging {
  struct CudaStaging *next;
  CudaContextKey key;
  char *buffers[2];
  CudaEvent events[2]; /* recorded behind the copy that uses the buffer */
  bool isBusy[2];
} CudaStaging;

enum { cudaKernelBuckets = 64 };

static struct {
  pthread_mutex_t table;
  CudaPrimary *primaries;
  CudaLoaded *modules;
  CudaKernel *kernels[cudaKernelBuckets];
  CudaStaging *staging; /* those not in use */
} cudaState = {.table = PTHREAD_MUTEX_INITIALIZER};

static bool sameContext(const CudaContextKey *a, const CudaContextKey *b) {
  return a->context == b->context && a->id == b->id;
}

static CudaContextKey keyOfContext(CudaContext context) {
  CudaContextKey key = {context, 0};
  if (cuda.contextGetId && cuda.contextGetId(context, &key.id))
    key.id = 0;
  return key;
}

/** While a stream is being captured, CUDA refuses what is not work on a stream,
 *  unless the thread says that it means it. What lies between these two has
 *  nothing to do with a capture. Returns the thread's mode before, or -1. */
static int beginUncaptured(void) {
  int mode = cudaCaptureRelaxed;
  bool isChanged = cuda.exchangeCaptureMode && !cuda.exchangeCaptureMode(&mode);
  return isChanged ? mode : -1;
}

static void endUncaptured(int mode) {
  if (mode >= 0)
    cuda.exchangeCaptureMode(&mode);
}

static keops_status failHostMemory(const char *kernel) {
  return fail(KEOPS_ERROR_OUT_OF_MEMORY,
              "%s: no host memory to remember what is loaded on the device",
              kernel);
}

#endif
