/* Random calls of a kernel: sizes, pointers and options that may make no sense.
 * Every call returns a status; one that fails changes nothing; one that
 * succeeds writes its results and nothing else. The runtime runs under
 * AddressSanitizer and UBSan.
 *
 * RUN: keopsc %S/Inputs/interface.kop -o %t.o --header=%t.h
 * RUN: %cc -std=gnu11 -g -O1 -fsanitize=address,undefined
 * -fno-sanitize-recover=all -DKEOPS_RT_OPENMP -w %inc -include %t.h %s
 * %src/lib/Runtime/Runtime.c %t.o -fopenmp -lm -ldl -o %t.exe RUN: env
 * ASAN_OPTIONS=detect_leaks=0 OMP_NUM_THREADS=2 %t.exe 30000 | FileCheck %s
 * CHECK: accepted {{[1-9][0-9]+}}, refused {{[1-9][0-9]+}}
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA = 8192, MOST = 40 };

static uint64_t state = 0x9E3779B97F4A7C15u;
static unsigned char arena[ARENA], before[ARENA];

static uint64_t draw(uint64_t count) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state % count;
}

static int64_t extent(void) {
  static const int64_t strange[] = {-1, INT64_MIN, INT64_MAX, INT64_MAX / 2,
                                    (int64_t)1 << 62};
  return draw(8) ? (int64_t)draw(MOST) : strange[draw(5)];
}

/* NULL, or a place from which MOST rows of `row` bytes lie in the arena. */
static void *place(size_t row) {
  size_t offset = draw(ARENA - MOST * row);
  if (draw(16) == 0)
    return NULL;
  return arena + (draw(16) ? offset / 8 * 8 : offset);
}

static keops_options someOptions(void) {
  keops_options options = KEOPS_OPTIONS_INIT;
  switch (draw(12)) {
  case 0:
    options.size = draw(200);
    break;
  case 1:
    options.device = (int32_t)draw(4) - 1;
    break;
  case 2:
    options.threads = (int32_t)draw(9) - 2;
    break;
  case 3:
    options.batch_dims = (int64_t)draw(3) - 1;
    break;
  case 4:
    options.location = (int32_t)draw(5) - 1;
    break;
  case 5:
    options.ordinal = (int32_t)draw(5) - 2;
    break;
  case 6:
    options.workspace = before;
    options.workspace_bytes = 0;
    break;
  }
  return options;
}

/* Did [from, from + bytes) take the only changes? */
static int changedOnly(const unsigned char *from, size_t bytes) {
  for (size_t k = 0; k < ARENA; ++k)
    if (arena[k] != before[k] &&
        !(arena + k >= from && arena + k < from + bytes))
      return 0;
  return 1;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1000, accepted = 0, refused = 0;
  for (int round = 0; round < rounds; ++round) {
    keops_options options = someOptions();
    const keops_options *given = draw(2) ? &options : NULL;
    int64_t ni = extent(), nj = extent();
    void *x = place(12), *y = place(12), *b = place(4), *out = place(8);
    keops_status status;
    for (size_t k = 0; k < ARENA; ++k)
      arena[k] = (unsigned char)draw(256);
    memcpy(before, arena, ARENA);
    status = nearest(given, ni, nj, x, y, b, out);
    if (status == KEOPS_OK)
      ++accepted;
    else
      ++refused;
    if (!changedOnly(out, status == KEOPS_OK ? (size_t)ni * 8 : 0) ||
        !keops_status_string(status)[0] ||
        (status != KEOPS_OK && !keops_last_error()[0])) {
      printf("round %d: %s: %s\n", round, keops_status_string(status),
             keops_last_error());
      return 1;
    }
  }
  printf("accepted %d, refused %d\n", accepted, refused);
  return 0;
}
