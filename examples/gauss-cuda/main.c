/* Computes densities on a GPU, or on the CPU where there is none, and compares
 * with the CPU. */
#include "gauss.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 1500, M = 2000 };

static float x[N][3], y[M][3], onDevice[N], onHost[N];

static void spiral(float (*points)[3], int count, float turn) {
  for (int k = 0; k < count; ++k) {
    float t = (float)k / (float)count;
    points[k][0] = t * cosf(20 * t + turn);
    points[k][1] = t * sinf(20 * t + turn);
    points[k][2] = 2 * t;
  }
}

static void stopUnless(keops_status status, const char *what) {
  if (status == KEOPS_OK)
    return;
  fprintf(stderr, "%s: %s: %s\n", what, keops_status_string(status),
          keops_last_error());
  exit(1);
}

int main(int argc, char **argv) {
  const float g = 2.5f;
  double worst = 0;
  keops_status status;
  keops_options options = KEOPS_OPTIONS_INIT;
  options.device = KEOPS_CUDA;
  options.ordinal = argc > 1 ? atoi(argv[1]) : 0;

  spiral(x, N, 0.0f);
  spiral(y, M, 0.3f);

  /* The arrays are in the host's memory: the call copies them to the device and
   * returns when the result is back. */
  status = density(&options, N, M, &g, x[0], y[0], onDevice);
  if (status == KEOPS_ERROR_NO_DEVICE) {
    printf("no GPU: %s\n", keops_last_error());
    options = (keops_options)KEOPS_OPTIONS_INIT;
    status = density(&options, N, M, &g, x[0], y[0], onDevice);
  }
  stopUnless(status, "density");
  stopUnless(density(NULL, N, M, &g, x[0], y[0], onHost), "density (CPU)");

  for (int i = 0; i < N; ++i)
    worst = fmax(worst, fabs((double)onDevice[i] - (double)onHost[i]) /
                            (double)onHost[i]);
  printf("on the %s: density %.6f at the first point, %.6f at the last\n",
         options.device == KEOPS_CUDA ? "GPU" : "CPU", (double)onDevice[0],
         (double)onDevice[N - 1]);
  printf("largest difference from the CPU: %.1e, relative\n", worst);
  printf("memory beside the arrays: %zu bytes\n",
         density_workspace_bytes(&options, N, M));

  /* What calls keep on the device for later ones. */
  stopUnless(keops_release(), "keops_release");
  return worst < 5e-6 ? 0 : 1;
}
