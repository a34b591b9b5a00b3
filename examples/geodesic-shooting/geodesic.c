/* Shooting forth, and back by the transposed derivative of every step. */
#include "geodesic.h"
#include "check.h"
#include "shooting.h"

#include <stdlib.h>
#include <string.h>

/* Stage r starts NODE[r] of a step along the slope of stage r - 1; the step is
 * the mean of the slopes with WEIGHT. */
static const double NODE[STAGES] = {0, 1.0 / 2, 1.0 / 2, 1};
static const double WEIGHT[STAGES] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
static const double H = 1.0 / STEPS;
/* The seed of the derivatives of H: both roles of the pairs count. */
static const double BOTH = 2;

static int64_t stateSize(const Geodesic *g) { return 6 * g->points; }

Geodesic newGeodesic(int64_t points, double width) {
  Geodesic g = {points, width, NULL, NULL};
  size_t state = (size_t)stateSize(&g) * sizeof(double);
  g.visited = allocate(STEPS * STAGES * state);
  g.scratch = allocate(3 * state);
  return g;
}

void freeGeodesic(Geodesic *g) {
  free(g->visited);
  free(g->scratch);
}

double energy(const Geodesic *g, const double *state) {
  const double *q = state, *p = state + 3 * g->points;
  double result;
  check(hamiltonian(NULL, g->points, g->points, &g->width, q, p, q, p, &result),
        "hamiltonian");
  return result;
}

/* (dH/dq, dH/dp) */
static void gradientOfEnergy(const Geodesic *g, const double *state,
                             double *result) {
  const double *q = state, *p = state + 3 * g->points;
  check(slope(NULL, g->points, g->points, &g->width, q, p, q, p, &BOTH, result,
              result + 3 * g->points),
        "slope");
}

void velocity(const Geodesic *g, const double *state, double *result) {
  gradientOfEnergy(g, state, g->scratch);
  memcpy(result, g->scratch + 3 * g->points,
         (size_t)(3 * g->points) * sizeof *result);
}

/* The slope f = (dH/dp, -dH/dq) of a state. */
static void flow(const Geodesic *g, const double *state, double *result) {
  gradientOfEnergy(g, state, result);
  for (int64_t k = 0, half = 3 * g->points; k < half; ++k) {
    double force = -result[k];
    result[k] = result[k + half];
    result[k + half] = force;
  }
}

/* f' transposed, times (a, b): the Hessian of H times (-b, a). */
static void flowBack(const Geodesic *g, const double *state,
                     const double *vector, double *result) {
  int64_t half = 3 * g->points;
  const double *q = state, *p = state + half, *a = vector;
  double *minusB = g->scratch + 2 * stateSize(g);
  for (int64_t k = 0; k < half; ++k)
    minusB[k] = -vector[k + half];
  check(curvature(NULL, g->points, g->points, &g->width, q, p, q, p, &BOTH,
                  minusB, a, minusB, a, result, result + half),
        "curvature");
}

void shoot(Geodesic *g, double *state) {
  int64_t size = stateSize(g);
  double *slopes = g->scratch, *next = g->scratch + size;
  double *stage = g->visited;
  for (int step = 0; step < STEPS; ++step) {
    memcpy(next, state, (size_t)size * sizeof *next);
    for (int r = 0; r < STAGES; ++r, stage += size) {
      for (int64_t k = 0; k < size; ++k)
        stage[k] = state[k] + (r ? H * NODE[r] * slopes[k] : 0);
      flow(g, stage, slopes);
      for (int64_t k = 0; k < size; ++k)
        next[k] += H * WEIGHT[r] * slopes[k];
    }
    memcpy(state, next, (size_t)size * sizeof *state);
  }
}

/* With m_r the gradient in the slope of stage r, and w_r = f'(stage r)' m_r
 * that in its state:  m_r = h WEIGHT_r g + h NODE_{r+1} w_{r+1},  and the
 * gradient in the state before the step is g + sum_r w_r. */
void shootBack(Geodesic *g, double *gradient) {
  int64_t size = stateSize(g);
  double *m = g->scratch, *w = g->scratch + size;
  double *total = allocate((size_t)size * sizeof *total);
  const double *stage = g->visited + STEPS * STAGES * size;
  for (int step = 0; step < STEPS; ++step) {
    memcpy(total, gradient, (size_t)size * sizeof *total);
    for (int r = STAGES - 1; r >= 0; --r) {
      stage -= size;
      for (int64_t k = 0; k < size; ++k)
        m[k] = H * WEIGHT[r] * gradient[k] +
               (r + 1 < STAGES ? H * NODE[r + 1] * w[k] : 0);
      flowBack(g, stage, m, w);
      for (int64_t k = 0; k < size; ++k)
        total[k] += w[k];
    }
    memcpy(gradient, total, (size_t)size * sizeof *gradient);
  }
  free(total);
}
