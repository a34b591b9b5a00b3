/* What to do when a kernel or an allocation fails: say so and stop. */
#ifndef CHECK_H
#define CHECK_H

#include "keops/keops.h"

#include <stdio.h>
#include <stdlib.h>

static inline void check(keops_status status, const char *what) {
  if (status == KEOPS_OK)
    return;
  fprintf(stderr, "%s: %s: %s\n", what, keops_status_string(status),
          keops_last_error());
  exit(1);
}

static inline void *allocate(size_t bytes) {
  void *memory = calloc(bytes, 1);
  if (memory)
    return memory;
  fprintf(stderr, "out of memory\n");
  exit(1);
}

#endif
