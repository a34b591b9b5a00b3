/* Calls the kernel of gauss.kop on two rows and prints the results. */
#include "gauss.h"

#include <stdio.h>

int main(void) {
  const float g = 1.0f;
  const float x[] = {0, 0, 0, 1, 0, 0}, y[] = {0, 0, 0}, b[] = {2};
  float out[2];
  keops_status status = gauss_conv(NULL, 2, 1, &g, x, y, b, out);
  if (status != KEOPS_OK) {
    printf("%s: %s\n", keops_status_string(status), keops_last_error());
    return 1;
  }
  printf("%.4f %.4f\n", out[0], out[1]);
  return 0;
}
