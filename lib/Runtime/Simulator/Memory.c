/*===- Memory.c - device memory of the simulated driver -------------------===*
 *
 * Plain host memory that is remembered, so that one can ask where an address
 * is. New memory holds 0xFF: numbers read before they are written are NaN.
 *
 *===----------------------------------------------------------------------===*/
#define _POSIX_C_SOURCE 200809L /* posix_memalign */

#include "Simulator.h"

#include <stdlib.h>
#include <string.h>

Allocation *findAllocation(const void *address) {
  int low = 0, high = simulator.numAllocations; /* the first one beyond */
  while (low < high) {
    int middle = (low + high) / 2;
    if ((uintptr_t)simulator.allocations[middle].start <= (uintptr_t)address)
      low = middle + 1;
    else
      high = middle;
  }
  return low ? &simulator.allocations[low - 1] : NULL;
}

bool holdsAddress(const Allocation *allocation, const void *address) {
  return allocation &&
         (uintptr_t)address - (uintptr_t)allocation->start < allocation->bytes;
}

static bool makeRoom(void) {
  if (simulator.numAllocations < simulator.maxAllocations)
    return true;
  int more = 2 * simulator.maxAllocations + 16;
  Allocation *grown =
      realloc(simulator.allocations, (size_t)more * sizeof(Allocation));
  if (!grown)
    return false;
  simulator.allocations = grown;
  simulator.maxAllocations = more;
  return true;
}

static int allocate(void **start, size_t bytes, int kind) {
  enum { alignment = 256 };
  if (!bytes)
    return invalidValue;
  pthread_mutex_lock(&simulator.lock);
  int result = isContext(currentContext()) ? success : invalidContext;
  if (!result && (!makeRoom() || posix_memalign(start, alignment, bytes)))
    result = outOfMemory;
  if (!result) {
    memset(*start, 0xff, bytes);
    Allocation *before = findAllocation(*start);
    int index = before ? (int)(before - simulator.allocations) + 1 : 0;
    Allocation *place = &simulator.allocations[index];
    memmove(place + 1, place,
            (size_t)(simulator.numAllocations++ - index) * sizeof(*place));
    *place = (Allocation){*start, bytes, currentContext(), kind};
  }
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

/** The lock is held. */
static void freeAllocation(Allocation *allocation) {
  free(allocation->start);
  Allocation *end = simulator.allocations + --simulator.numAllocations;
  memmove(allocation, allocation + 1,
          (size_t)(end - allocation) * sizeof(*allocation));
}

void freeAllocationsOf(Context *context) {
  for (int a = simulator.numAllocations - 1; a >= 0; --a)
    if (simulator.allocations[a].context == context)
      freeAllocation(&simulator.allocations[a]);
}

static int release(void *start) {
  pthread_mutex_lock(&simulator.lock);
  carryOutAllCopies();
  Allocation *allocation = findAllocation(start);
  bool isThere = allocation && allocation->start == start;
  if (isThere)
    freeAllocation(allocation);
  pthread_mutex_unlock(&simulator.lock);
  return isThere ? success : invalidValue;
}

static int captureForbids(void) {
  pthread_mutex_lock(&simulator.lock);
  int result = isForbiddenByCapture() ? captureUnsupported : success;
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

SIMULATED cuMemAlloc_v2(uintptr_t *start, size_t bytes) {
  BEGIN_CALL("cuMemAlloc_v2");
  int result = captureForbids();
  return result ? result : allocate((void **)start, bytes, deviceMemory);
}

SIMULATED cuMemAllocManaged(uintptr_t *start, size_t bytes, unsigned flags) {
  (void)flags;
  BEGIN_CALL("cuMemAllocManaged");
  return allocate((void **)start, bytes, managedMemory);
}

SIMULATED cuMemAllocAsync(uintptr_t *start, size_t bytes, void *stream) {
  BEGIN_CALL("cuMemAllocAsync");
  Stream *ignored;
  pthread_mutex_lock(&simulator.lock);
  int result = findStream(stream, &ignored);
  pthread_mutex_unlock(&simulator.lock);
  return result ? result : allocate((void **)start, bytes, deviceMemory);
}

SIMULATED cuMemHostAlloc(void **start, size_t bytes, unsigned flags) {
  (void)flags;
  BEGIN_CALL("cuMemHostAlloc");
  int result = captureForbids();
  return result ? result : allocate(start, bytes, pinnedMemory);
}

SIMULATED cuMemFree_v2(uintptr_t start) {
  BEGIN_CALL("cuMemFree_v2");
  int result = captureForbids();
  return result ? result : release((void *)start);
}

SIMULATED cuMemFreeAsync(uintptr_t start, void *stream) {
  BEGIN_CALL("cuMemFreeAsync");
  Stream *ignored;
  pthread_mutex_lock(&simulator.lock);
  int result = findStream(stream, &ignored);
  pthread_mutex_unlock(&simulator.lock);
  return result ? result : release((void *)start);
}

SIMULATED cuMemFreeHost(void *start) {
  BEGIN_CALL("cuMemFreeHost");
  return release(start);
}

SIMULATED cuPointerGetAttributes(unsigned count, int *attributes, void **values,
                                 uintptr_t address) {
  BEGIN_CALL("cuPointerGetAttributes");
  enum { type = 2, isManaged = 8, ordinal = 9 };
  pthread_mutex_lock(&simulator.lock);
  const Allocation *found = findAllocation((void *)address);
  bool isKnown = holdsAddress(found, (void *)address);
  for (unsigned a = 0; a < count; ++a) {
    if (attributes[a] == type)
      *(unsigned *)values[a] = !isKnown                      ? 0
                               : found->kind == pinnedMemory ? 1
                                                             : 2;
    else if (attributes[a] == isManaged)
      *(unsigned *)values[a] = isKnown && found->kind == managedMemory;
    else if (attributes[a] == ordinal)
      *(int *)values[a] = isKnown ? found->context->device : -2;
  }
  pthread_mutex_unlock(&simulator.lock);
  return success;
}
