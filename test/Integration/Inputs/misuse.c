/* Misuse of the C interface: each gives a status and a message that names the
 * argument; nothing is printed, nothing crashes, results stay untouched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NI = 5, NJ = 7 };

static float g = 1.5f, x[NI * 3], y[NJ * 3], b[NJ], out[NI];
static int32_t label[NJ];
static int64_t index_of[NI];
static int failures;

#define EXPECT(STATUS, WORD, CALL)                                             \
  do {                                                                         \
    keops_status got = (CALL);                                                 \
    if (got != (STATUS) ||                                                     \
        (got != KEOPS_OK && !strstr(keops_last_error(), WORD))) {              \
      fprintf(stderr, "line %d: %s: %s\n", __LINE__, keops_status_string(got), \
              keops_last_error());                                             \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

static void *noMemory(void *context, size_t bytes) {
  (void)context;
  (void)bytes;
  return NULL;
}

static void releaseNothing(void *context, void *pointer, size_t bytes) {
  (void)context;
  (void)pointer;
  (void)bytes;
}

static void pointersAndExtents(void) {
  EXPECT(KEOPS_OK, "", gauss(NULL, NI, NJ, &g, x, y, b, out));
  EXPECT(KEOPS_ERROR_NULL_POINTER, "g",
         gauss(NULL, NI, NJ, NULL, x, y, b, out));
  EXPECT(KEOPS_ERROR_NULL_POINTER, "x",
         gauss(NULL, NI, NJ, &g, NULL, y, b, out));
  EXPECT(KEOPS_ERROR_NULL_POINTER, "b",
         gauss(NULL, NI, NJ, &g, x, y, NULL, out));
  EXPECT(KEOPS_ERROR_NULL_POINTER, "out",
         gauss(NULL, NI, NJ, &g, x, y, b, NULL));
  EXPECT(KEOPS_ERROR_NEGATIVE_EXTENT, "ni",
         gauss(NULL, -1, NJ, &g, x, y, b, out));
  EXPECT(KEOPS_ERROR_NEGATIVE_EXTENT, "nj",
         gauss(NULL, NI, INT64_MIN, &g, x, y, b, out));
  EXPECT(KEOPS_ERROR_EXTENT_TOO_LARGE, "",
         gauss(NULL, INT64_MAX, NJ, &g, x, y, b, out));
  EXPECT(KEOPS_ERROR_EXTENT_TOO_LARGE, "",
         gauss(NULL, NI, INT64_MAX / 4, &g, x, y, b, out));
  EXPECT(
      KEOPS_ERROR_MISALIGNED, "x",
      gauss(NULL, NI, NJ, &g, (const float *)((const char *)x + 1), y, b, out));
}

static void overlaps(void) {
  EXPECT(KEOPS_ERROR_OVERLAP, "out", gauss(NULL, NI, NJ, &g, x, y, b, x));
  EXPECT(KEOPS_ERROR_OVERLAP, "out",
         gauss(NULL, NI, NJ, &g, x, y, b, y + 3 * NJ - 1));
  EXPECT(KEOPS_ERROR_OVERLAP, "",
         nearest(NULL, NI, NJ, x, y, label, (float *)index_of, index_of));
  /* Inputs may be one array. */
  EXPECT(KEOPS_OK, "", gauss(NULL, NI, NI, &g, x, x, b, out));
}

static void emptySets(void) {
  float untouched = 77.0f;
  EXPECT(KEOPS_OK, "", gauss(NULL, 0, NJ, &g, NULL, y, b, NULL));
  EXPECT(KEOPS_OK, "", gauss(NULL, 0, NJ, &g, x, y, b, &untouched));
  EXPECT(KEOPS_OK, "", gauss(NULL, NI, 0, &g, x, NULL, NULL, out));
  EXPECT(KEOPS_OK, "", gauss(NULL, 0, 0, &g, NULL, NULL, NULL, NULL));
  failures += untouched != 77.0f;
  for (int i = 0; i < NI; ++i)
    failures += out[i] != 0.0f;
  EXPECT(KEOPS_OK, "", nearest(NULL, NI, 0, x, NULL, NULL, out, index_of));
  for (int i = 0; i < NI; ++i)
    failures += !(out[i] > 3e38f) || index_of[i] != -1;
}

static void optionsThatMakeNoSense(void) {
  keops_options options = KEOPS_OPTIONS_INIT;
  char little[8];
  const int64_t extents[1] = {2};

  EXPECT(KEOPS_OK, "", gauss(&options, NI, NJ, &g, x, y, b, out));
  options.size = 3;
  EXPECT(KEOPS_ERROR_INVALID_OPTIONS, "size",
         gauss(&options, NI, NJ, &g, x, y, b, out));
  options = (keops_options)KEOPS_OPTIONS_INIT;
  options.threads = -2;
  EXPECT(KEOPS_ERROR_INVALID_OPTIONS, "threads",
         gauss(&options, NI, NJ, &g, x, y, b, out));
  options = (keops_options)KEOPS_OPTIONS_INIT;
  options.device = 9;
  EXPECT(KEOPS_ERROR_UNKNOWN_DEVICE, "9",
         gauss(&options, NI, NJ, &g, x, y, b, out));
  options.device = KEOPS_CUDA;
  EXPECT(KEOPS_ERROR_NO_DEVICE, "", gauss(&options, NI, NJ, &g, x, y, b, out));
  options = (keops_options)KEOPS_OPTIONS_INIT;
  options.batch_dims = 1;
  options.batch_extents = extents;
  EXPECT(KEOPS_ERROR_NOT_SUPPORTED, "batch",
         gauss(&options, NI, NJ, &g, x, y, b, out));
  options = (keops_options)KEOPS_OPTIONS_INIT;
  options.allocate = noMemory;
  EXPECT(KEOPS_ERROR_INVALID_OPTIONS, "release",
         gauss(&options, NI, NJ, &g, x, y, b, out));
  options.release = releaseNothing;
  if (gauss_workspace_bytes(&options, NI, NJ) > 0)
    EXPECT(KEOPS_ERROR_OUT_OF_MEMORY, "",
           gauss(&options, NI, NJ, &g, x, y, b, out));
  options = (keops_options)KEOPS_OPTIONS_INIT;
  options.workspace = little;
  options.workspace_bytes = 1;
  if (gauss_workspace_bytes(&options, NI, NJ) > 1)
    EXPECT(KEOPS_ERROR_WORKSPACE_TOO_SMALL, "workspace",
           gauss(&options, NI, NJ, &g, x, y, b, out));
}

int main(void) {
  pointersAndExtents();
  overlaps();
  emptySets();
  optionsThatMakeNoSense();
  failures += strcmp(keops_status_string((keops_status)12345), "") == 0;
  return failures != 0;
}
