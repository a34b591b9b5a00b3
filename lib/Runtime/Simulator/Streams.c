/*===- Streams.c - streams, events and copies of the simulated driver -----===*
 *
 * Kernels run when they are launched. Copies from and to pinned memory, though,
 * are carried out as late as the driver may: when the host waits, or when
 * later work on the stream needs them. Who overwrites a buffer too early, or
 * reads one too soon, gets wrong numbers. Work on a captured stream runs once,
 * while it is captured.
 *
 *===----------------------------------------------------------------------===*/
#include "Simulator.h"

#include <stdlib.h>
#include <string.h>

int findStream(void *handle, Stream **stream) {
  Context *current = currentContext();
  if (!isContext(current))
    return invalidContext;
  if ((uintptr_t)handle <= 2) {
    *stream = &current->defaultStream;
    return simulator.capturing ? captureImplicit : success;
  }
  *stream = simulator.streams;
  while (*stream && *stream != handle)
    *stream = (*stream)->next;
  return *stream && (*stream)->context == current ? success : invalidHandle;
}

void carryOutCopies(Stream *stream) {
  for (int c = 0; c < stream->numCopies; ++c)
    memcpy(stream->copies[c].to, stream->copies[c].from,
           stream->copies[c].bytes);
  stream->numCopies = 0;
}

void carryOutAllCopies(void) {
  for (Context *context = simulator.contexts; context; context = context->next)
    carryOutCopies(&context->defaultStream);
  for (Stream *stream = simulator.streams; stream; stream = stream->next)
    carryOutCopies(stream);
}

static void removeStream(Stream *stream) {
  Stream **link = &simulator.streams;
  while (*link != stream)
    link = &(*link)->next;
  *link = stream->next;
  simulator.capturing -= stream->isCapturing;
  free(stream->copies);
  free(stream);
}

void destroyStreamsOf(Context *context) {
  for (Stream *stream = simulator.streams, *next; stream; stream = next) {
    next = stream->next;
    if (stream->context == context)
      removeStream(stream);
  }
  for (Event **link = &simulator.events; *link;) {
    Event *event = *link;
    if (event->context != context) {
      link = &event->next;
      continue;
    }
    *link = event->next;
    free(event);
  }
}

SIMULATED cuStreamCreate(void **handle, unsigned flags) {
  (void)flags;
  BEGIN_CALL("cuStreamCreate");
  Stream *stream = calloc(1, sizeof(*stream));
  if (!stream)
    return outOfMemory;
  pthread_mutex_lock(&simulator.lock);
  stream->context = currentContext();
  stream->next = simulator.streams;
  simulator.streams = stream;
  pthread_mutex_unlock(&simulator.lock);
  *handle = stream;
  return success;
}

SIMULATED cuStreamDestroy_v2(void *handle) {
  BEGIN_CALL("cuStreamDestroy_v2");
  pthread_mutex_lock(&simulator.lock);
  carryOutCopies(handle);
  removeStream(handle);
  pthread_mutex_unlock(&simulator.lock);
  return success;
}

SIMULATED cuStreamGetCtx(void *handle, void **context) {
  BEGIN_CALL("cuStreamGetCtx");
  *context =
      (uintptr_t)handle <= 2 ? currentContext() : ((Stream *)handle)->context;
  return *context ? success : invalidContext;
}

SIMULATED cuStreamBeginCapture_v2(void *handle, int mode) {
  (void)mode;
  BEGIN_CALL("cuStreamBeginCapture_v2");
  pthread_mutex_lock(&simulator.lock);
  ((Stream *)handle)->isCapturing = true;
  ++simulator.capturing;
  pthread_mutex_unlock(&simulator.lock);
  return success;
}

/** Makes no graph. */
SIMULATED cuStreamEndCapture(void *handle, void **graph) {
  BEGIN_CALL("cuStreamEndCapture");
  pthread_mutex_lock(&simulator.lock);
  ((Stream *)handle)->isCapturing = false;
  --simulator.capturing;
  pthread_mutex_unlock(&simulator.lock);
  *graph = NULL;
  return success;
}

