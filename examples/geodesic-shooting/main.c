/* Deforms a bundle of nerve fibres into that of another brain, along a geodesic
 * of diffeomorphisms.
 *
 *   geodesic_shooting SOURCE.TXT TARGET.TXT PICTURE.SVG
 *
 * Looks for momenta p from which the source q, shot along its geodesic, meets
 * the target: the least of  PRICE H(q, p) + |q(1) - target|^2 / |target|^2. */
#include "bundle.h"
#include "check.h"
#include "geodesic.h"
#include "lbfgs.h"
#include "picture.h"

#include <math.h>
#include <string.h>

static const double DEFORMATION_WIDTH = 15, COMPARISON_WIDTH = 10; /* mm */
static const double PRICE = 1e-5; /* of the energy, per mm^2 */
enum { ITERATIONS = 40 };

typedef struct {
  int64_t size; /* numbers: 3 per point */
  Bundle source, shot;
  Target target;
  Geodesic geodesic;
  double *state, *adjoint;
  double data, energy;
} Problem;

static double *numbers(int64_t count) {
  return allocate((size_t)count * sizeof(double));
}

/* The function to minimise, of the momenta at t = 0, and its gradient. */
static double objective(void *context, const double *p, double *gradient) {
  Problem *problem = context;
  int64_t size = problem->size;
  size_t bytes = (size_t)size * sizeof(double);
  double *state = problem->state, *adjoint = problem->adjoint;
  memcpy(state, problem->source.points, bytes);
  memcpy(state + size, p, bytes);
  problem->energy = energy(&problem->geodesic, state);
  velocity(&problem->geodesic, state, gradient);

  shoot(&problem->geodesic, state);
  memcpy(problem->shot.points, state, bytes);
  problem->data = distance(&problem->target, &problem->shot, adjoint);
  memset(adjoint + size, 0, bytes); /* The distance is one of positions. */
  shootBack(&problem->geodesic, adjoint);
  for (int64_t k = 0; k < size; ++k)
    gradient[k] = PRICE * gradient[k] + adjoint[size + k];
  return PRICE * problem->energy + problem->data;
}

/* Relative difference between the slope along some direction that the gradient
 * says, and a quotient of differences of fourth order. */
static double gradientError(Problem *problem) {
  static const double place[4] = {-2, -1, 1, 2}, factor[4] = {1, -8, 8, -1};
  const double h = 1e-3;
  int64_t size = problem->size;
  double *p = numbers(4 * size), *direction = p + size;
  double *moved = direction + size, *gradient = moved + size;
  double said = 0, quotient = 0;
  for (int64_t k = 0; k < size; ++k) {
    p[k] = 0.3 * sin(0.7 * (double)k);
    direction[k] = cos(1.3 * (double)k);
  }
  objective(problem, p, gradient);
  for (int64_t k = 0; k < size; ++k)
    said += gradient[k] * direction[k];
  for (int at = 0; at < 4; ++at) {
    for (int64_t k = 0; k < size; ++k)
      moved[k] = p[k] + h * place[at] * direction[k];
    quotient += factor[at] * objective(problem, moved, gradient) / (12 * h);
  }
  free(p);
  return fabs(said - quotient) / fabs(quotient);
}

static void report(void *context, int iteration, double value, double slope) {
  const Problem *problem = context;
  if (iteration % 5 == 0)
    printf("%9d %10.5f %10.5f %8.1f %10.1e\n", iteration, value, problem->data,
           problem->energy, slope);
  fflush(stdout);
}

static Problem newProblem(const Bundle *source, const Bundle *target) {
  int64_t size = 3 * pointsOf(source);
  Problem problem = {.size = size,
                     .source = *source,
                     .shot = {source->fibres, numbers(size)},
                     .target = newTarget(target, COMPARISON_WIDTH),
                     .geodesic = newGeodesic(size / 3, DEFORMATION_WIDTH),
                     .state = numbers(2 * size),
                     .adjoint = numbers(2 * size)};
  return problem;
}

static void freeProblem(Problem *problem) {
  free(problem->shot.points);
  freeTarget(&problem->target);
  freeGeodesic(&problem->geodesic);
  free(problem->state);
  free(problem->adjoint);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: geodesic_shooting SOURCE TARGET PICTURE.SVG\n");
    return 2;
  }
  Bundle source = readBundle(argv[1]), target = readBundle(argv[2]);
  Problem problem = newProblem(&source, &target);
  printf("%d and %d fibres of %d points; momenta: %d numbers\n",
         (int)source.fibres, (int)target.fibres, FIBRE, (int)problem.size);

  double error = gradientError(&problem);
  printf("gradient against finite differences: relative error %.1e\n", error);

  double *p = numbers(2 * problem.size), *gradient = p + problem.size;
  objective(&problem, p, gradient);
  double before = problem.data;
  printf("iteration  objective       data   energy |gradient|\n");
  minimise(objective, report, &problem, p, (size_t)problem.size, ITERATIONS, 1);

  objective(&problem, p, gradient);
  printf("energy at the end of the geodesic: relative change %.1e\n",
         energy(&problem.geodesic, problem.state) / problem.energy - 1);
  printf("data term: %.4f, was %.4f: a factor of %.1f\n", problem.data, before,
         before / problem.data);
  printf("mean gap between the bundles: %.2f mm, was %.2f mm\n",
         meanGap(&problem.shot, &target), meanGap(&source, &target));
  if (writePicture(argv[3], &source, &problem.shot, &target)) {
    fprintf(stderr, "%s: cannot be written\n", argv[3]);
    return 3;
  }
  printf("picture: %s\n", argv[3]);

  int isRight = error < 1e-6 && problem.data < before / 5;
  free(p);
  freeProblem(&problem);
  free(source.points);
  free(target.points);
  return isRight ? 0 : 1;
}
