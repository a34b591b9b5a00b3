/*===- abi.h - what a compiled kernel tells the runtime -------------------===*
 *
 * Every entry point that keopsc writes is three lines: it gathers its argument
 * pointers and calls keops_rt_call_v1 with a constant keops_rt_kernel that says
 * everything the runtime must know: shapes to check, passes to run, one set of
 * functions per CPU variant. Users never include this file.
 *
 * The structures only grow at their end and carry their version; an entry point
 * whose contract changes gets a new name (keops_rt_call_v2) and the old one
 * stays. So libraries made by different versions of keopsc link into one
 * program: each asks for the entry point it knows, and any copy of the runtime
 * that has it will do.
 *
 * Vocabulary: a pass reduces over one axis. Its *rows* are the axis that is
 * kept, its *columns* the axis that is reduced; a full reduction (`_ij`) has
 * rows i and columns j and is folded over its rows at the end.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_ABI_H
#define KEOPS_ABI_H

#include "keops/keops.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KEOPS_RT_ABI_VERSION 2

enum keops_rt_axis { KEOPS_RT_PARAM = 0, KEOPS_RT_I = 1, KEOPS_RT_J = 2 };

enum keops_rt_type {
  KEOPS_RT_F16 = 0,
  KEOPS_RT_BF16 = 1,
  KEOPS_RT_F32 = 2,
  KEOPS_RT_F64 = 3,
  KEOPS_RT_I32 = 4,
  KEOPS_RT_I64 = 5
};

/** One array of a kernel, in the order of the C function's arguments. */
typedef struct keops_rt_argument {
  const char *name;
  int32_t axis;      /**< keops_rt_axis: which extent it has rows for */
  int32_t is_output; /**< 1 for results */
  int32_t type;      /**< keops_rt_type of its elements */
  int32_t reserved;
  int64_t dim; /**< elements per row */
} keops_rt_argument;

/** What compiled code sees of a call. */
typedef struct keops_rt_frame {
  /** Inputs, then outputs, in the order of the C function. */
  void *const *args;
  /** Finished reductions that one pass leaves to later ones. */
  void *const *stored;
  int64_t ni, nj;
} keops_rt_frame;

/**
 * The functions of one pass for one CPU variant. `state` and `scratch` are
 * 64-byte aligned. A state holds `rows` rows (at most block_rows) of partial
 * reductions; its layout is known to the compiled code alone.
 *
 * The ranges may have any length, 0 columns included (the state is then the
 * identity); r0 is a multiple of block_rows. Arrays hold ni or nj rows and
 * nothing beyond: reads are masked. Functions run on any thread, several at
 * once with different states, in the default floating-point mode.
 */
typedef struct keops_rt_pass_code {
  /** Sets state to rows [r0, r1) reduced over columns [c0, c1). SIMD over
   *  rows. */
  void (*accumulate)(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                     int64_t c0, int64_t c1, void *state, void *scratch);
  /** The same result layout, SIMD over columns: for few rows. May be NULL. */
  void (*accumulate_few)(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                         int64_t c0, int64_t c1, void *state, void *scratch);
  /** state = state merged with other, which covers later columns (or, for full
   *  reductions that were folded, with rows = 1, later rows). NULL: columns are
   *  not split. */
  void (*merge)(int64_t rows, void *state, const void *other);
  /** Full reductions: merges rows 1.. of state into row 0, in order. */
  void (*fold)(int64_t rows, void *state);
  /** Writes the results (or stored values) of rows [r0, r1). A full reduction
   *  is finished once, with r0 = 0 and r1 = 1. A map has no state to read. */
  void (*finish)(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                 const void *state, void *scratch);
  int64_t scratch_bytes; /**< scratch one worker needs */
} keops_rt_pass_code;

/** One pass over the pairs, or (without column axis) a map over the rows. */
typedef struct keops_rt_pass {
  /** Axis of the rows; KEOPS_RT_PARAM: one row, as for sum_j of a formula that
   *  depends on j alone. */
  int32_t row_axis;
  /** Axis reduced over; KEOPS_RT_PARAM: none, the pass is a map over its rows
   *  and only finish runs. */
  int32_t column_axis;
  int32_t is_full; /**< 1: `_ij`; rows i, columns j, both are reduced */
  int32_t reserved;
  int64_t block_rows;  /**< most rows of one state */
  int64_t few_rows;    /**< row blocks up to this long use accumulate_few */
  int64_t min_columns; /**< columns are split in pieces of at least this many */
  int64_t state_bytes; /**< bytes of a state of block_rows rows */
  /** Operations per pair (per row, for a map): how the runtime tells a small
   *  problem. One multiplication counts 1, an exponential about 8. */
  int64_t pair_cost;
} keops_rt_pass;

/** A finished reduction kept between passes: rows along axis, bytes per row. */
typedef struct keops_rt_stored {
  int32_t axis; /**< keops_rt_axis; KEOPS_RT_PARAM: one row */
  int32_t reserved;
  int64_t row_bytes;
} keops_rt_stored;

/** One CPU variant. */
typedef struct keops_rt_variant {
  /** "x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4" and "generic" are known to
   *  the runtime; "native:NAME" or any other LLVM CPU name needs features. */
  const char *cpu;
  /** Comma-separated LLVM features that the code uses ("avx2,fma"; "+avx2" is
   *  the same, "-avx" asks for nothing); all must be present. NULL: those of
   *  the level named above. */
  const char *features;
  const keops_rt_pass_code *passes; /**< num_passes entries */
} keops_rt_variant;

