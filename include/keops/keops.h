/*===- keops.h - calling compiled kernels ---------------------------------===*
 *
 * What a program sees of Keops beside the kernels themselves. keopsc writes one
 * C function per kernel into the header it makes from a `.kop` file:
 *
 *     keops_status gauss_conv(const keops_options *options,
 *                             int64_t ni, int64_t nj,
 *                             const float *g, const float *x,
 *                             const float *y, const float *b, float *out);
 *
 * A call checks its arguments, runs, and returns a status:
 *
 *     if (gauss_conv(NULL, ni, nj, &g, x, y, b, out) != KEOPS_OK)
 *       fprintf(stderr, "%s\n", keops_last_error());
 *
 * No call prints, exits, aborts or raises a floating-point trap, and every
 * function here may be called from any number of threads at once. Results do
 * not depend, bit for bit, on the number of threads.
 *
 * Arrays are contiguous and row-major. An array without elements may be NULL.
 * f16 and bf16 elements are the bits of the number in a uint16_t.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_KEOPS_H
#define KEOPS_KEOPS_H

#include <stddef.h>
#include <stdint.h>

#define KEOPS_VERSION_MAJOR 0
#define KEOPS_VERSION_MINOR 1
#define KEOPS_VERSION_PATCH 0
#define KEOPS_VERSION_STRING "0.1.0"

/** Before every function that a library or object of Keops exports. */
#if defined(_WIN32)
#define KEOPS_API
#elif defined(__GNUC__) || defined(__clang__)
#define KEOPS_API __attribute__((visibility("default")))
#else
#define KEOPS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** What a call says. The numbers are fixed; new ones are added at the end. */
typedef enum keops_status {
  KEOPS_OK = 0,
  /** An array with elements is NULL. */
  KEOPS_ERROR_NULL_POINTER = 1,
  /** ni or nj is negative. */
  KEOPS_ERROR_NEGATIVE_EXTENT = 2,
  /** An array would exceed the address space, or ni * nj a 64-bit index. */
  KEOPS_ERROR_EXTENT_TOO_LARGE = 3,
  /** An array is not aligned to its elements. */
  KEOPS_ERROR_MISALIGNED = 4,
  /** A result overlaps another array. */
  KEOPS_ERROR_OVERLAP = 5,
  /** A field of keops_options makes no sense. */
  KEOPS_ERROR_INVALID_OPTIONS = 6,
  /** options->device is no keops_device. */
  KEOPS_ERROR_UNKNOWN_DEVICE = 7,
  /** No driver, no such device, or no code for it in the library. */
  KEOPS_ERROR_NO_DEVICE = 8,
  /** The library has no code that this machine runs. */
  KEOPS_ERROR_NO_VARIANT = 9,
  /** malloc or the caller's allocator failed. */
  KEOPS_ERROR_OUT_OF_MEMORY = 10,
  /** options->workspace is smaller than NAME_workspace_bytes says. */
  KEOPS_ERROR_WORKSPACE_TOO_SMALL = 11,
  /** A field reserved for a later version is set. */
  KEOPS_ERROR_NOT_SUPPORTED = 12,
  /** The kernel needs a newer runtime. */
  KEOPS_ERROR_VERSION = 13,
  /** The function given to keops_set_parallel_for did not run every task. */
  KEOPS_ERROR_PARALLEL_FOR = 14,
  /** The progress callback asked to stop. */
  KEOPS_ERROR_CANCELLED = 15,
  /** The device's driver reported an error. */
  KEOPS_ERROR_DEVICE = 16,
  /** An array is not where the options say it is. */
  KEOPS_ERROR_POINTER_LOCATION = 17
} keops_status;

