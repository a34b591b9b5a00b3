/* The quasi-Newton method L-BFGS with backtracking. */
#ifndef LBFGS_H
#define LBFGS_H

#include <stddef.h>

/* Returns the value at x and writes the gradient there. */
typedef double (*Function)(void *context, const double *x, double *gradient);
/* Is told the value after each iteration, and the norm of the gradient. */
typedef void (*Observer)(void *context, int iteration, double value,
                         double slope);

/* Replaces the `size` numbers x by better ones, in at most `iterations` steps,
 * the first of which is `length` long. Returns the value reached. */
double minimise(Function function, Observer observe, void *context, double *x,
                size_t size, int iterations, double length);

#endif