/** What the bytes of an image are. */
enum keops_rt_image_kind {
  KEOPS_RT_PTX = 1,      /**< text, ends with a NUL; the driver compiles it */
  KEOPS_RT_CUBIN = 2,    /**< machine code for one architecture */
  KEOPS_RT_SIMULATED = 3 /**< keops_rt_simulated_kernel[]: runs on the CPU */
};

/** The GPU kernels of a `.kop` file, compiled for one architecture. */
typedef struct keops_rt_image {
  int32_t kind; /**< keops_rt_image_kind */
  int32_t arch; /**< 90 for sm_90 and compute_90; 0 for a simulated one */
  /** 'a': runs on this very architecture alone; 'f': on this major version from
   *  this minor one on; 0: a cubin runs on later minor versions, PTX on every
   *  later architecture. */
  int32_t suffix;
  int32_t reserved;
  const void *data;
  int64_t bytes;
} keops_rt_image;

/** All images of a file; every kernel of the file points to the same one. */
typedef struct keops_rt_module {
  int32_t num_images;
  int32_t reserved;
  const keops_rt_image *images;
} keops_rt_module;

/**
 * The GPU kernels of one pass, by name in the module; NULL where there is none.
 * They are launched one after the other on one stream, each with blocks of
 * `threads` threads. Rows have *slots*: row r has slot r, and there are
 * ceil(rows / rows_per_block) * rows_per_block of them.
 *
 *   stage       grid (slots / threads, 1): fills `staged`; before accumulate
 *   accumulate  grid (slots / rows_per_block, splits): the columns are cut into
 *               `splits` runs of tiles of tile_columns. With splits = 1, unless
 *               is_full, the results are written; otherwise each split leaves a
 *               state per slot (a full reduction: per block, in the slot of its
 *               first row)
 *   finish      grid (slots / threads, 1), for is_full (1, 1): merges the
 *               splits in order and writes results. Needed when splits > 1, for
 *               maps and for full reductions
 *
 * All take the same parameters, 8 bytes each, in this order: every array of the
 * kernel (inputs, then outputs), every stored array, ni, nj, states, staged,
 * slots, splits. A launch has at most 512 of them. Shared memory is declared by
 * the kernels, at most 48 KiB. Columns are not split where finish is NULL.
 * Without rows nothing is launched, but a full reduction's
 * finish, with one block's slots and splits = 0: it writes the value over the
 * empty set, using the first slot. Pointers to
 * arrays without elements are never followed.
 */
typedef struct keops_rt_gpu_pass {
  const char *stage;
  const char *accumulate;
  const char *finish;
  int32_t threads;
  int32_t rows_per_block;
  int32_t tile_columns;
  /** 1: accumulate uses `states` (slots * splits of them) in any case. */
  int32_t keeps_states;
  int64_t state_bytes;  /**< per slot and split, in `states` */
  int64_t staged_bytes; /**< per slot, in `staged` */
} keops_rt_gpu_pass;

/** GPU code of a kernel. */
typedef struct keops_rt_gpu {
  const keops_rt_module *module;
  const keops_rt_gpu_pass *passes; /**< num_passes entries */
} keops_rt_gpu;

/** What a simulated GPU thread knows; the driver that runs it fills it in. */
typedef struct keops_rt_simulated_thread {
  int32_t thread, block_x, block_y;
  int32_t reserved;
  void *shared; /**< the block's shared memory, 16-byte aligned */
  /** Waits until every thread of the block has called it; returns 1 if `value`
   *  was not 0 in any of them. */
  int32_t (*barrier)(struct keops_rt_simulated_thread *self, int32_t value);
  /** NULL, or told of every access to memory before it happens: for bounds and
   *  race checking. `kind`: 0 read, 1 write. */
  void (*access)(struct keops_rt_simulated_thread *self, const void *address,
                 int64_t bytes, int32_t kind);
} keops_rt_simulated_thread;

/** A GPU kernel lowered for the CPU; a table ends with a NULL name. `params[k]`
 *  is the address of parameter k, as for cuLaunchKernel. */
typedef struct keops_rt_simulated_kernel {
  const char *name;
  void (*run)(keops_rt_simulated_thread *self, void *const *params);
  int64_t shared_bytes;
  int64_t threads; /**< per block */
} keops_rt_simulated_kernel;

/** Everything about a kernel. Variants are ordered from best to general. */
typedef struct keops_rt_kernel {
  int32_t abi_version;
  int32_t num_args;
  int32_t num_passes;
  int32_t num_stored;
  int32_t num_variants;
  int32_t reserved;
  const char *name;
  const keops_rt_argument *args;
  const keops_rt_pass *passes;
  const keops_rt_stored *stored;
  const keops_rt_variant *variants;
  /** From version 2 on; NULL: no GPU code. */
  const keops_rt_gpu *gpu;
} keops_rt_kernel;

/** Checks the arguments, chooses the variant, runs the passes. `args` has
 *  num_args pointers: inputs, then outputs. */
keops_status keops_rt_call_v1(const keops_rt_kernel *kernel,
                              const keops_options *options, int64_t ni,
                              int64_t nj, void *const *args);

/** Bytes that the same call would ask of the caller's allocator: 0 when it fits
 *  on the stack. 0 with a message in keops_last_error when it would fail. */
size_t keops_rt_workspace_bytes_v1(const keops_rt_kernel *kernel,
                                   const keops_options *options, int64_t ni,
                                   int64_t nj);

#ifdef __cplusplus
}
#endif

#endif /* KEOPS_ABI_H */
