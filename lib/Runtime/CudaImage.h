/*===- CudaImage.h - which image of a library a device runs ---------------===*
 *
 * Machine code for the device first, since it needs no compilation, then PTX;
 * of each the newest architecture that the device still runs.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDAIMAGE_H
#define KEOPS_RUNTIME_CUDAIMAGE_H

#include "CudaState.h"

/** `capability` is 90 for 9.0, and 0 for a simulated device. */
static bool imageRuns(const keops_rt_image *image, int capability) {
  if (image->kind == KEOPS_RT_SIMULATED || capability == 0)
    return image->kind == KEOPS_RT_SIMULATED && capability == 0;
  if (image->suffix == 'a')
    return image->arch == capability;
  bool isFamily = image->arch / 10 == capability / 10;
  if (image->suffix == 'f' || image->kind == KEOPS_RT_CUBIN)
    return isFamily && image->arch <= capability;
  return image->kind == KEOPS_RT_PTX && image->arch <= capability;
}

/** Larger is better. */
static int64_t imageRank(const keops_rt_image *image) {
  const int64_t cubin = 1000000;
  int64_t special = image->suffix == 'a' ? 2 : image->suffix == 'f' ? 1 : 0;
  return (image->kind == KEOPS_RT_CUBIN ? cubin : 0) + image->arch * 10 +
         special;
}

/** The best image that the device runs, of those after `previous` (NULL: of
 *  all); NULL if there is none. */
static const keops_rt_image *nextImage(const keops_rt_module *module,
                                       int capability,
                                       const keops_rt_image *previous) {
  const keops_rt_image *best = NULL;
  for (int k = 0; k < module->num_images; ++k) {
    const keops_rt_image *image = &module->images[k];
    if (!imageRuns(image, capability))
      continue;
    int64_t rank = imageRank(image);
    bool isLater = !previous || rank < imageRank(previous) ||
                   (rank == imageRank(previous) && image > previous);
    if (isLater && (!best || rank > imageRank(best)))
      best = image;
  }
  return best;
}

/** "sm_90a", "compute_80 (PTX)" or "simulated" into text; its length. */
static int describeImage(const keops_rt_image *image, char *text,
                         size_t bytes) {
  char suffix[2] = {(char)image->suffix, 0};
  if (image->kind == KEOPS_RT_SIMULATED)
    return snprintf(text, bytes, "simulated");
  bool isPtx = image->kind == KEOPS_RT_PTX;
  return snprintf(text, bytes, "%s_%d%s%s", isPtx ? "compute" : "sm",
                  (int)image->arch, suffix, isPtx ? " (PTX)" : "");
}

static void listImages(const keops_rt_module *module, char *text,
                       size_t bytes) {
  size_t used = (size_t)snprintf(text, bytes, module->num_images ? "" : "none");
  for (int k = 0; k < module->num_images && used < bytes; ++k) {
    used += (size_t)snprintf(text + used, bytes - used, k ? ", " : "");
    if (used < bytes)
      used +=
          (size_t)describeImage(&module->images[k], text + used, bytes - used);
  }
}

__attribute__((cold)) static keops_status
failNoImage(const char *kernel, const keops_rt_module *module,
            CudaDevice device, int capability) {
  char name[128] = "unknown", have[256];
  cuda.deviceGetName(name, sizeof(name), device);
  listImages(module, have, sizeof(have));
  char wanted[64] = "";
  if (capability)
    snprintf(wanted, sizeof(wanted), "; compile with --cuda=sm_%d", capability);
  return fail(KEOPS_ERROR_NO_DEVICE,
              "%s: the library has no code for device %d (%s, compute "
              "capability %d.%d); it has: %s%s",
              kernel, device, name, capability / 10, capability % 10, have,
              wanted);
}

/** The driver cannot use this image, but perhaps another. */
static bool isImageProblem(CudaResult result) {
  return result == cudaErrorInvalidImage || result == cudaErrorNoBinary ||
         result == cudaErrorInvalidPtx || result == cudaErrorNoJitCompiler ||
         result == cudaErrorPtxVersion || result == cudaErrorJitDisabled ||
         result == cudaErrorInvalidSource;
}

static const char *adviceFor(CudaResult result) {
  if (result == cudaErrorPtxVersion)
    return "; the driver is older than the PTX: update the driver, or compile "
           "with --cuda=sm_.. for this device";
  if (result == cudaErrorNoBinary)
    return "; compile with --cuda=sm_.. for this device";
  if (result == cudaErrorNoJitCompiler || result == cudaErrorJitDisabled)
    return "; the driver compiles no PTX here: compile with --cuda=sm_.. for "
           "this device";
  return "";
}

/** `log` is what the driver's compiler said. */
__attribute__((cold)) static keops_status failImage(const char *kernel,
                                                    const keops_rt_image *image,
                                                    CudaResult result,
                                                    const char *log) {
  char text[64];
  describeImage(image, text, sizeof(text));
  bool isBroken =
      result == cudaErrorInvalidPtx || result == cudaErrorInvalidSource;
  return fail(isBroken ? KEOPS_ERROR_DEVICE : KEOPS_ERROR_NO_DEVICE,
              "%s: the driver does not load the code for %s: %s (%d): %s%s%s%s",
              kernel, text, errorName(result), result, errorText(result),
              adviceFor(result), *log ? "\n" : "", log);
}

#endif
