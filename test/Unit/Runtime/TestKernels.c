/*===- TestKernels.c - kernels written by hand ----------------------------===*/
#include "TestKernels.h"

#include <math.h>

enum { blockRows = 8, pairCost = 1000 };

static const double *input(const keops_rt_frame *frame, int index) {
  return frame->args[index];
}

/*===- Sums ---------------------------------------------------------------===*/

static void sumAccumulate(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                          int64_t c0, int64_t c1, void *state, void *scratch) {
  double *sums = state, *row = scratch;
  for (int64_t r = r0; r < r1; ++r) {
    *row = input(frame, 0)[r]; /* loaded even where there are no columns */
    sums[r - r0] = 0;
    for (int64_t c = c0; c < c1; ++c)
      sums[r - r0] += *row * input(frame, 1)[c];
  }
}

static void sumMerge(int64_t rows, void *state, const void *other) {
  for (int64_t r = 0; r < rows; ++r)
    ((double *)state)[r] += ((const double *)other)[r];
}

static void sumFold(int64_t rows, void *state) {
  for (int64_t r = 1; r < rows; ++r)
    ((double *)state)[0] += ((double *)state)[r];
}

static void sumFinish(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                      const void *state, void *scratch) {
  (void)scratch;
  for (int64_t r = r0; r < r1; ++r)
    ((double *)frame->args[2])[r] = ((const double *)state)[r - r0];
}

/*===- The smallest and where it is ---------------------------------------===*/

typedef struct Smallest {
  double value;
  int64_t index;
} Smallest;

static void argminAccumulate(const keops_rt_frame *frame, int64_t r0,
                             int64_t r1, int64_t c0, int64_t c1, void *state,
                             void *scratch) {
  (void)scratch;
  for (int64_t r = r0; r < r1; ++r) {
    Smallest *best = (Smallest *)state + (r - r0);
    double x = input(frame, 0)[r];
    *best = (Smallest){INFINITY, -1};
    for (int64_t c = c0; c < c1; ++c) {
      double value = fabs(x - input(frame, 1)[c]);
      if (value < best->value)
        *best = (Smallest){value, c};
    }
  }
}

static void fullArgminAccumulate(const keops_rt_frame *frame, int64_t r0,
                                 int64_t r1, int64_t c0, int64_t c1,
                                 void *state, void *scratch) {
  argminAccumulate(frame, r0, r1, c0, c1, state, scratch);
  for (int64_t r = r0; r < r1; ++r)
    if (((Smallest *)state)[r - r0].index >= 0)
      ((Smallest *)state)[r - r0].index += r * frame->nj;
}

static void argminMerge(int64_t rows, void *state, const void *other) {
  for (int64_t r = 0; r < rows; ++r)
    if (((const Smallest *)other)[r].value < ((Smallest *)state)[r].value)
      ((Smallest *)state)[r] = ((const Smallest *)other)[r];
}

static void argminFold(int64_t rows, void *state) {
  for (int64_t r = 1; r < rows; ++r)
    argminMerge(1, state, (Smallest *)state + r);
}

static void argminFinish(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                         const void *state, void *scratch) {
  (void)scratch;
  for (int64_t r = r0; r < r1; ++r)
    ((int64_t *)frame->args[2])[r] = ((const Smallest *)state)[r - r0].index;
}

/*===- Two passes ---------------------------------------------------------===*/

static void maxAccumulate(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                          int64_t c0, int64_t c1, void *state, void *scratch) {
  (void)scratch;
  for (int64_t r = r0; r < r1; ++r) {
    double most = -INFINITY;
    for (int64_t c = c0; c < c1; ++c)
      most = fmax(most, input(frame, 0)[r] * input(frame, 1)[c]);
    ((double *)state)[r - r0] = most;
  }
}

static void maxMerge(int64_t rows, void *state, const void *other) {
  for (int64_t r = 0; r < rows; ++r)
    ((double *)state)[r] =
        fmax(((double *)state)[r], ((const double *)other)[r]);
}

