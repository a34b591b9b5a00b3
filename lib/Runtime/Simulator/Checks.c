/*===- Checks.c - bounds and races ----------------------------------------===*
 *
 * A GPU's threads run at once, so two of them may touch the same byte, one of
 * them writing, only with a barrier in between; and threads of different
 * blocks never may, since nothing orders blocks. Every byte that a launch
 * touches has a mark that says who wrote and who read it last, and when, in
 * numbers of barriers.
 *
 *===----------------------------------------------------------------------===*/
#include "Launch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Who touched a byte last. `phase` 0: nobody. */
typedef struct Touch {
  int64_t block;
  uint32_t phase;
  int32_t thread;
} Touch;

enum { several = -1 }; /* threads of the block, or blocks */

typedef struct Mark {
  Touch write, read;
} Mark;

/** Device memory as it was when the launch began, and the marks of its bytes,
 *  made when it is first touched. */
typedef struct Region {
  const char *start;
  size_t bytes;
  Mark *marks;
} Region;

typedef struct Checks {
  Region shared;
  int count, last; /* regions; the one found last */
  Region regions[];
} Checks;

Checks *beginChecks(const Launch *launch) {
  pthread_mutex_lock(&simulator.lock);
  size_t count = (size_t)simulator.numAllocations;
  Checks *checks = calloc(1, sizeof(*checks) + count * sizeof(Region));
  for (size_t a = 0; checks && a < count; ++a) {
    const Allocation *allocation = &simulator.allocations[a];
    if (allocation->kind != pinnedMemory)
      checks->regions[checks->count++] =
          (Region){allocation->start, allocation->bytes, NULL};
  }
  pthread_mutex_unlock(&simulator.lock);
  if (checks)
    checks->shared.bytes = (size_t)launch->kernel->shared_bytes;
  return checks;
}

void endChecks(Checks *checks) {
  if (!checks)
    return;
  free(checks->shared.marks);
  for (int r = 0; r < checks->count; ++r)
    free(checks->regions[r].marks);
  free(checks);
}

static bool holds(const Region *region, const char *address) {
  return (uintptr_t)address - (uintptr_t)region->start < region->bytes;
}

/** The region that holds an address, else the last one before it, or NULL. */
static Region *findRegion(Checks *checks, const char *address) {
  if (checks->last < checks->count &&
      holds(&checks->regions[checks->last], address))
    return &checks->regions[checks->last];
  int low = 0, high = checks->count;
  while (low < high) {
    int middle = (low + high) / 2;
    if ((uintptr_t)checks->regions[middle].start <= (uintptr_t)address)
      low = middle + 1;
    else
      high = middle;
  }
  checks->last = low ? low - 1 : 0;
  return low ? &checks->regions[low - 1] : NULL;
}

/** One access, as it is reported. */
typedef struct Access {
  Thread *thread;
  const char *address;
  int64_t bytes;
  bool isWrite, isShared;
} Access;

static void describe(const Access *access) {
  const keops_rt_simulated_thread *self = &access->thread->self;
  fprintf(stderr,
          "keops simulator: kernel '%s', block (%d, %d), thread %d: %s of "
          "%" PRId64 " bytes at %p, ",
          access->thread->launch->kernel->name, self->block_x, self->block_y,
          self->thread, access->isWrite ? "write" : "read", access->bytes,
          (const void *)access->address);
}

static void failBounds(const Access *access, const Region *region) {
  describe(access);
  if (region)
    fprintf(stderr, "offset %td of %zu bytes of %s memory: out of bounds\n",
            access->address - region->start, region->bytes,
            access->isShared ? "shared" : "device");
  else
    fprintf(stderr, "which is neither device nor shared memory\n");
  abortLaunch(access->thread, illegalAddress);
}

static void failRace(const Access *access, const Region *region, int64_t byte,
                     const Touch *other, const char *what) {
  Launch *launch = access->thread->launch;
  describe(access);
  fprintf(stderr, "offset %td of %s memory: byte %" PRId64 " is %s by ",
          access->address - region->start,
          access->isShared ? "shared" : "device", byte, what);
  if (other->block == several)
    fprintf(stderr, "several blocks of the same launch\n");
  else if (other->block != launch->block)
    fprintf(stderr, "block (%d, %d) of the same launch\n",
            (int)(other->block % launch->gridX),
            (int)(other->block / launch->gridX));
  else if (other->thread == several)
    fprintf(stderr, "several threads of the block, no barrier in between\n");
  else
    fprintf(stderr, "thread %d of the block, no barrier in between\n",
            other->thread);
  abortLaunch(access->thread, launchFailed);
}

/** Did somebody else touch the byte, with nothing to order the two? */
static bool isUnordered(const Touch *other, const Touch *now) {
  if (!other->phase)
    return false;
  if (other->block != now->block)
    return true;
  return other->phase == now->phase && other->thread != now->thread;
}

static void addReader(Touch *readers, const Touch *now) {
  if (readers->phase && readers->block != now->block) {
    readers->block = several;
    return;
  }
  bool isAnother =
      readers->phase == now->phase && readers->thread != now->thread;
  *readers = *now;
  if (isAnother)
    readers->thread = several;
}

static void checkRaces(const Access *access, Region *region) {
  Thread *thread = access->thread;
  Touch now = {thread->launch->block, thread->launch->phase,
               thread->self.thread};
  if (!region->marks) {
    region->marks = calloc(region->bytes, sizeof(Mark));
    if (!region->marks)
      abortLaunch(thread, outOfMemory);
  }
  Mark *marks = region->marks + (access->address - region->start);
  for (int64_t b = 0; b < access->bytes; ++b) {
    Mark *mark = &marks[b];
    if (isUnordered(&mark->write, &now))
      failRace(access, region, b, &mark->write, "written");
    if (access->isWrite && isUnordered(&mark->read, &now))
      failRace(access, region, b, &mark->read, "read");
    if (access->isWrite)
      mark->write = now;
    else
      addReader(&mark->read, &now);
  }
}

void beginBlockChecks(Checks *checks) {
  Region *shared = &checks->shared;
  if (shared->marks)
    memset(shared->marks, 0, shared->bytes * sizeof(Mark));
}

void checkAccess(keops_rt_simulated_thread *self, const void *address,
                 int64_t bytes, int32_t kind) {
  Thread *thread = (Thread *)self;
  Checks *checks = thread->launch->checks;
  Access access = {thread, address, bytes, kind != 0, false};
  if (bytes <= 0)
    return;
  checks->shared.start = thread->launch->shared;
  Region *region = &checks->shared;
  access.isShared = holds(region, address);
  if (!access.isShared)
    region = findRegion(checks, address);
  if (!region || !holds(region, address) ||
      (size_t)bytes >
          region->bytes - (size_t)((const char *)address - region->start))
    failBounds(&access, region);
  checkRaces(&access, region);
}