/**
 * Where a call runs.
 *
 * KEOPS_CUDA needs a library compiled with --cuda and NVIDIA's driver, which is
 * opened at the first such call; KEOPS_ERROR_NO_DEVICE says what is missing. A
 * call works in the context of options->stream; without a stream in the current
 * context of the thread, if it is one of device options->ordinal, else in that
 * device's primary context (the one of cudaMalloc, PyTorch, ...).
 *
 * Where all results are in device memory, the call queues its work on the
 * stream and returns, as CUDA's own functions do; arguments on the host may be
 * changed from then on, those on the device must stay as they are until the
 * work is done, and an error on the device shows in a later call. Where a
 * result is in host memory, or options->location is KEOPS_LOCATION_HOST, the
 * call returns when its results are there. A stream may be captured into a
 * graph: then all arrays, and options->workspace if it is set, must be in
 * device memory and outlive the graph.
 */
typedef enum keops_device { KEOPS_CPU = 0, KEOPS_CUDA = 1 } keops_device;

/** Where the arrays of a call live. */
typedef enum keops_location {
  /** Host for KEOPS_CPU. KEOPS_CUDA asks the driver about each array: they may
   *  be mixed, as scalars on the host with arrays on the device. */
  KEOPS_LOCATION_AUTO = 0,
  /** All in host memory, pinned or not, or in managed memory. */
  KEOPS_LOCATION_HOST = 1,
  /** All in the device's memory, or in managed memory. */
  KEOPS_LOCATION_DEVICE = 2
} keops_location;

/**
 * Returns `bytes` bytes, in the memory of the device that the call runs on, or
 * NULL. It is called on the thread that called the kernel. No alignment is
 * asked for: what a kernel needs is part of `bytes`. On a CUDA device it is
 * called for the workspace and for the device copy of each array in host
 * memory.
 */
typedef void *(*keops_allocate_fn)(void *context, size_t bytes);

/**
 * Takes back what the allocator returned, with the same number of bytes. On a
 * CUDA device the work that uses it is queued on options->stream, but perhaps
 * not done: give the memory only to later work on the same stream, or wait (as
 * cuMemFree does).
 */
typedef void (*keops_release_fn)(void *context, void *pointer, size_t bytes);

/**
 * Is told how far a call is, as a fraction between 0 and 1 that never
 * decreases, a few times a second and once at the end; one call at a time. It
 * returns 0 to go on; anything else ends the call with KEOPS_ERROR_CANCELLED,
 * and leaves the results undefined. On a CUDA device only calls that wait for
 * their results report, after each pass, and wait for each pass to do so.
 */
typedef int (*keops_progress_fn)(void *context, double fraction);

/**
 * Block-sparse pairs: rows [rows[2b], rows[2b+1]) are reduced over the columns
 * [columns[2s], columns[2s+1]) for every s in [slices[b], slices[b+1]).
 * Reserved: not supported yet.
 */
typedef struct keops_ranges {
  int64_t num_blocks;
  const int64_t *rows;    /**< num_blocks pairs */
  const int64_t *slices;  /**< num_blocks + 1 numbers */
  const int64_t *columns; /**< slices[num_blocks] pairs */
} keops_ranges;

/**
 * How a call runs. NULL in its place, and zero in any field but `size`, mean
 * the default. Start from KEOPS_OPTIONS_INIT:
 *
 *     keops_options options = KEOPS_OPTIONS_INIT;
 *     options.threads = 4;
 *
 * `size` tells the runtime which version of the structure the caller was
 * compiled with: later versions add fields at the end.
 */
