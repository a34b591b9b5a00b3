/* The least a program does with a kernel. */
#include "one.h"

int main(void) {
  const float x = 2, y[2] = {3, 4};
  float out;
  return total(NULL, 1, 2, &x, y, &out) == KEOPS_OK && out == 14.0f ? 0 : 1;
}
