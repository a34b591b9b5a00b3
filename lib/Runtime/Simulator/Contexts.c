/*===- Contexts.c - devices and contexts of the simulated driver ----------===*/
#include "Simulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { deepestStack = 64 };

static _Thread_local Context *stack[deepestStack];
static _Thread_local int depth;
static _Thread_local int captureMode; /* 0 global, 1 thread, 2 relaxed */

int contextDepth(void) { return depth; }

Context *currentContext(void) { return depth ? stack[depth - 1] : NULL; }

bool isContext(const Context *context) {
  const Context *known = simulator.contexts;
  while (known && known != context)
    known = known->next;
  return known != NULL;
}

bool isForbiddenByCapture(void) {
  return simulator.capturing > 0 && captureMode != 2;
}

SIMULATED cuThreadExchangeStreamCaptureMode(int *mode) {
  BEGIN_CALL("cuThreadExchangeStreamCaptureMode");
  int before = captureMode;
  captureMode = *mode;
  *mode = before;
  return success;
}

SIMULATED cuInit(unsigned flags) {
  (void)flags;
  BEGIN_CALL("cuInit");
  if (simulator.devices < 1)
    return noDevice;
  pthread_mutex_lock(&simulator.lock);
  simulator.isStarted = true;
  pthread_mutex_unlock(&simulator.lock);
  return success;
}

SIMULATED cuDeviceGetCount(int *count) {
  BEGIN_CALL("cuDeviceGetCount");
  *count = simulator.devices;
  return success;
}

SIMULATED cuDeviceGetName(char *name, int bytes, int device) {
  BEGIN_CALL("cuDeviceGetName");
  if (device < 0 || device >= simulator.devices)
    return invalidDevice;
  snprintf(name, (size_t)bytes, "Keops simulator");
  return success;
}

SIMULATED cuDeviceGetAttribute(int *value, int attribute, int device) {
  BEGIN_CALL("cuDeviceGetAttribute");
  enum { major = 75, minor = 76, memoryPools = 115 };
  if (device < 0 || device >= simulator.devices)
    return invalidDevice;
  if (attribute == major)
    *value = simulator.capability / 10;
  else if (attribute == minor)
    *value = simulator.capability % 10;
  else if (attribute == memoryPools)
    *value = simulator.pools;
  else
    return invalidValue;
  return success;
}

/** The lock is held. */
static Context *createContext(int device) {
  Context *context = calloc(1, sizeof(*context));
  if (!context)
    return NULL;
  context->device = device;
  context->id = simulator.nextId++;
  context->defaultStream.context = context;
  context->next = simulator.contexts;
  simulator.contexts = context;
  return context;
}

/** With everything in it. The lock is held. */
static void destroyContext(Context *context) {
  destroyStreamsOf(context);
  unloadModulesOf(context);
  freeAllocationsOf(context);
  Context **link = &simulator.contexts;
  while (*link != context)
    link = &(*link)->next;
  *link = context->next;
  free(context->defaultStream.copies);
  free(context);
}

SIMULATED cuDevicePrimaryCtxRetain(void **context, int device) {
  BEGIN_CALL("cuDevicePrimaryCtxRetain");
  if (device < 0 || device >= simulator.devices)
    return invalidDevice;
  pthread_mutex_lock(&simulator.lock);
  if (!simulator.retains[device])
    simulator.primaries[device] = createContext(device);
  bool isThere = simulator.primaries[device] != NULL;
  simulator.retains[device] += isThere;
  *context = simulator.primaries[device];
  pthread_mutex_unlock(&simulator.lock);
  return isThere ? success : outOfMemory;
}

