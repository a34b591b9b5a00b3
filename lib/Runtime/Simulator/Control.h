/*===- Control.h - what tests ask of the simulated driver -----------------===*
 *
 * Beside the driver's own functions the simulator exports these. A program that
 * was not linked with it sets the environment variables of README.md instead.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_SIMULATOR_CONTROL_H
#define KEOPS_SIMULATOR_CONTROL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KEOPS_SIMULATOR_API __attribute__((visibility("default")))

/** What lives now, and how often things happened. */
typedef struct keops_simulator_counts {
  int64_t allocations; /**< of device and managed memory */
  int64_t bytes;       /**< in them */
  int64_t pinned;      /**< allocations of pinned host memory */
  int64_t modules;
  int64_t contexts; /**< primary or made by cuCtxCreate */
  int64_t streams;
  int64_t events;
  int64_t pushed;       /**< contexts on this thread's stack */
  int64_t launches;     /**< so far */
  int64_t waits;        /**< calls so far that wait for the device */
  const void *lastLoad; /**< the image loaded last */
} keops_simulator_counts;

KEOPS_SIMULATOR_API void keops_simulator_count(keops_simulator_counts *counts);

/** Sets "devices", "pools", "check" or "capability" (90 for 9.0). */
KEOPS_SIMULATOR_API void keops_simulator_set(const char *name, int value);

/** From now on, the calls that KEOPS_SIMULATOR_FAIL's value would name fail;
 *  NULL: none. Returns how many failed since it was last called. */
KEOPS_SIMULATOR_API int keops_simulator_fail(const char *which);

#ifdef __cplusplus
}
#endif

#endif
