/* A program with GPU code where there is no driver: the GPU is refused, by
 * name, and the processor is right. */
#include "gauss.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  float g = 0.5f, x[] = {0, 0, 0, 1, 0, 0}, y[] = {0, 1, 0}, b[] = {2};
  float out[2] = {7, 7};
  keops_options options = KEOPS_OPTIONS_INIT;
  options.device = KEOPS_CUDA;
  keops_status status = gauss(&options, 2, 1, &g, x, y, b, out);
  if (status != KEOPS_ERROR_NO_DEVICE || out[0] != 7 || out[1] != 7)
    return 1;
  if (!strstr(keops_last_error(), "gauss: "))
    return 2;
  puts(keops_last_error());
  if (gauss(NULL, 2, 1, &g, x, y, b, out) != KEOPS_OK)
    return 3;
  for (int i = 0; i < 2; ++i)
    if (fabs(out[i] - 2 * exp(-0.5 * (i + 1))) > 1e-6)
      return 4;
  return 0;
}
