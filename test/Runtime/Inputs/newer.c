/* The runtime of a later version: everything it had, and one entry more. */
#include "Runtime.c"

keops_status keops_rt_call_v2(const keops_rt_kernel *, const keops_options *,
                              int64_t, int64_t, void *const *);
KEOPS_RT_ENTRY keops_status keops_rt_call_v2(const keops_rt_kernel *kernel,
                                             const keops_options *options,
                                             int64_t ni, int64_t nj,
                                             void *const *args) {
  return keops_rt_call_v1(kernel, options, ni, nj, args);
}
