/*===- Faults.c - settings, and calls that fail on purpose ----------------===*/
#include "Simulator.h"

#include <stdlib.h>
#include <string.h>

Simulator simulator = {
    .lock = PTHREAD_MUTEX_INITIALIZER, .devices = 1, .pools = 1, .nextId = 1};

enum { mostFaults = 8 };

/** The call numbered `call` of a function fails with `code`. */
typedef struct Fault {
  char name[64];
  long call, code, calls;
} Fault;

static struct {
  Fault list[mostFaults];
  int count, hits;
} faults;

/** "cuMemAlloc_v2:3:700,cuInit:1" */
void readFaults(const char *which) {
  faults.count = 0;
  while (which && *which && faults.count < mostFaults) {
    Fault *fault = &faults.list[faults.count];
    size_t length = strcspn(which, ":,");
    if (length >= sizeof(fault->name))
      return;
    *fault = (Fault){.call = 1, .code = outOfMemory};
    memcpy(fault->name, which, length);
    which += length;
    char *end = (char *)which;
    if (*end == ':')
      fault->call = strtol(end + 1, &end, 10);
    if (*end == ':')
      fault->code = strtol(end + 1, &end, 10);
    ++faults.count;
    which = *end ? end + 1 : end;
  }
}

static int numberOf(const char *variable, int unset) {
  const char *value = getenv(variable);
  return value && *value ? atoi(value) : unset;
}

static void readEnvironment(void) {
  if (simulator.isRead)
    return;
  simulator.isRead = true;
  int devices = numberOf("KEOPS_SIMULATOR_DEVICES", simulator.devices);
  simulator.devices = devices < largestDevices ? devices : largestDevices;
  simulator.pools = numberOf("KEOPS_SIMULATOR_POOLS", simulator.pools);
  simulator.checks = numberOf("KEOPS_SIMULATOR_CHECK", simulator.checks);
  readFaults(getenv("KEOPS_SIMULATOR_FAIL"));
}

int failsNow(const char *name) {
  int code = success;
  pthread_mutex_lock(&simulator.lock);
  readEnvironment();
  for (int f = 0; f < faults.count; ++f) {
    Fault *fault = &faults.list[f];
    if (!strcmp(fault->name, name) && ++fault->calls == fault->call) {
      code = (int)fault->code;
      ++faults.hits;
    }
  }
  if (!code && !simulator.isStarted && strcmp(name, "cuInit"))
    code = notInitialized;
  pthread_mutex_unlock(&simulator.lock);
  return code;
}

int keops_simulator_fail(const char *which) {
  pthread_mutex_lock(&simulator.lock);
  readEnvironment();
  int hits = faults.hits;
  faults.hits = 0;
  readFaults(which);
  pthread_mutex_unlock(&simulator.lock);
  return hits;
}

void keops_simulator_set(const char *name, int value) {
  pthread_mutex_lock(&simulator.lock);
  readEnvironment();
  if (!strcmp(name, "devices"))
    simulator.devices = value < largestDevices ? value : largestDevices;
  else if (!strcmp(name, "pools"))
    simulator.pools = value;
  else if (!strcmp(name, "check"))
    simulator.checks = value;
  else if (!strcmp(name, "capability"))
    simulator.capability = value;
  pthread_mutex_unlock(&simulator.lock);
}

void keops_simulator_count(keops_simulator_counts *counts) {
  pthread_mutex_lock(&simulator.lock);
  *counts = (keops_simulator_counts){.pushed = contextDepth(),
                                     .launches = simulator.launches,
                                     .waits = simulator.waits,
                                     .lastLoad = simulator.lastLoad};
  for (int a = 0; a < simulator.numAllocations; ++a) {
    bool isPinned = simulator.allocations[a].kind == pinnedMemory;
    counts->pinned += isPinned;
    counts->allocations += !isPinned;
    counts->bytes += isPinned ? 0 : (int64_t)simulator.allocations[a].bytes;
  }
  for (Module *module = simulator.modules; module; module = module->next)
    ++counts->modules;
  for (Context *context = simulator.contexts; context; context = context->next)
    ++counts->contexts;
  for (Stream *stream = simulator.streams; stream; stream = stream->next)
    ++counts->streams;
  for (Event *event = simulator.events; event; event = event->next)
    ++counts->events;
  pthread_mutex_unlock(&simulator.lock);
}