SIMULATED cuStreamIsCapturing(void *handle, int *status) {
  BEGIN_CALL("cuStreamIsCapturing");
  Stream *stream;
  pthread_mutex_lock(&simulator.lock);
  int result = findStream(handle, &stream);
  *status = !result && stream->isCapturing;
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

SIMULATED cuStreamSynchronize(void *handle) {
  BEGIN_CALL("cuStreamSynchronize");
  Stream *stream;
  pthread_mutex_lock(&simulator.lock);
  ++simulator.waits;
  int result = findStream(handle, &stream);
  if (!result && (stream->isCapturing || isForbiddenByCapture()))
    result = captureUnsupported;
  if (!result)
    carryOutCopies(stream);
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

SIMULATED cuEventCreate(void **handle, unsigned flags) {
  (void)flags;
  BEGIN_CALL("cuEventCreate");
  Event *event = calloc(1, sizeof(*event));
  if (!event)
    return outOfMemory;
  pthread_mutex_lock(&simulator.lock);
  event->context = currentContext();
  event->next = simulator.events;
  simulator.events = event;
  pthread_mutex_unlock(&simulator.lock);
  *handle = event;
  return success;
}

SIMULATED cuEventDestroy_v2(void *handle) {
  BEGIN_CALL("cuEventDestroy_v2");
  pthread_mutex_lock(&simulator.lock);
  Event **link = &simulator.events;
  while (*link && *link != handle)
    link = &(*link)->next;
  Event *event = *link;
  if (event)
    *link = event->next;
  free(event);
  pthread_mutex_unlock(&simulator.lock);
  return event ? success : invalidHandle;
}

SIMULATED cuEventRecord(void *handle, void *streamHandle) {
  BEGIN_CALL("cuEventRecord");
  pthread_mutex_lock(&simulator.lock);
  int result = findStream(streamHandle, &((Event *)handle)->stream);
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

SIMULATED cuEventSynchronize(void *handle) {
  BEGIN_CALL("cuEventSynchronize");
  pthread_mutex_lock(&simulator.lock);
  ++simulator.waits;
  int result = isForbiddenByCapture() ? captureUnsupported : success;
  Event *event = handle;
  if (!result && event->stream)
    carryOutCopies(event->stream);
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

/** Puts a copy behind those that wait. The lock is held. */
static int postpone(Stream *stream, Copy copy) {
  if (stream->numCopies == stream->maxCopies) {
    int more = 2 * stream->maxCopies + 4;
    Copy *copies = realloc(stream->copies, (size_t)more * sizeof(Copy));
    if (!copies)
      return outOfMemory;
    stream->copies = copies;
    stream->maxCopies = more;
  }
  stream->copies[stream->numCopies++] = copy;
  return success;
}

/** `device` is the end of the copy that must lie in device memory. */
static int copyInOrder(void *handle, Copy copy, const char *device,
                       const void *host) {
  Stream *stream;
  pthread_mutex_lock(&simulator.lock);
  int result = findStream(handle, &stream);
  const Allocation *allocation = findAllocation(device);
  const Allocation *hostSide = findAllocation(host);
  if (!result &&
      (!holdsAddress(allocation, device) || allocation->kind == pinnedMemory ||
       device + copy.bytes > allocation->start + allocation->bytes))
    result = invalidValue;
  if (!result && stream->isCapturing)
    result = captureUnsupported;
  if (!result)
    result = postpone(stream, copy);
  if (!result &&
      !(holdsAddress(hostSide, host) && hostSide->kind == pinnedMemory))
    carryOutCopies(stream);
  pthread_mutex_unlock(&simulator.lock);
  return result;
}

SIMULATED cuMemcpyHtoDAsync_v2(uintptr_t to, const void *from, size_t bytes,
                               void *stream) {
  BEGIN_CALL("cuMemcpyHtoDAsync_v2");
  return copyInOrder(stream, (Copy){(void *)to, from, bytes}, (const char *)to,
                     from);
}

SIMULATED cuMemcpyDtoHAsync_v2(void *to, uintptr_t from, size_t bytes,
                               void *stream) {
  BEGIN_CALL("cuMemcpyDtoHAsync_v2");
  return copyInOrder(stream, (Copy){to, (const void *)from, bytes},
                     (const char *)from, to);
}
