/* Uses kernels of four libraries: static, shared, with GPU code, object. Without
 * a driver there is no GPU. */
#include "gpu_one.h"
#include "one.h"
#include "shared_one.h"
#include "two.h"

#include <stdlib.h>

int main(void) {
  const float x[2] = {1, 2}, y[3] = {1, 2, 4}, point[2] = {0, 0},
              others[6] = {5, 5, 1, 0, 2, 2};
  float a[2], b[2];
  int64_t index;
  keops_status status;
  keops_options options = KEOPS_OPTIONS_INIT;
  options.device = KEOPS_CUDA;
  if (total(NULL, 2, 3, x, y, a) != KEOPS_OK || a[1] != 14.0f)
    return 1;
  if (shared_total(NULL, 2, 3, x, y, b) != KEOPS_OK || b[0] != 7.0f)
    return 2;
  if (nearest(NULL, 1, 3, point, others, &index) != KEOPS_OK || index != 1)
    return 3;
  status = gpu_total(&options, 2, 3, x, y, b);
  if (status == KEOPS_ERROR_NO_DEVICE && !getenv("KEOPS_CUDA_DRIVER"))
    return 0;
  if (status != KEOPS_OK || b[1] != 14.0f)
    return 4;
  return 0;
}
