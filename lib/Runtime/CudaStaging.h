/*===- CudaStaging.h - copies between the host and the device -------------===*
 *
 * The device reads pinned memory alone, so arrays in pageable memory go through
 * two pinned buffers: while one is on its way, the CPU fills or empties the
 * other. Small arrays, and those that the caller has pinned, are copied by the
 * driver. Buffers are kept for later calls: pinning costs milliseconds. Without
 * buffers (no memory may be pinned) the driver copies everything.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CUDASTAGING_H
#define KEOPS_RUNTIME_CUDASTAGING_H

#include "CudaArrays.h"

enum {
  stagingBytes = 4 << 20,     /* of a buffer: half a millisecond of transfer */
  stagingThreshold = 64 << 10 /* what the driver itself copies at once */
};

/** Gives back what there is of it. The context is current. */
static void destroyStaging(CudaStaging *staging) {
  for (int k = 0; k < 2; ++k) {
    if (staging->events[k])
      cuda.eventDestroy(staging->events[k]);
    if (staging->buffers[k])
      cuda.memFreeHost(staging->buffers[k]);
  }
  free(staging);
}

static CudaStaging *createStaging(const CudaSite *site) {
  CudaStaging *staging = calloc(1, sizeof(*staging));
  if (!staging)
    return NULL;
  staging->key = site->key;
  for (int k = 0; k < 2; ++k) {
    void *buffer = NULL;
    CudaResult result = cuda.memHostAlloc(&buffer, stagingBytes, 0);
    staging->buffers[k] = result ? NULL : buffer;
    if (!result)
      result = cuda.eventCreate(&staging->events[k], cudaEventWithoutTiming);
    if (result) {
      staging->events[k] = NULL;
      destroyStaging(staging);
      return NULL;
    }
  }
  return staging;
}

/** Buffers of this context, or NULL. */
static CudaStaging *takeStaging(const CudaSite *site) {
  CudaStaging *taken = NULL;
  pthread_mutex_lock(&cudaState.table);
  for (CudaStaging **link = &cudaState.staging; *link; link = &(*link)->next)
    if (sameContext(&(*link)->key, &site->key)) {
      taken = *link;
      *link = taken->next;
      break;
    }
  pthread_mutex_unlock(&cudaState.table);
  return taken ? taken : createStaging(site);
}

/** Waits until a buffer is free to be overwritten or read. */
static CudaResult awaitBuffer(CudaStaging *staging, int buffer) {
  if (!staging->isBusy[buffer])
    return 0;
  staging->isBusy[buffer] = false;
  return cuda.eventSynchronize(staging->events[buffer]);
}

/** Keeps the buffers for later calls, when nothing uses them any more. */
static keops_status giveStaging(const char *kernel, CudaStaging *staging) {
  CudaResult first = awaitBuffer(staging, 0), second = awaitBuffer(staging, 1);
  pthread_mutex_lock(&cudaState.table);
  staging->next = cudaState.staging;
  cudaState.staging = staging;
  pthread_mutex_unlock(&cudaState.table);
  return checkCuda(kernel, "cuEventSynchronize", first ? first : second);
}

typedef struct CudaPiece {
  int64_t begin, bytes;
  int buffer;
} CudaPiece;

static int64_t pieceCount(int64_t bytes) {
  return ceilDiv(bytes, stagingBytes);
}

static CudaPiece pieceOf(int64_t bytes, int64_t index) {
  int64_t begin = index * stagingBytes;
  return (CudaPiece){begin, minOf(stagingBytes, bytes - begin),
                     (int)(index & 1)};
}

/** Marks the buffer as used by the work queued so far. */
static CudaResult recordBuffer(CudaStaging *staging, int buffer,
                               CudaStream stream) {
  CudaResult result = cuda.eventRecord(staging->events[buffer], stream);
  if (result) /* nothing to wait for but the stream itself */
    cuda.streamSynchronize(stream);
  staging->isBusy[buffer] = !result;
  return result;
}

static CudaResult uploadPieces(CudaStaging *staging, CudaStream stream,
                               CudaPointer to, const char *from,
                               int64_t bytes) {
  CudaResult result = 0;
  for (int64_t k = 0; k < pieceCount(bytes) && !result; ++k) {
    CudaPiece piece = pieceOf(bytes, k);
    result = awaitBuffer(staging, piece.buffer);
    if (result)
      break;
    char *buffer = staging->buffers[piece.buffer];
    memcpy(buffer, from + piece.begin, (size_t)piece.bytes);
    result = cuda.copyToDevice(to + (CudaPointer)piece.begin, buffer,
                               (size_t)piece.bytes, stream);
    if (!result)
      result = recordBuffer(staging, piece.buffer, stream);
  }
  return result;
}

static CudaResult requestPiece(CudaStaging *staging, CudaStream stream,
                               CudaPointer from, CudaPiece piece) {
  CudaResult result = awaitBuffer(staging, piece.buffer);
  if (!result)
    result = cuda.copyToHost(staging->buffers[piece.buffer],
                             from + (CudaPointer)piece.begin,
                             (size_t)piece.bytes, stream);
  return result ? result : recordBuffer(staging, piece.buffer, stream);
}

static CudaResult downloadPieces(CudaStaging *staging, CudaStream stream,
                                 char *to, CudaPointer from, int64_t bytes) {
  int64_t count = pieceCount(bytes);
  CudaResult result = requestPiece(staging, stream, from, pieceOf(bytes, 0));
  for (int64_t k = 0; k < count && !result; ++k) {
    CudaPiece piece = pieceOf(bytes, k);
    if (k + 1 < count)
      result = requestPiece(staging, stream, from, pieceOf(bytes, k + 1));
    if (!result)
      result = awaitBuffer(staging, piece.buffer);
    if (!result)
      memcpy(to + piece.begin, staging->buffers[piece.buffer],
             (size_t)piece.bytes);
  }
  return result;
}

#endif
