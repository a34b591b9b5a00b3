/*===- CudaRelease.h - giving back what calls have kept -------------------===*/
#ifndef KEOPS_RUNTIME_CUDARELEASE_H
#define KEOPS_RUNTIME_CUDARELEASE_H

#include "CudaStaging.h"

/** Makes a context current, if it still is the one that we knew. */
static bool revisitContext(const CudaContextKey *key) {
  CudaContextKey now = keyOfContext(key->context);
  return sameContext(&now, key) && !cuda.contextPush(key->context);
}

static void leaveContext(void) {
  CudaContext popped;
  cuda.contextPop(&popped);
}

/** A module of a destroyed context went with it. */
static CudaResult unloadModules(CudaLoaded *loaded) {
  CudaResult first = 0;
  while (loaded) {
    CudaLoaded *next = loaded->next;
    if (revisitContext(&loaded->key)) {
      CudaResult result = cuda.contextSynchronize();
      first = first ? first : result;
      result = cuda.moduleUnload(loaded->module);
      first = first ? first : result;
      leaveContext();
    }
    free(loaded);
    loaded = next;
  }
  return first;
}

static void destroyAllStaging(CudaStaging *staging) {
  while (staging) {
    CudaStaging *next = staging->next;
    if (revisitContext(&staging->key)) {
      destroyStaging(staging);
      leaveContext();
    } else {
      free(staging);
    }
    staging = next;
  }
}

static CudaResult releasePrimaries(CudaPrimary *primary) {
  CudaResult first = 0;
  while (primary) {
    CudaPrimary *next = primary->next;
    CudaResult result = cuda.primaryRelease(primary->device);
    first = first ? first : result;
    free(primary);
    primary = next;
  }
  return first;
}

static void forgetKernels(void) {
  for (int b = 0; b < cudaKernelBuckets; ++b) {
    CudaKernel *kernel = cudaState.kernels[b];
    cudaState.kernels[b] = NULL;
    while (kernel) {
      CudaKernel *next = kernel->next;
      free(kernel);
      kernel = next;
    }
  }
}

/** Everything that this copy of the runtime keeps. */
static keops_status releaseCuda(void) {
  if (atomic_load(&cudaProcess) != (int64_t)getpid())
    return KEOPS_OK;
  pthread_mutex_lock(&cudaLoading);
  pthread_mutex_lock(&cudaState.table);
  CudaLoaded *modules = cudaState.modules;
  CudaStaging *staging = cudaState.staging;
  CudaPrimary *primaries = cudaState.primaries;
  cudaState.modules = NULL;
  cudaState.staging = NULL;
  cudaState.primaries = NULL;
  forgetKernels();
  pthread_mutex_unlock(&cudaState.table);
  CudaResult unloaded = unloadModules(modules);
  destroyAllStaging(staging);
  CudaResult released = releasePrimaries(primaries);
  pthread_mutex_unlock(&cudaLoading);
  return checkCuda("keops_release", "giving back modules and contexts",
                   unloaded ? unloaded : released);
}

static keops_rt_release_hook *_Atomic cudaHook;

/** Lets keops_release, in whichever copy of the runtime it is, find this one.
 *  Without memory for it, the next call tries again. */
static void offerRelease(void) {
  if (atomic_load_explicit(&cudaHook, memory_order_acquire))
    return;
  keops_rt_release_hook *made = malloc(sizeof(*made)), *unset = NULL;
  if (!made)
    return;
  atomic_init(&made->release, releaseCuda);
  if (!atomic_compare_exchange_strong(&cudaHook, &unset, made)) {
    free(made);
    return;
  }
  keops_rt_release_state *state = keops_rt_release_state_v1();
  made->next = atomic_load(&state->first);
  while (!atomic_compare_exchange_weak(&state->first, &made->next, made))
    ;
}

/** A shared library that is unloaded takes its copy of the runtime along. */
__attribute__((destructor)) static void withdrawRelease(void) {
  keops_rt_release_hook *hook = atomic_load(&cudaHook);
  if (hook)
    atomic_store(&hook->release, NULL);
}

KEOPS_RT_PUBLIC keops_status keops_release(void) {
  keops_status first = KEOPS_OK;
  keops_rt_release_hook *hook =
      atomic_load(&keops_rt_release_state_v1()->first);
  for (; hook; hook = hook->next) {
    keops_status (*release)(void) = atomic_load(&hook->release);
    keops_status status = release ? release() : KEOPS_OK;
    first = first ? first : status;
  }
  return first;
}

#endif
