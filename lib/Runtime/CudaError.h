/*===- CudaError.h - what the driver reports, as a status -----------------===*/
#ifndef KEOPS_RUNTIME_CUDAERROR_H
#define KEOPS_RUNTIME_CUDAERROR_H

#include "CudaDriver.h"

/** After these the context is of no use: each later call in it fails too. */
static bool isSticky(CudaResult result) {
  return result == cudaErrorEcc || result == cudaErrorNvlink ||
         result == cudaErrorContained || result == cudaErrorIllegalAddress ||
         result == cudaErrorTimeout || result == cudaErrorAssert ||
         (result >= cudaErrorHardwareStack &&
          result <= cudaErrorLaunchFailed) ||
         result == cudaErrorTensorMemory;
}

static const char *errorName(CudaResult result) {
  const char *name = NULL;
  cuda.getErrorName(result, &name);
  return name ? name : "unknown CUDA error";
}

static const char *errorText(CudaResult result) {
  const char *text = NULL;
  cuda.getErrorString(result, &text);
  return text ? text : "no description";
}

__attribute__((cold)) static keops_status
failCuda(const char *kernel, const char *function, CudaResult result) {
  return fail(
      result == cudaErrorOutOfMemory ? KEOPS_ERROR_OUT_OF_MEMORY
                                     : KEOPS_ERROR_DEVICE,
      "%s: %s failed: %s (%d): %s%s", kernel, function, errorName(result),
      result, errorText(result),
      isSticky(result)
          ? "; the CUDA context is lost, and with it all its memory. The cause "
            "may be earlier work in the same context, of this library or not"
          : "");
}

/** KEOPS_OK, or the failure of a driver function. */
static keops_status checkCuda(const char *kernel, const char *function,
                              CudaResult result) {
  return result ? failCuda(kernel, function, result) : KEOPS_OK;
}

#endif