static void maxFinish(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                      const void *state, void *scratch) {
  (void)scratch;
  for (int64_t r = r0; r < r1; ++r)
    ((double *)frame->stored[0])[r] = ((const double *)state)[r - r0];
}

static void expAccumulate(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                          int64_t c0, int64_t c1, void *state, void *scratch) {
  (void)scratch;
  const double *most = frame->stored[0];
  for (int64_t r = r0; r < r1; ++r) {
    double sum = 0;
    for (int64_t c = c0; c < c1; ++c)
      sum += exp(input(frame, 0)[r] * input(frame, 1)[c] - most[r]);
    ((double *)state)[r - r0] = sum;
  }
}

/*===- Other shapes -------------------------------------------------------===*/

static void overIAccumulate(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                            int64_t c0, int64_t c1, void *state,
                            void *scratch) {
  void *swapped[] = {frame->args[1], frame->args[0], frame->args[2]};
  keops_rt_frame transposed = {swapped, frame->stored, frame->nj, frame->ni};
  sumAccumulate(&transposed, r0, r1, c0, c1, state, scratch);
}

static void mapFinish(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                      const void *state, void *scratch) {
  (void)state, (void)scratch;
  for (int64_t r = r0; r < r1; ++r)
    ((double *)frame->args[1])[r] = 2 * input(frame, 0)[r];
}

static void oneRowAccumulate(const keops_rt_frame *frame, int64_t r0,
                             int64_t r1, int64_t c0, int64_t c1, void *state,
                             void *scratch) {
  (void)r0, (void)r1, (void)scratch;
  *(double *)state = 0;
  for (int64_t c = c0; c < c1; ++c)
    *(double *)state += input(frame, 0)[c];
}

static void oneRowFinish(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                         const void *state, void *scratch) {
  (void)r0, (void)r1, (void)scratch;
  *(double *)frame->args[1] = *(const double *)state;
}

/*===- What keopsc would tell the runtime ---------------------------------===*/

#define INPUT(name, axis) {name, axis, 0, KEOPS_RT_F64, 0, 1}
#define OUTPUT(axis, type) {"out", axis, 1, type, 0, 1}
#define PASS(rows, columns, full, stateBytes)                                  \
  {rows, columns, full, 0, blockRows, 2, 16, stateBytes, pairCost}

static const keops_rt_argument rowArgs[] = {INPUT("x", KEOPS_RT_I),
                                            INPUT("y", KEOPS_RT_J),
                                            OUTPUT(KEOPS_RT_I, KEOPS_RT_F64)};
static const keops_rt_argument columnArgs[] = {
    INPUT("x", KEOPS_RT_I), INPUT("y", KEOPS_RT_J),
    OUTPUT(KEOPS_RT_J, KEOPS_RT_F64)};
static const keops_rt_argument indexArgs[] = {INPUT("x", KEOPS_RT_I),
                                              INPUT("y", KEOPS_RT_J),
                                              OUTPUT(KEOPS_RT_I, KEOPS_RT_I64)};
static const keops_rt_argument fullArgs[] = {
    INPUT("x", KEOPS_RT_I), INPUT("y", KEOPS_RT_J),
    OUTPUT(KEOPS_RT_PARAM, KEOPS_RT_F64)};
static const keops_rt_argument fullIndexArgs[] = {
    INPUT("x", KEOPS_RT_I), INPUT("y", KEOPS_RT_J),
    OUTPUT(KEOPS_RT_PARAM, KEOPS_RT_I64)};
static const keops_rt_argument mapArgs[] = {INPUT("x", KEOPS_RT_I),
                                            OUTPUT(KEOPS_RT_I, KEOPS_RT_F64)};
static const keops_rt_argument oneRowArgs[] = {
    INPUT("y", KEOPS_RT_J), OUTPUT(KEOPS_RT_PARAM, KEOPS_RT_F64)};

static const keops_rt_pass_code sumCode[] = {
    {sumAccumulate, sumAccumulate, sumMerge, sumFold, sumFinish, 8}};
