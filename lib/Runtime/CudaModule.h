/*===- CudaModule.h - loaded code, found again ----------------------------===*/
#ifndef KEOPS_RUNTIME_CUDAMODULE_H
#define KEOPS_RUNTIME_CUDAMODULE_H

#include "CudaContext.h"
#include "CudaImage.h"

static CudaResult loadImage(const keops_rt_image *image, CudaModule *module,
                            char *log, size_t logBytes) {
  int options[] = {cudaJitErrorLog, cudaJitErrorLogBytes};
  void *values[] = {log, (void *)(uintptr_t)logBytes};
  memset(log, 0, logBytes);
  int mode = beginUncaptured();
  CudaResult result =
      image->kind == KEOPS_RT_PTX
          ? cuda.moduleLoad(module, image->data, 2, options, values)
          : cuda.moduleLoad(module, image->data, 0, NULL, NULL);
  endUncaptured(mode);
  log[logBytes - 1] = 0;
  return result;
}

/** Loads the best image that the driver takes into the current context. */
static keops_status loadModule(const char *kernel,
                               const keops_rt_module *source, CudaDevice device,
                               CudaModule *module) {
  int major = 0, minor = 0;
  keops_status status = askDevice(kernel, cudaDeviceMajor, device, &major);
  if (!status)
    status = askDevice(kernel, cudaDeviceMinor, device, &minor);
  if (status)
    return status;
  int capability = 10 * major + minor;
  const keops_rt_image *image = nextImage(source, capability, NULL);
  if (!image)
    return failNoImage(kernel, source, device, capability);
  for (; image; image = nextImage(source, capability, image)) {
    char log[600];
    CudaResult result = loadImage(image, module, log, sizeof(log));
    if (!result)
      return KEOPS_OK;
    if (!isImageProblem(result))
      return failCuda(kernel, "cuModuleLoadDataEx", result);
    status = failImage(kernel, image, result, log);
  }
  return status;
}

/** The library's code in this context, loaded if it is not. The loading lock is
 *  held. */
static keops_status findModule(const char *kernel, const CudaSite *site,
                               const keops_rt_module *source,
                               CudaModule *module) {
  for (CudaLoaded *loaded = cudaState.modules; loaded; loaded = loaded->next)
    if (loaded->source == source && sameContext(&loaded->key, &site->key)) {
      *module = loaded->module;
      return KEOPS_OK;
    }
  CudaLoaded *made = malloc(sizeof(*made));
  if (!made)
    return failHostMemory(kernel);
  keops_status status = loadModule(kernel, source, site->device, module);
  if (status) {
    free(made);
    return status;
  }
  *made = (CudaLoaded){cudaState.modules, site->key, source, *module};
  cudaState.modules = made;
  return KEOPS_OK;
}

static CudaKernel **kernelBucket(const keops_rt_gpu *source) {
  uint64_t mixed = (uint64_t)(uintptr_t)source * UINT64_C(0x9e3779b97f4a7c15);
  return &cudaState.kernels[mixed >> 32 & (cudaKernelBuckets - 1)];
}

static const CudaKernel *lookUpKernel(const CudaContextKey *key,
                                      const keops_rt_gpu *source) {
  pthread_mutex_lock(&cudaState.table);
  const CudaKernel *known = *kernelBucket(source);
  while (known && !(known->source == source && sameContext(&known->key, key)))
    known = known->next;
  pthread_mutex_unlock(&cudaState.table);
  return known;
}

/** Finds the functions of every pass of a kernel. */
static keops_status getFunctions(const keops_rt_kernel *kernel,
                                 CudaModule module, CudaFunction *functions) {
  for (int p = 0; p < kernel->num_passes; ++p) {
    const keops_rt_gpu_pass *pass = &kernel->gpu->passes[p];
    const char *names[] = {pass->stage, pass->accumulate, pass->finish};
    for (int f = 0; f < cudaFunctionsPerPass; ++f, ++functions) {
      *functions = NULL;
      if (!names[f])
        continue;
      CudaResult result = cuda.moduleGetFunction(functions, module, names[f]);
      if (result == cudaErrorNotFound)
        return fail(KEOPS_ERROR_DEVICE,
                    "%s: the loaded code has no function '%s'", kernel->name,
                    names[f]);
      if (result)
        return failCuda(kernel->name, "cuModuleGetFunction", result);
    }
  }
  return KEOPS_OK;
}

static keops_status loadKernel(const keops_rt_kernel *kernel,
                               const CudaSite *site, CudaKernel *made) {
  CudaModule module;
  keops_status status =
      findModule(kernel->name, site, kernel->gpu->module, &module);
  if (status)
    return status;
  int mode = beginUncaptured();
  status = getFunctions(kernel, module, made->functions);
  endUncaptured(mode);
  return status;
}

/** The kernel's functions in the current context. */
static keops_status findKernel(const keops_rt_kernel *kernel,
                               const CudaSite *site, const CudaKernel **found) {
  *found = lookUpKernel(&site->key, kernel->gpu);
  if (*found)
    return KEOPS_OK;
  keops_status status = KEOPS_OK;
  pthread_mutex_lock(&cudaLoading);
  *found = lookUpKernel(&site->key, kernel->gpu);
  if (!*found) {
    CudaKernel *made =
        malloc(sizeof(*made) + (size_t)kernel->num_passes *
                                   cudaFunctionsPerPass * sizeof(CudaFunction));
    status =
        made ? loadKernel(kernel, site, made) : failHostMemory(kernel->name);
    if (status) {
      free(made);
    } else {
      made->key = site->key;
      made->source = kernel->gpu;
      pthread_mutex_lock(&cudaState.table);
      CudaKernel **bucket = kernelBucket(kernel->gpu);
      made->next = *bucket;
      *bucket = made;
      pthread_mutex_unlock(&cudaState.table);
      *found = made;
    }
  }
  pthread_mutex_unlock(&cudaLoading);
  return status;
}

#endif
