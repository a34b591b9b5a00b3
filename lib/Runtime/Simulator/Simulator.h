/*===- Simulator.h - what the files of the simulated driver share ---------===*/
#ifndef KEOPS_SIMULATOR_SIMULATOR_H
#define KEOPS_SIMULATOR_SIMULATOR_H

#include "Control.h"
#include "keops/abi.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/** A function of the driver. */
#define SIMULATED KEOPS_SIMULATOR_API int

/** The first statement of each: counts the call, and fails if it was chosen. */
#define BEGIN_CALL(name)                                                       \
  do {                                                                         \
    int chosen = failsNow(name);                                               \
    if (chosen)                                                                \
      return chosen;                                                           \
  } while (0)

enum {
  success = 0,
  invalidValue = 1,
  outOfMemory = 2,
  notInitialized = 3,
  noDevice = 100,
  invalidDevice = 101,
  invalidContext = 201,
  invalidHandle = 400,
  notFound = 500,
  illegalAddress = 700,
  contextDestroyed = 709,
  launchFailed = 719,
  captureUnsupported = 900,
  captureImplicit = 906
};

enum { largestDevices = 16 };

typedef struct Copy {
  void *to;
  const void *from;
  size_t bytes;
} Copy;

typedef struct Stream {
  struct Stream *next;
  struct Context *context;
  bool isCapturing;
  Copy *copies; /* from and to pinned memory, not carried out yet */
  int numCopies, maxCopies;
} Stream;

typedef struct Event {
  struct Event *next;
  struct Context *context;
  Stream *stream; /* NULL: not recorded */
} Event;

typedef struct Function {
  struct Function *next;
  const keops_rt_simulated_kernel *kernel;
} Function;

typedef struct Module {
  struct Module *next;
  struct Context *context;
  const keops_rt_simulated_kernel *table;
  Function *functions;
} Module;

typedef struct Context {
  struct Context *next;
  int device;
  unsigned long long id;
  Stream defaultStream;
} Context;

enum AllocationKind { deviceMemory, managedMemory, pinnedMemory };

typedef struct Allocation {
  char *start;
  size_t bytes;
  Context *context;
  int kind;
} Allocation;

/** Everything, guarded by `lock`; kernels run without it. */
typedef struct Simulator {
  pthread_mutex_t lock;
  bool isRead, isStarted; /* the environment; cuInit */
  int devices, pools, checks, capability;
  Context *contexts;
  Context *primaries[largestDevices];
  int retains[largestDevices];
  unsigned long long nextId;
  Allocation *allocations; /* ordered by address */
  int numAllocations, maxAllocations;
  Module *modules;
  Stream *streams;
  Event *events;
  int capturing; /* streams */
  int64_t launches, waits;
  const void *lastLoad;
} Simulator;

extern Simulator simulator;

/** Faults.c: reads the environment at its first call. 0, or the code with which
 *  this call of the function is to fail. */
int failsNow(const char *name);
void readFaults(const char *which);

/** Contexts.c: the calling thread's current context; NULL: none. */
Context *currentContext(void);
/** Is it a context that was not destroyed? The lock is held. */
bool isContext(const Context *context);
int contextDepth(void);
/** May this thread do what is no work on a stream? The lock is held. */
bool isForbiddenByCapture(void);

/** Streams.c; the lock is held. `handle` NULL: the default stream. */
int findStream(void *handle, Stream **stream);
void carryOutCopies(Stream *stream);
void carryOutAllCopies(void);
void destroyStreamsOf(Context *context);

/** Memory.c; the lock is held. The allocation that holds an address, or the
 *  last one before it (then its end is not beyond the address), or NULL. */
Allocation *findAllocation(const void *address);
bool holdsAddress(const Allocation *allocation, const void *address);
void freeAllocationsOf(Context *context);

/** Modules.c; the lock is held. */
const keops_rt_simulated_kernel *findFunction(const void *handle);
void unloadModulesOf(Context *context);

/** Launch.c: runs all blocks of a grid. */
int runGrid(const keops_rt_simulated_kernel *kernel, void *const *params,
            unsigned gridX, unsigned gridY);

#endif
