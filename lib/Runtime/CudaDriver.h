/*===- CudaDriver.h - the CUDA driver, opened when it is first needed -----===*
 *
 * The driver's interface is stable: a function whose meaning changed got a new
 * name (cuMemAlloc_v2) and the old one stayed. So the few declarations below
 * are all that is needed of it; neither building nor linking the runtime needs
 * the CUDA toolkit, and a program with GPU code starts without a driver.
 *
 * The environment variable KEOPS_CUDA_DRIVER names another library to open in
 * the driver's place, such as the simulator (Simulator/README.md).
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDADRIVER_H
#define KEOPS_RUNTIME_CUDADRIVER_H

#include "Arguments.h"

#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

typedef int CudaResult; /* 0: success */
typedef int CudaDevice; /* the device's ordinal */
typedef uintptr_t CudaPointer;
typedef void *CudaContext;
typedef void *CudaModule;
typedef void *CudaFunction;
typedef void *CudaStream;
typedef void *CudaEvent;

enum {
  cudaErrorOutOfMemory = 2,
  cudaErrorNoDevice = 100,
  cudaErrorInvalidImage = 200,
  cudaErrorInvalidContext = 201,
  cudaErrorNoBinary = 209,
  cudaErrorEcc = 214,
  cudaErrorInvalidPtx = 218,
  cudaErrorNvlink = 220,
  cudaErrorNoJitCompiler = 221,
  cudaErrorPtxVersion = 222,
  cudaErrorJitDisabled = 223,
  cudaErrorContained = 226,
  cudaErrorInvalidSource = 300,
  cudaErrorNotFound = 500,
  cudaErrorIllegalAddress = 700,
  cudaErrorTimeout = 702,
  cudaErrorContextDestroyed = 709,
  cudaErrorAssert = 710,
  cudaErrorHardwareStack = 714,
  cudaErrorLaunchFailed = 719,
  cudaErrorTensorMemory = 721
};

enum {
  cudaDeviceMajor = 75, /* CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR */
  cudaDeviceMinor = 76,
  cudaDeviceMemoryPools = 115,
  cudaPointerType = 2, /* CU_POINTER_ATTRIBUTE_MEMORY_TYPE */
  cudaPointerManaged = 8,
  cudaPointerOrdinal = 9,
  cudaMemoryHost = 1, /* CU_MEMORYTYPE_HOST */
  cudaMemoryDevice = 2,
  cudaMemoryUnified = 4,
  cudaJitErrorLog = 5, /* CU_JIT_ERROR_LOG_BUFFER */
  cudaJitErrorLogBytes = 6,
  cudaEventWithoutTiming = 2,
  cudaCaptureRelaxed = 2 /* CU_STREAM_CAPTURE_MODE_RELAXED */
};

/* F(what it is called here, its name in the driver, its parameters) */
#define KEOPS_CUDA_REQUIRED(F)                                                 \
  F(init, cuInit, (unsigned))                                                  \
  F(getErrorName, cuGetErrorName, (CudaResult, const char **))                 \
  F(getErrorString, cuGetErrorString, (CudaResult, const char **))             \
  F(deviceGetCount, cuDeviceGetCount, (int *))                                 \
  F(deviceGetName, cuDeviceGetName, (char *, int, CudaDevice))                 \
  F(deviceGetAttribute, cuDeviceGetAttribute, (int *, int, CudaDevice))        \
  F(primaryRetain, cuDevicePrimaryCtxRetain, (CudaContext *, CudaDevice))      \
  F(primaryRelease, cuDevicePrimaryCtxRelease_v2, (CudaDevice))                \
  F(contextGetCurrent, cuCtxGetCurrent, (CudaContext *))                       \
  F(contextPush, cuCtxPushCurrent_v2, (CudaContext))                           \
  F(contextPop, cuCtxPopCurrent_v2, (CudaContext *))                           \
  F(contextGetDevice, cuCtxGetDevice, (CudaDevice *))                          \
  F(contextSynchronize, cuCtxSynchronize, (void))                              \
  F(streamGetContext, cuStreamGetCtx, (CudaStream, CudaContext *))             \
  F(streamIsCapturing, cuStreamIsCapturing, (CudaStream, int *))               \
  F(streamSynchronize, cuStreamSynchronize, (CudaStream))                      \
  F(eventCreate, cuEventCreate, (CudaEvent *, unsigned))                       \
  F(eventRecord, cuEventRecord, (CudaEvent, CudaStream))                       \
  F(eventSynchronize, cuEventSynchronize, (CudaEvent))                         \
  F(eventDestroy, cuEventDestroy_v2, (CudaEvent))                              \
  F(pointerGetAttributes, cuPointerGetAttributes,                              \
    (unsigned, int *, void **, CudaPointer))                                   \
  F(moduleLoad, cuModuleLoadDataEx,                                            \
    (CudaModule *, const void *, unsigned, int *, void **))                    \
  F(moduleUnload, cuModuleUnload, (CudaModule))                                \
  F(moduleGetFunction, cuModuleGetFunction,                                    \
    (CudaFunction *, CudaModule, const char *))                                \
  F(launchKernel, cuLaunchKernel,                                              \
    (CudaFunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, \
     unsigned, CudaStream, void **, void **))                                  \
  F(memAlloc, cuMemAlloc_v2, (CudaPointer *, size_t))                          \
  F(memFree, cuMemFree_v2, (CudaPointer))                                      \
  F(memHostAlloc, cuMemHostAlloc, (void **, size_t, unsigned))                 \
  F(memFreeHost, cuMemFreeHost, (void *))                                      \
  F(copyToDevice, cuMemcpyHtoDAsync_v2,                                        \
    (CudaPointer, const void *, size_t, CudaStream))                           \
  F(copyToHost, cuMemcpyDtoHAsync_v2, (void *, CudaPointer, size_t, CudaStream))

