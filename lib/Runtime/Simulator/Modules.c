/*===- Modules.c - simulated code: tables of functions --------------------===*/
#include "Simulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void writeJitLog(unsigned count, const int *options, void **values) {
  enum { errorLog = 5, errorLogBytes = 6 };
  char *log = NULL;
  size_t bytes = 0;
  for (unsigned k = 0; k < count; ++k) {
    if (options[k] == errorLog)
      log = values[k];
    else if (options[k] == errorLogBytes)
      bytes = (size_t)(uintptr_t)values[k];
  }
  if (log && bytes)
    snprintf(log, bytes, "simulated log of the driver's compiler");
}

SIMULATED cuModuleLoadDataEx(void **handle, const void *image, unsigned count,
                             int *options, void **values) {
  int fault = failsNow("cuModuleLoadDataEx");
  if (fault) {
    writeJitLog(count, options, values);
    return fault;
  }
  Module *module = calloc(1, sizeof(*module));
  if (!module)
    return outOfMemory;
  pthread_mutex_lock(&simulator.lock);
  int result = isForbiddenByCapture()        ? captureUnsupported
               : isContext(currentContext()) ? success
                                             : invalidContext;
  if (result) {
    free(module);
  } else {
    *module = (Module){simulator.modules, currentContext(), image, NULL};
    simulator.modules = module;
    simulator.lastLoad = image;
    *handle = module;
  }
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

/** The lock is held. */
static void unload(Module **link) {
  Module *module = *link;
  *link = module->next;
  for (Function *function = module->functions, *next; function;
       function = next) {
    next = function->next;
    free(function);
  }
  free(module);
}

void unloadModulesOf(Context *context) {
  Module **link = &simulator.modules;
  while (*link)
    if ((*link)->context == context)
      unload(link);
    else
      link = &(*link)->next;
}

SIMULATED cuModuleUnload(void *handle) {
  BEGIN_CALL("cuModuleUnload");
  pthread_mutex_lock(&simulator.lock);
  Module **link = &simulator.modules;
  while (*link && *link != handle)
    link = &(*link)->next;
  bool isThere = *link != NULL;
  if (isThere)
    unload(link);
  pthread_mutex_unlock(&simulator.lock);
  return isThere ? success : invalidHandle;
}

SIMULATED cuModuleGetFunction(void **handle, void *moduleHandle,
                              const char *name) {
  BEGIN_CALL("cuModuleGetFunction");
  Module *module = moduleHandle;
  const keops_rt_simulated_kernel *kernel = module->table;
  while (kernel->name && strcmp(kernel->name, name) != 0)
    ++kernel;
  if (!kernel->name)
    return notFound;
  Function *function = malloc(sizeof(*function));
  if (!function)
    return outOfMemory;
  pthread_mutex_lock(&simulator.lock);
  *function = (Function){module->functions, kernel};
  module->functions = function;
  pthread_mutex_unlock(&simulator.lock);
  *handle = function;
  return success;
}

/** Of a module in the current context. */
const keops_rt_simulated_kernel *findFunction(const void *handle) {
  for (Module *module = simulator.modules; module; module = module->next)
    if (module->context == currentContext())
      for (Function *function = module->functions; function;
           function = function->next)
        if (function == handle)
          return function->kernel;
  return NULL;
}

SIMULATED cuLaunchKernel(void *function, unsigned gridX, unsigned gridY,
                         unsigned gridZ, unsigned blockX, unsigned blockY,
                         unsigned blockZ, unsigned sharedBytes, void *handle,
                         void **params, void **extra) {
  BEGIN_CALL("cuLaunchKernel");
  enum { largestY = 65535, largestBlock = 1024 };
  if (!gridX || gridX > INT32_MAX || !gridY || gridY > largestY || gridZ != 1 ||
      !blockX || blockX > largestBlock || blockY != 1 || blockZ != 1 ||
      sharedBytes || extra)
    return invalidValue;
  Stream *stream;
  pthread_mutex_lock(&simulator.lock);
  const keops_rt_simulated_kernel *kernel = findFunction(function);
  int result = kernel ? findStream(handle, &stream) : invalidHandle;
  if (!result && (int64_t)blockX != kernel->threads) {
    fprintf(stderr,
            "keops simulator: kernel '%s' is launched with %u threads per "
            "block; it was compiled for %lld\n",
            kernel->name, blockX, (long long)kernel->threads);
    result = invalidValue;
  }
  if (!result)
    carryOutCopies(stream);
  ++simulator.launches;
  pthread_mutex_unlock(&simulator.lock);
  return result ? result : runGrid(kernel, params, gridX, gridY);
}