SIMULATED cuDevicePrimaryCtxRelease_v2(int device) {
  BEGIN_CALL("cuDevicePrimaryCtxRelease_v2");
  if (device < 0 || device >= simulator.devices)
    return invalidDevice;
  int result = success;
  pthread_mutex_lock(&simulator.lock);
  if (!simulator.retains[device])
    result = invalidContext;
  else if (!--simulator.retains[device])
    destroyContext(simulator.primaries[device]);
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

/** Destroys what the primary context holds; those who hold it must retain it
 *  again. */
SIMULATED cuDevicePrimaryCtxReset_v2(int device) {
  BEGIN_CALL("cuDevicePrimaryCtxReset_v2");
  pthread_mutex_lock(&simulator.lock);
  if (simulator.retains[device]) {
    Context *before = simulator.primaries[device];
    simulator.primaries[device] = createContext(device);
    destroyContext(before); /* second: so that the address is another */
  }
  pthread_mutex_unlock(&simulator.lock);
  return success;
}

SIMULATED cuCtxCreate_v2(void **context, unsigned flags, int device) {
  (void)flags;
  BEGIN_CALL("cuCtxCreate_v2");
  if (device < 0 || device >= simulator.devices)
    return invalidDevice;
  pthread_mutex_lock(&simulator.lock);
  *context = createContext(device);
  pthread_mutex_unlock(&simulator.lock);
  if (!*context || depth == deepestStack)
    return outOfMemory;
  stack[depth++] = *context;
  return success;
}

SIMULATED cuCtxDestroy_v2(void *context) {
  BEGIN_CALL("cuCtxDestroy_v2");
  pthread_mutex_lock(&simulator.lock);
  bool isThere = isContext(context);
  if (isThere)
    destroyContext(context);
  pthread_mutex_unlock(&simulator.lock);
  if (isThere && depth && stack[depth - 1] == context)
    --depth;
  return isThere ? success : invalidContext;
}

SIMULATED cuCtxGetCurrent(void **context) {
  BEGIN_CALL("cuCtxGetCurrent");
  *context = currentContext();
  return success;
}

SIMULATED cuCtxPushCurrent_v2(void *context) {
  BEGIN_CALL("cuCtxPushCurrent_v2");
  pthread_mutex_lock(&simulator.lock);
  bool isThere = isContext(context);
  pthread_mutex_unlock(&simulator.lock);
  if (!isThere || depth == deepestStack)
    return isThere ? outOfMemory : contextDestroyed;
  stack[depth++] = context;
  return success;
}

SIMULATED cuCtxPopCurrent_v2(void **context) {
  BEGIN_CALL("cuCtxPopCurrent_v2");
  if (!depth)
    return invalidContext;
  *context = stack[--depth];
  return success;
}

SIMULATED cuCtxGetDevice(int *device) {
  BEGIN_CALL("cuCtxGetDevice");
  pthread_mutex_lock(&simulator.lock);
  Context *context = currentContext();
  bool isThere = isContext(context);
  if (isThere)
    *device = context->device;
  pthread_mutex_unlock(&simulator.lock);
  return isThere ? success : invalidContext;
}

SIMULATED cuCtxGetId(void *context, unsigned long long *id) {
  BEGIN_CALL("cuCtxGetId");
  pthread_mutex_lock(&simulator.lock);
  bool isThere = isContext(context);
  if (isThere)
    *id = ((Context *)context)->id;
  pthread_mutex_unlock(&simulator.lock);
  return isThere ? success : contextDestroyed;
}

SIMULATED cuCtxSynchronize(void) {
  BEGIN_CALL("cuCtxSynchronize");
  pthread_mutex_lock(&simulator.lock);
  int result = isForbiddenByCapture() ? captureUnsupported : success;
  if (!result)
    carryOutAllCopies();
  ++simulator.waits;
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

static const struct {
  int code;
  const char *name, *text;
} errors[] = {
    {success, "CUDA_SUCCESS", "no error"},
    {invalidValue, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {outOfMemory, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {notInitialized, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {noDevice, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {invalidDevice, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {200, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {invalidContext, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU",
     "no kernel image is available for execution on the device"},
    {218, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
     "the provided PTX was compiled with an unsupported toolchain."},
    {invalidHandle, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {notFound, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {illegalAddress, "CUDA_ERROR_ILLEGAL_ADDRESS",
     "an illegal memory access was encountered"},
    {contextDestroyed, "CUDA_ERROR_CONTEXT_IS_DESTROYED",
     "context is destroyed"},
    {launchFailed, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {captureUnsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
     "operation not permitted when stream is capturing"},
    {captureImplicit, "CUDA_ERROR_STREAM_CAPTURE_IMPLICIT",
     "operation would make the legacy stream depend on a capturing blocking "
     "stream"},
};

SIMULATED cuGetErrorName(int code, const char **name) {
  *name = NULL;
  for (size_t e = 0; e < sizeof(errors) / sizeof(*errors); ++e)
    if (errors[e].code == code)
      *name = errors[e].name;
  return *name ? success : invalidValue;
}

SIMULATED cuGetErrorString(int code, const char **text) {
  *text = NULL;
  for (size_t e = 0; e < sizeof(errors) / sizeof(*errors); ++e)
    if (errors[e].code == code)
      *text = errors[e].text;
  return *text ? success : invalidValue;
}
