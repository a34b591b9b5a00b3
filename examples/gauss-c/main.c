/* Calls gauss_conv on a helix of points and compares with two plain loops. */
#include "gauss.h"

#include <math.h>
#include <stdio.h>

enum { N = 500, M = 700 };

static float x[N][3], y[M][3], b[M], out[N];

static void helix(float (*points)[3], int count, float turn) {
  for (int k = 0; k < count; ++k) {
    float t = (float)k / (float)count;
    points[k][0] = cosf(20 * t + turn);
    points[k][1] = sinf(20 * t + turn);
    points[k][2] = 2 * t;
  }
}

int main(void) {
  const float g = 2.5f;
  double worst = 0;
  keops_status status;

  helix(x, N, 0.0f);
  helix(y, M, 0.3f);
  for (int j = 0; j < M; ++j)
    b[j] = j % 3 ? 1.0f : -0.5f;

  status = gauss_conv(NULL, N, M, &g, x[0], y[0], b, out);
  if (status != KEOPS_OK) {
    fprintf(stderr, "gauss_conv: %s: %s\n", keops_status_string(status),
            keops_last_error());
    return 1;
  }

  for (int i = 0; i < N; ++i) {
    double sum = 0, scale = 0;
    for (int j = 0; j < M; ++j) {
      double d2 = 0, k;
      for (int d = 0; d < 3; ++d)
        d2 += ((double)x[i][d] - (double)y[j][d]) *
              ((double)x[i][d] - (double)y[j][d]);
      k = exp(-(double)g * d2);
      sum += k * (double)b[j];
      scale += k * fabs((double)b[j]);
    }
    worst = fmax(worst, fabs((double)out[i] - sum) / scale);
  }
  printf("out[0] = %.6f, out[%d] = %.6f\n", (double)out[0], N - 1,
         (double)out[N - 1]);
  printf("largest error against plain loops in double: %.1e\n", worst);
  return worst < 2e-6 ? 0 : 1;
}
