/*===- Arguments.h - is the call well formed? -----------------------------===*
 *
 * Every misuse that can be seen from outside is told apart here, before
 * anything is touched. The order of the checks is the order in which a caller
 * would want to hear of them: options, extents, each array, overlaps.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_ARGUMENTS_H
#define KEOPS_RUNTIME_ARGUMENTS_H

#include "Error.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

/** The oldest keops_options: callers never have a smaller one. */
enum {
  oldestOptionsBytes =
      offsetof(keops_options, ranges_i) + sizeof(const keops_ranges *),
  largestOptionsBytes = 65536 /* beyond it, `size` was never set */
};

/** Copies the caller's options, whatever their version, over the defaults. */
static keops_status readOptions(const char *kernel, const keops_options *given,
                                keops_options *options) {
  static const keops_options defaults = KEOPS_OPTIONS_INIT;
  *options = defaults;
  if (!given)
    return KEOPS_OK;
  if (given->size < oldestOptionsBytes || given->size > largestOptionsBytes)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "%s: options->size is %zu; expected %zu (initialise options "
                "with KEOPS_OPTIONS_INIT)",
                kernel, given->size, sizeof(keops_options));
  size_t common =
      given->size < sizeof(*options) ? given->size : sizeof(*options);
  memcpy(options, given, common);
  for (size_t k = common; k < given->size; ++k)
    if (((const unsigned char *)given)[k])
      return fail(KEOPS_ERROR_INVALID_OPTIONS,
                  "%s: options of a newer version are set (byte %zu of %zu) "
                  "than this runtime (" KEOPS_VERSION_STRING ") knows",
                  kernel, k, given->size);
  options->size = sizeof(*options);
  return KEOPS_OK;
}

static keops_status checkDevice(const char *kernel,
                                const keops_options *options) {
  if (options->device != KEOPS_CPU && options->device != KEOPS_CUDA)
    return fail(KEOPS_ERROR_UNKNOWN_DEVICE,
                "%s: options->device is %d; expected KEOPS_CPU (%d) or "
                "KEOPS_CUDA (%d)",
                kernel, (int)options->device, KEOPS_CPU, KEOPS_CUDA);
  if (options->ordinal < 0)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "%s: options->ordinal is %d; expected 0 or more", kernel,
                (int)options->ordinal);
  if (options->device == KEOPS_CPU && options->ordinal > 0)
    return fail(KEOPS_ERROR_NO_DEVICE,
                "%s: options->ordinal is %d; the only CPU device is 0", kernel,
                (int)options->ordinal);
  if (options->location < KEOPS_LOCATION_AUTO ||
      options->location > KEOPS_LOCATION_DEVICE)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "%s: options->location is %d; expected a keops_location",
                kernel, (int)options->location);
  if (options->device == KEOPS_CPU &&
      options->location == KEOPS_LOCATION_DEVICE)
    return fail(KEOPS_ERROR_POINTER_LOCATION,
                "%s: options->location is KEOPS_LOCATION_DEVICE; KEOPS_CPU "
                "needs arrays in host memory",
                kernel);
  return KEOPS_OK;
}

static keops_status checkOptions(const char *kernel,
                                 const keops_options *options) {
  keops_status status = checkDevice(kernel, options);
  if (status)
    return status;
  if (options->threads < 0)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "%s: options->threads is %d; expected 0 (default) or more",
                kernel, (int)options->threads);
  if (!options->allocate != !options->release)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "%s: options->%s is set without options->%s; expected both",
                kernel, options->allocate ? "allocate" : "release",
                options->allocate ? "release" : "allocate");
  if (!options->workspace && options->workspace_bytes)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "%s: options->workspace is NULL; expected %zu bytes "
                "(options->workspace_bytes)",
                kernel, options->workspace_bytes);
  if (options->batch_dims < 0)
    return fail(KEOPS_ERROR_INVALID_OPTIONS,
                "%s: options->batch_dims is %" PRId64 "; expected 0", kernel,
                options->batch_dims);
  if (options->batch_dims || options->batch_extents || options->batch_strides)
    return fail(KEOPS_ERROR_NOT_SUPPORTED,
                "%s: batch dimensions (options->batch_dims, batch_extents, "
                "batch_strides) are not supported yet",
                kernel);
  if (options->ranges_j || options->ranges_i)
    return fail(KEOPS_ERROR_NOT_SUPPORTED,
                "%s: block-sparse ranges (options->%s) are not supported yet",
                kernel, options->ranges_j ? "ranges_j" : "ranges_i");
  return KEOPS_OK;
}

/** Rows of an array or of a pass. */
static int64_t extentOf(int32_t axis, int64_t ni, int64_t nj) {
  return axis == KEOPS_RT_I ? ni : axis == KEOPS_RT_J ? nj : 1;
}

static const struct {
  const char *name;
  int64_t bytes;
} elementTypes[] = {{"f16", 2}, {"bf16", 2}, {"f32", 4},
                    {"f64", 8}, {"i32", 4},  {"i64", 8}};