/* NULL where the driver is too old for them. */
#define KEOPS_CUDA_OPTIONAL(F)                                                 \
  F(contextGetId, cuCtxGetId, (CudaContext, unsigned long long *))             \
  F(memAllocAsync, cuMemAllocAsync, (CudaPointer *, size_t, CudaStream))       \
  F(memFreeAsync, cuMemFreeAsync, (CudaPointer, CudaStream))                   \
  F(exchangeCaptureMode, cuThreadExchangeStreamCaptureMode, (int *))

typedef struct CudaDriver {
#define KEOPS_CUDA_MEMBER(name, symbol, parameters)                            \
  CudaResult(*name) parameters;
  KEOPS_CUDA_REQUIRED(KEOPS_CUDA_MEMBER)
  KEOPS_CUDA_OPTIONAL(KEOPS_CUDA_MEMBER)
#undef KEOPS_CUDA_MEMBER
} CudaDriver;

/** Written once, before cudaProcess is set. */
static CudaDriver cuda;
/** The process that opened the driver; 0: none yet. */
static _Atomic int64_t cudaProcess;
/** Held while the driver is opened and while code is loaded. */
static pthread_mutex_t cudaLoading = PTHREAD_MUTEX_INITIALIZER;

/** Finds every function; the name of one that is needed and missing, or NULL.
 */
static const char *findFunctions(void *library, CudaDriver *driver) {
  void *address; /* copied: ISO C converts no object to a function pointer */
#define KEOPS_CUDA_FIND(name, symbol, parameters)                              \
  address = dlsym(library, #symbol);                                           \
  memcpy(&driver->name, &address, sizeof(address));
#define KEOPS_CUDA_NEED(name, symbol, parameters)                              \
  KEOPS_CUDA_FIND(name, symbol, parameters)                                    \
  if (!address)                                                                \
    return #symbol;
  KEOPS_CUDA_REQUIRED(KEOPS_CUDA_NEED)
  KEOPS_CUDA_OPTIONAL(KEOPS_CUDA_FIND)
#undef KEOPS_CUDA_NEED
#undef KEOPS_CUDA_FIND
  return NULL;
}

/** Opens the library; a failure is tried again at the next call. */
static keops_status loadDriver(const char *kernel) {
  const char *chosen = getenv("KEOPS_CUDA_DRIVER");
  bool isChosen = chosen && *chosen;
  const char *name = isChosen ? chosen : "libcuda.so.1";
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library && !isChosen)
    library = dlopen("libcuda.so", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return fail(KEOPS_ERROR_NO_DEVICE,
                "%s: no CUDA driver: %s cannot be opened%s (%s)", kernel, name,
                isChosen ? ", which KEOPS_CUDA_DRIVER names"
                         : "; is the NVIDIA driver installed?",
                dlerror());
  const char *missing = findFunctions(library, &cuda);
  if (missing)
    return fail(KEOPS_ERROR_NO_DEVICE,
                "%s: the CUDA driver %s lacks %s; install a newer driver "
                "(CUDA 11 or later)",
                kernel, name, missing);
  CudaResult result = cuda.init(0);
  if (result) {
    const char *error = NULL;
    cuda.getErrorName(result, &error);
    return fail(KEOPS_ERROR_NO_DEVICE,
                "%s: the CUDA driver %s does not start: %s (%d)%s", kernel,
                name, error ? error : "error", result,
                result == cudaErrorNoDevice
                    ? "; this machine has no CUDA device that the program may "
                      "use (see CUDA_VISIBLE_DEVICES)"
                    : "");
  }
  return KEOPS_OK;
}

/** Makes `cuda` usable. */
static keops_status openDriver(const char *kernel) {
  int64_t process = (int64_t)getpid(), first = atomic_load(&cudaProcess);
  if (first == process)
    return KEOPS_OK;
  if (first)
    return fail(KEOPS_ERROR_NO_DEVICE,
                "%s: CUDA cannot be used in a process forked after its first "
                "use; call kernels first after the fork, or use the CPU",
                kernel);
  pthread_mutex_lock(&cudaLoading);
  keops_status status = KEOPS_OK;
  if (!atomic_load(&cudaProcess)) {
    status = loadDriver(kernel);
    if (!status)
      atomic_store(&cudaProcess, process);
  }
  pthread_mutex_unlock(&cudaLoading);
  return status;
}

#endif
