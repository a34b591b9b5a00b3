/*===- Error.h - statuses and what they have to say -----------------------===*/
#ifndef KEOPS_RUNTIME_ERROR_H
#define KEOPS_RUNTIME_ERROR_H

#include "Shared.h"

#include <stdarg.h>
#include <stdio.h>

/** Leaves the text for keops_last_error and returns the status, so that a check
 *  is one statement: `return fail(KEOPS_ERROR_..., "...", ...)`. */
__attribute__((cold, format(printf, 2, 3))) static keops_status
fail(keops_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(keops_rt_error_text_v1(), KEOPS_RT_ERROR_BYTES, format, arguments);
  va_end(arguments);
  return status;
}

KEOPS_RT_PUBLIC const char *keops_last_error(void) {
  return keops_rt_error_text_v1();
}

KEOPS_RT_PUBLIC const char *keops_status_string(keops_status status) {
#define KEOPS_STATUS(name)                                                     \
  case name:                                                                   \
    return #name
  switch (status) {
    KEOPS_STATUS(KEOPS_OK);
    KEOPS_STATUS(KEOPS_ERROR_NULL_POINTER);
    KEOPS_STATUS(KEOPS_ERROR_NEGATIVE_EXTENT);
    KEOPS_STATUS(KEOPS_ERROR_EXTENT_TOO_LARGE);
    KEOPS_STATUS(KEOPS_ERROR_MISALIGNED);
    KEOPS_STATUS(KEOPS_ERROR_OVERLAP);
    KEOPS_STATUS(KEOPS_ERROR_INVALID_OPTIONS);
    KEOPS_STATUS(KEOPS_ERROR_UNKNOWN_DEVICE);
    KEOPS_STATUS(KEOPS_ERROR_NO_DEVICE);
    KEOPS_STATUS(KEOPS_ERROR_NO_VARIANT);
    KEOPS_STATUS(KEOPS_ERROR_OUT_OF_MEMORY);
    KEOPS_STATUS(KEOPS_ERROR_WORKSPACE_TOO_SMALL);
    KEOPS_STATUS(KEOPS_ERROR_NOT_SUPPORTED);
    KEOPS_STATUS(KEOPS_ERROR_VERSION);
    KEOPS_STATUS(KEOPS_ERROR_PARALLEL_FOR);
    KEOPS_STATUS(KEOPS_ERROR_CANCELLED);
    KEOPS_STATUS(KEOPS_ERROR_DEVICE);
    KEOPS_STATUS(KEOPS_ERROR_POINTER_LOCATION);
  }
#undef KEOPS_STATUS
  return "unknown keops_status";
}

#endif