static int64_t rowBytesOf(const keops_rt_argument *argument) {
  return argument->dim * elementTypes[argument->type].bytes;
}

static keops_status checkExtents(const keops_rt_kernel *kernel, int64_t ni,
                                 int64_t nj) {
  if (ni < 0 || nj < 0)
    return fail(KEOPS_ERROR_NEGATIVE_EXTENT,
                "%s: %s is %" PRId64 "; expected 0 or more", kernel->name,
                ni < 0 ? "ni" : "nj", ni < 0 ? ni : nj);
  int64_t ignored;
  for (int p = 0; p < kernel->num_passes; ++p)
    if (kernel->passes[p].is_full && __builtin_mul_overflow(ni, nj, &ignored))
      return fail(KEOPS_ERROR_EXTENT_TOO_LARGE,
                  "%s: ni * nj, %" PRId64 " * %" PRId64
                  ", exceeds a 64-bit index",
                  kernel->name, ni, nj);
  return KEOPS_OK;
}

/** No processor addresses more than 56 bits for one program. */
static const int64_t largestArrayBytes = INT64_C(1) << 56;

/** Bytes of an array, or -1 when there is no room for so many. */
static int64_t bytesOf(const keops_rt_argument *argument, const void *start,
                       int64_t ni, int64_t nj) {
  int64_t bytes, rows = extentOf(argument->axis, ni, nj);
  if (__builtin_mul_overflow(rows, rowBytesOf(argument), &bytes) ||
      bytes > largestArrayBytes || bytes > PTRDIFF_MAX ||
      (start && (uint64_t)bytes > UINTPTR_MAX - (uintptr_t)start))
    return -1;
  return bytes;
}

static keops_status checkArray(const keops_rt_kernel *kernel, int index,
                               int64_t ni, int64_t nj, const void *start) {
  const keops_rt_argument *argument = &kernel->args[index];
  int64_t rows = extentOf(argument->axis, ni, nj);
  const char *type = elementTypes[argument->type].name;
  int64_t bytes = bytesOf(argument, start, ni, nj);
  if (bytes < 0)
    return fail(KEOPS_ERROR_EXTENT_TOO_LARGE,
                "%s: %s array '%s' of %" PRId64 " x %" PRId64 " %s%s exceeds "
                "the address space",
                kernel->name, argument->is_output ? "result" : "argument",
                argument->name, rows, argument->dim, type,
                start ? " where it begins" : "");
  if (!start && bytes > 0)
    return fail(KEOPS_ERROR_NULL_POINTER,
                "%s: %s '%s' is NULL; expected an array of %" PRId64
                " x %" PRId64 " %s (ni = %" PRId64 ", nj = %" PRId64 ")",
                kernel->name, argument->is_output ? "result" : "argument",
                argument->name, rows, argument->dim, type, ni, nj);
  if (bytes > 0 &&
      (uintptr_t)start % (uintptr_t)elementTypes[argument->type].bytes)
    return fail(KEOPS_ERROR_MISALIGNED,
                "%s: %s '%s' at address %p is not aligned to its elements; "
                "expected a multiple of %" PRId64 " bytes for %s",
                kernel->name, argument->is_output ? "result" : "argument",
                argument->name, start, elementTypes[argument->type].bytes,
                type);
  return KEOPS_OK;
}

/** A result must share no byte with an argument or another result. */
static keops_status checkOverlap(const keops_rt_kernel *kernel, int result,
                                 int64_t ni, int64_t nj, void *const *args) {
  int64_t bytes = bytesOf(&kernel->args[result], args[result], ni, nj);
  uintptr_t begin = (uintptr_t)args[result];
  for (int a = 0; a < kernel->num_args && bytes > 0; ++a) {
    if (a == result || (kernel->args[a].is_output && a > result))
      continue; /* a pair of results is seen from the later one */
    int64_t otherBytes = bytesOf(&kernel->args[a], args[a], ni, nj);
    uintptr_t other = (uintptr_t)args[a];
    if (otherBytes > 0 && begin < other + (uintptr_t)otherBytes &&
        other < begin + (uintptr_t)bytes)
      return fail(KEOPS_ERROR_OVERLAP,
                  "%s: result '%s' [%p, %" PRId64 " bytes] overlaps %s '%s' "
                  "[%p, %" PRId64 " bytes]; expected separate memory",
                  kernel->name, kernel->args[result].name, args[result], bytes,
                  kernel->args[a].is_output ? "result" : "argument",
                  kernel->args[a].name, args[a], otherBytes);
  }
  return KEOPS_OK;
}

static keops_status checkArguments(const keops_rt_kernel *kernel, int64_t ni,
                                   int64_t nj, void *const *args) {
  keops_status status = KEOPS_OK;
  for (int a = 0; a < kernel->num_args && !status; ++a)
    status = checkArray(kernel, a, ni, nj, args[a]);
  for (int a = 0; a < kernel->num_args && !status; ++a)
    if (kernel->args[a].is_output)
      status = checkOverlap(kernel, a, ni, nj, args);
  return status;
}

#endif
