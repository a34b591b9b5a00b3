/* Geodesics: landmarks q and momenta p with dq/dt = dH/dp, dp/dt = -dH/dq, from
 * t = 0 to t = 1 by the classical method of Runge and Kutta.
 *
 * A state holds the 3n numbers of q, then the 3n numbers of p. */
#ifndef GEODESIC_H
#define GEODESIC_H

#include <stdint.h>

enum { STEPS = 10, STAGES = 4 };

typedef struct {
  int64_t points;
  double width; /* of the kernel: points nearer than this move together */
  /* The states at which the method took the slope: all that the way back
   * needs, STEPS * STAGES states. */
  double *visited;
  double *scratch; /* 3 states */
} Geodesic;

Geodesic newGeodesic(int64_t points, double width);
void freeGeodesic(Geodesic *geodesic);

double energy(const Geodesic *geodesic, const double *state);
/* Replaces the state at t = 0 by that at t = 1. */
void shoot(Geodesic *geodesic, double *state);
/* After shoot(): replaces the gradient of a function of the state at t = 1 by
 * its gradient in the state at t = 0. It is the derivative of the steps that
 * were taken, not of the geodesic that they approximate: exact to rounding. */
void shootBack(Geodesic *geodesic, double *gradient);
/* The gradient of the energy in the momenta, 3n numbers: velocities. */
void velocity(const Geodesic *geodesic, const double *state, double *result);

#endif