typedef struct keops_options {
  size_t size;      /**< sizeof(keops_options) */
  int32_t device;   /**< keops_device */
  int32_t ordinal;  /**< which device of that kind, from 0 */
  void *stream;     /**< CUDA: the CUstream (cudaStream_t) to work on, whose
                         device is used: ordinal is 0 or the same; NULL: the
                         default one */
  int32_t location; /**< keops_location */
  int32_t threads;  /**< CPU: most threads; 0: as many as OMP_NUM_THREADS (or
                         keops_set_parallel_for) says; 1: the caller's alone */

  /** Memory for the call, of at least NAME_workspace_bytes(...) bytes and any
   *  alignment; used first. Two calls at the same time need two; on a CUDA
   *  device it is device memory, without the copies of arrays on the host, and
   *  calls that follow each other on one stream may share it. */
  void *workspace;
  size_t workspace_bytes;

  /** Without a workspace: where its memory comes from. Both or none; without
   *  them malloc, and on a CUDA device its memory pool, in the stream's order
   *  (cuMemAllocAsync), or cuMemAlloc where it has none. */
  keops_allocate_fn allocate;
  keops_release_fn release;
  void *allocator_context;

  keops_progress_fn progress;
  void *progress_context;

  /** Leading batch dimensions: how many, their extents, and for each array of
   *  the call (in its order) and each dimension the step in elements, 0 to use
   *  the same rows again. NULL strides: contiguous. Reserved: not supported
   *  yet. */
  int64_t batch_dims;
  const int64_t *batch_extents;
  const int64_t *batch_strides;

  /** Which pairs exist, for reductions over j and over i. NULL: all. Reserved:
   *  not supported yet. */
  const keops_ranges *ranges_j;
  const keops_ranges *ranges_i;
} keops_options;

/** Every field at its default. */
/* clang-format off */
#define KEOPS_OPTIONS_INIT                                                     \
  { sizeof(keops_options), 0, 0, NULL, 0, 0, /* device to threads */           \
    NULL, 0, NULL, NULL, NULL,               /* workspace, allocator */        \
    NULL, NULL,                              /* progress */                    \
    0, NULL, NULL, NULL, NULL }              /* batch, ranges */
/* clang-format on */

/** The name of a status, as "KEOPS_ERROR_OVERLAP"; never NULL. */
KEOPS_API const char *keops_status_string(keops_status status);

/**
 * What the last failed call on this thread had to say: which argument, what was
 * expected and what was given. Empty before the first failure; valid until the
 * next failure on this thread.
 */
KEOPS_API const char *keops_last_error(void);

/** The version of the runtime that is linked, as "0.1.0". */
KEOPS_API const char *keops_version(void);

/** Work for one index; from keops_parallel_for_fn to the runtime. */
typedef void (*keops_task_fn)(void *task_data, int64_t index);

/**
 * Calls task(task_data, index) once for each index in [0, num_tasks), on any
 * threads, in any order, at the same time or one after the other, and returns
 * when all have returned. It throws no exceptions. Work is shared out
 * dynamically among the tasks, which are as many as threads should run.
 */
typedef void (*keops_parallel_for_fn)(void *context, int64_t num_tasks,
                                      keops_task_fn task, void *task_data);

/**
 * Replaces OpenMP for all calls that start after it, in the whole program: for
 * TBB, for one's own threads. At most `concurrency` tasks are given out by one
 * call (0: one per processor). NULL goes back to OpenMP. Small problems do not
 * use it at all. What `context` points to must outlive every later call.
 *
 *     static void run(void *pool, int64_t n, keops_task_fn task, void *data) {
 *       for (int64_t k = 0; k < n; ++k)
 *         submit(pool, task, data, k);
 *       wait(pool);
 *     }
 *     keops_set_parallel_for(run, &pool, 8);
 */
KEOPS_API keops_status keops_set_parallel_for(keops_parallel_for_fn function,
                                              void *context,
                                              int32_t concurrency);

/**
 * Gives back what calls on CUDA devices keep for later ones: loaded code,
 * pinned buffers (8 MiB for each call that copied large arrays of the host at
 * the same time) and primary contexts. No call may be in progress, on any
 * thread; its queued work is waited for. Later calls load again. Worth calling
 * before a library with kernels is unloaded (dlclose) or a context is
 * destroyed; a program that ends need not.
 */
KEOPS_API keops_status keops_release(void);

#ifdef __cplusplus
}
#endif

#endif /* KEOPS_KEOPS_H */