static const keops_rt_pass_code argminCode[] = {
    {argminAccumulate, NULL, argminMerge, argminFold, argminFinish, 0}};
static const keops_rt_pass_code fullArgminCode[] = {
    {fullArgminAccumulate, NULL, argminMerge, argminFold, argminFinish, 0}};
static const keops_rt_pass_code twoCode[] = {
    {maxAccumulate, NULL, maxMerge, NULL, maxFinish, 0},
    {expAccumulate, NULL, sumMerge, NULL, sumFinish, 0}};
static const keops_rt_pass_code overICode[] = {
    {overIAccumulate, NULL, sumMerge, NULL, sumFinish, 8}};
static const keops_rt_pass_code mapCode[] = {
    {NULL, NULL, NULL, NULL, mapFinish, 0}};
static const keops_rt_pass_code oneRowCode[] = {
    {oneRowAccumulate, NULL, sumMerge, NULL, oneRowFinish, 0}};

static const keops_rt_pass rowPass[] = {
    PASS(KEOPS_RT_I, KEOPS_RT_J, 0, blockRows * 8)};
static const keops_rt_pass bigPass[] = {
    PASS(KEOPS_RT_I, KEOPS_RT_J, 0, 64 << 10)};
static const keops_rt_pass argminPass[] = {
    PASS(KEOPS_RT_I, KEOPS_RT_J, 0, blockRows * 16)};
static const keops_rt_pass fullPass[] = {
    PASS(KEOPS_RT_I, KEOPS_RT_J, 1, blockRows * 16)};
static const keops_rt_pass twoPass[] = {
    PASS(KEOPS_RT_I, KEOPS_RT_J, 0, blockRows * 8),
    PASS(KEOPS_RT_I, KEOPS_RT_J, 0, blockRows * 8)};
static const keops_rt_pass overIPass[] = {
    PASS(KEOPS_RT_J, KEOPS_RT_I, 0, blockRows * 8)};
static const keops_rt_pass mapPass[] = {PASS(KEOPS_RT_I, KEOPS_RT_PARAM, 0, 0)};
static const keops_rt_pass oneRowPass[] = {
    PASS(KEOPS_RT_PARAM, KEOPS_RT_J, 0, 8)};

static const keops_rt_stored twoStored[] = {{KEOPS_RT_I, 0, 8}};

#define KERNEL(symbol, numArgs, args, numPasses, passes, code, numStored,      \
               stored)                                                         \
  static const keops_rt_variant symbol##Variants[] = {                         \
      {"generic", NULL, code}};                                                \
  const keops_rt_kernel symbol = {KEOPS_RT_ABI_VERSION,                        \
                                  numArgs,                                     \
                                  numPasses,                                   \
                                  numStored,                                   \
                                  1,                                           \
                                  0,                                           \
                                  #symbol,                                     \
                                  args,                                        \
                                  passes,                                      \
                                  stored,                                      \
                                  symbol##Variants,                            \
                                  NULL};

KERNEL(testSum, 3, rowArgs, 1, rowPass, sumCode, 0, NULL)
KERNEL(testBigSum, 3, rowArgs, 1, bigPass, sumCode, 0, NULL)
KERNEL(testArgmin, 3, indexArgs, 1, argminPass, argminCode, 0, NULL)
KERNEL(testFullSum, 3, fullArgs, 1, fullPass, sumCode, 0, NULL)
KERNEL(testFullArgmin, 3, fullIndexArgs, 1, fullPass, fullArgminCode, 0, NULL)
KERNEL(testTwoPasses, 3, rowArgs, 2, twoPass, twoCode, 1, twoStored)
KERNEL(testSumOverI, 3, columnArgs, 1, overIPass, overICode, 0, NULL)
KERNEL(testMap, 2, mapArgs, 1, mapPass, mapCode, 0, NULL)
KERNEL(testOneRow, 2, oneRowArgs, 1, oneRowPass, oneRowCode, 0, NULL)
