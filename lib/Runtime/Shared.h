/*===- Shared.h - state that all copies of the runtime agree on -----------===*
 *
 * When two libraries each carry a runtime, the program still has one
 * keops_last_error, one keops_set_parallel_for and one keops_release, and they
 * must speak for both. So what they share is reached through functions that the
 * dynamic linker binds to one definition for everybody. Their layout is frozen:
 * a new one would need new names.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_SHARED_H
#define KEOPS_RUNTIME_SHARED_H

#include "Visibility.h"
#include "keops/abi.h"

#include <stdatomic.h>
#include <stdlib.h>

/** Bytes of the error text of a thread. Frozen. */
#define KEOPS_RT_ERROR_BYTES 1024

/** One setting of keops_set_parallel_for, never changed once published, so
 *  readers need no lock (and a fork in between leaves none held). Frozen. */
typedef struct keops_rt_parallel_for {
  keops_parallel_for_fn function;
  void *context;
  int32_t concurrency;
  struct keops_rt_parallel_for *next; /* the setting first made before it */
} keops_rt_parallel_for;

/** Frozen. */
typedef struct keops_rt_parallel_state {
  _Atomic(keops_rt_parallel_for *) current; /* NULL: OpenMP */
  _Atomic(keops_rt_parallel_for *) all;     /* every setting made so far */
  _Atomic int64_t openmpProcess; /* the process that first used OpenMP, or 0 */
} keops_rt_parallel_state;

/** How keops_release reaches every copy that keeps something. Frozen. */
typedef struct keops_rt_release_hook {
  _Atomic(keops_status (*)(void)) release; /* NULL: that copy is unloaded */
  struct keops_rt_release_hook *next;
} keops_rt_release_hook;

/** Hooks are added and never removed. Frozen. */
typedef struct keops_rt_release_state {
  _Atomic(keops_rt_release_hook *) first;
} keops_rt_release_state;

char *keops_rt_error_text_v1(void);
keops_rt_parallel_state *keops_rt_parallel_state_v1(void);
keops_rt_release_state *keops_rt_release_state_v1(void);

/** The calling thread's error text, KEOPS_RT_ERROR_BYTES long. */
KEOPS_RT_PUBLIC char *keops_rt_error_text_v1(void) {
  static _Thread_local char text[KEOPS_RT_ERROR_BYTES];
  return text;
}

KEOPS_RT_PUBLIC keops_rt_parallel_state *keops_rt_parallel_state_v1(void) {
  static keops_rt_parallel_state state;
  return &state;
}

KEOPS_RT_PUBLIC keops_rt_release_state *keops_rt_release_state_v1(void) {
  static keops_rt_release_state state;
  return &state;
}

/** The setting equal to the arguments, made if there is none yet: a program
 * that switches to and fro for ever uses no more memory for it. NULL: no
 * memory. */
static keops_rt_parallel_for *findParallelFor(keops_rt_parallel_state *state,
                                              keops_parallel_for_fn function,
                                              void *context,
                                              int32_t concurrency) {
  keops_rt_parallel_for *first = atomic_load(&state->all);
  for (keops_rt_parallel_for *s = first; s; s = s->next)
    if (s->function == function && s->context == context &&
        s->concurrency == concurrency)
      return s;
  keops_rt_parallel_for *made = malloc(sizeof(*made));
  if (!made)
    return NULL;
  made->function = function;
  made->context = context;
  made->concurrency = concurrency;
  made->next = first;
  while (!atomic_compare_exchange_weak(&state->all, &made->next, made))
    ;
  return made;
}

#endif
