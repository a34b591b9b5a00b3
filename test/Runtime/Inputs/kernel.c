/* A library of one kernel, as keopsc would write it: NAME_twice doubles rows.
 * With -DNEWER it was made by a later keopsc and asks for keops_rt_call_v2. */
#include "keops/abi.h"

#define JOIN(a, b) a##b
#define TWICE(name) JOIN(name, _twice)

#ifdef NEWER
keops_status keops_rt_call_v2(const keops_rt_kernel *, const keops_options *,
                              int64_t, int64_t, void *const *);
#define keops_rt_call_v1 keops_rt_call_v2
#endif

static void finish(const keops_rt_frame *frame, int64_t r0, int64_t r1,
                   const void *state, void *scratch) {
  (void)state, (void)scratch;
  for (int64_t r = r0; r < r1; ++r)
    ((double *)frame->args[1])[r] = 2 * ((double *)frame->args[0])[r];
}

static const keops_rt_argument args[] = {
    {"x", KEOPS_RT_I, 0, KEOPS_RT_F64, 0, 1},
    {"out", KEOPS_RT_I, 1, KEOPS_RT_F64, 0, 1}};
static const keops_rt_pass pass = {KEOPS_RT_I, KEOPS_RT_PARAM, 0, 0, 1, 0, 1,
                                   0,          1000000};
static const keops_rt_pass_code code = {NULL, NULL, NULL, NULL, finish, 0};
static const keops_rt_variant variant = {"generic", NULL, &code};
static const keops_rt_kernel kernel = {1,       2,    1,     0,    1,       0,
                                       "twice", args, &pass, NULL, &variant};

KEOPS_API keops_status TWICE(NAME)(const keops_options *options, int64_t ni,
                                   const double *x, double *out);
keops_status TWICE(NAME)(const keops_options *options, int64_t ni,
                         const double *x, double *out) {
  void *pointers[] = {(void *)x, out};
  return keops_rt_call_v1(&kernel, options, ni, 0, pointers);
}
