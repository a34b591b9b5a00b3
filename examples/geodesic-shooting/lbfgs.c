/* The inverse Hessian is known from the last PAIRS steps s and changes y of
 * the gradient: (I - s y'/s'y) ... (I - y s'/s'y) + s s'/s'y, applied to the
 * gradient in two loops. */
#include "lbfgs.h"
#include "check.h"

#include <math.h>
#include <string.h>

enum { PAIRS = 5, TRIALS = 20 };

typedef struct {
  size_t size;
  int used; /* pairs, the newest at (used - 1) % PAIRS */
  double *s[PAIRS], *y[PAIRS], sy[PAIRS];
} Memory;

static double inner(const double *a, const double *b, size_t size) {
  double sum = 0;
  for (size_t k = 0; k < size; ++k)
    sum += a[k] * b[k];
  return sum;
}

static void add(double *x, double factor, const double *y, size_t size) {
  for (size_t k = 0; k < size; ++k)
    x[k] += factor * y[k];
}

/* Replaces a gradient by the Newton step against it. */
static void newtonStep(const Memory *m, double *d) {
  double share[PAIRS];
  int oldest = m->used > PAIRS ? m->used - PAIRS : 0;
  for (int k = m->used - 1; k >= oldest; --k) {
    share[k % PAIRS] = inner(m->s[k % PAIRS], d, m->size) / m->sy[k % PAIRS];
    add(d, -share[k % PAIRS], m->y[k % PAIRS], m->size);
  }
  int last = (m->used - 1) % PAIRS;
  double scale = m->sy[last] / inner(m->y[last], m->y[last], m->size);
  for (size_t k = 0; k < m->size; ++k)
    d[k] *= -scale;
  for (int k = oldest; k < m->used; ++k) {
    int at = k % PAIRS;
    double b = inner(m->y[at], d, m->size) / m->sy[at];
    add(d, -share[at] - b, m->s[at], m->size);
  }
}

/* Takes in the step from x to `next`; forgets it where the function is not
 * convex along it. */
static void learn(Memory *m, const double *x, const double *next,
                  const double *gradient, const double *newGradient) {
  int at = m->used % PAIRS;
  memcpy(m->s[at], next, m->size * sizeof *next);
  add(m->s[at], -1, x, m->size);
  memcpy(m->y[at], newGradient, m->size * sizeof *next);
  add(m->y[at], -1, gradient, m->size);
  m->sy[at] = inner(m->s[at], m->y[at], m->size);
  if (m->sy[at] > 1e-12 * inner(m->y[at], m->y[at], m->size))
    ++m->used;
}

/* Steps from x, half as far each time, until the value falls in proportion;
 * leaves point, gradient and value there. */
static int search(Function function, void *context, const Memory *m,
                  const double *x, const double *step, double descent,
                  double *next, double *gradient, double *value) {
  double t = 1;
  for (int trial = 0; trial < TRIALS; ++trial, t /= 2) {
    memcpy(next, x, m->size * sizeof *next);
    add(next, t, step, m->size);
    double reached = function(context, next, gradient);
    if (reached <= *value + 1e-4 * t * descent) {
      *value = reached;
      return 1;
    }
  }
  return 0;
}

double minimise(Function function, Observer observe, void *context, double *x,
                size_t size, int iterations, double length) {
  double *memory = allocate((4 + 2 * PAIRS) * size * sizeof *memory);
  double *gradient = memory, *step = memory + size;
  double *next = step + size, *newGradient = next + size;
  Memory m = {size, 0, {0}, {0}, {0}};
  for (int k = 0; k < PAIRS; ++k) {
    m.s[k] = newGradient + (1 + 2 * (size_t)k) * size;
    m.y[k] = m.s[k] + size;
  }
  double value = function(context, x, gradient);
  for (int iteration = 0;; ++iteration) {
    double norm = sqrt(inner(gradient, gradient, size));
    observe(context, iteration, value, norm);
    if (iteration == iterations || norm == 0)
      break;
    memcpy(step, gradient, size * sizeof *step);
    if (m.used)
      newtonStep(&m, step);
    else
      for (size_t k = 0; k < size; ++k)
        step[k] *= -length / norm;
    if (!search(function, context, &m, x, step, inner(step, gradient, size),
                next, newGradient, &value))
      break;
    learn(&m, x, next, gradient, newGradient);
    memcpy(x, next, size * sizeof *x);
    memcpy(gradient, newGradient, size * sizeof *gradient);
  }
  free(memory);
  return value;
}
