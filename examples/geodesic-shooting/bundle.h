/* Bundles of nerve fibres, and how far one is from another. */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <stdint.h>

enum { FIBRE = 20 }; /* points of a fibre */

/* Fibres one after the other; 3 coordinates per point, in millimetres. */
typedef struct {
  int64_t fibres;
  double *points;
} Bundle;

/* The pieces between neighbouring points of all fibres. */
typedef struct {
  int64_t count;
  double *centres, *vectors;
} Segments;

/* A bundle to be met, and its squared norm as a varifold. */
typedef struct {
  Segments segments;
  double width; /* segments nearer than this are compared */
  double norm;
} Target;

Bundle readBundle(const char *path);
int64_t pointsOf(const Bundle *bundle);

Target newTarget(const Bundle *bundle, double width);
void freeTarget(Target *target);
/* The squared distance of bundle and target as varifolds, in units of the
 * target's squared norm; `gradient` becomes its gradient in the points. */
double distance(const Target *target, const Bundle *bundle, double *gradient);

/* Mean distance, over the points of both, to the nearest of the other. */
double meanGap(const Bundle *a, const Bundle *b);

#endif
