/* Reading bundles and comparing them. */
#include "bundle.h"
#include "check.h"
#include "shooting.h"

#include <math.h>
#include <string.h>

int64_t pointsOf(const Bundle *bundle) { return bundle->fibres * FIBRE; }

Bundle readBundle(const char *path) {
  enum { MOST = 1000 };
  Bundle bundle = {0, allocate(MOST * FIBRE * 3 * sizeof(double))};
  FILE *file = fopen(path, "r");
  int64_t count = 0;
  while (file && count < MOST * FIBRE * 3 &&
         fscanf(file, "%lf", &bundle.points[count]) == 1)
    ++count;
  if (!file || count == 0 || count % (3 * FIBRE)) {
    fprintf(stderr, "%s: no fibres of %d points\n", path, FIBRE);
    exit(2);
  }
  fclose(file);
  bundle.fibres = count / (3 * FIBRE);
  return bundle;
}

/* Where the first point of segment s begins; the second follows it. */
static int64_t startOf(int64_t s) {
  return 3 * (s / (FIBRE - 1) * FIBRE + s % (FIBRE - 1));
}

static Segments cut(const Bundle *bundle) {
  int64_t count = bundle->fibres * (FIBRE - 1);
  size_t bytes = (size_t)count * 3 * sizeof(double);
  Segments segments = {count, allocate(bytes), allocate(bytes)};
  for (int64_t k = 0; k < 3 * count; ++k) {
    const double *a = bundle->points + startOf(k / 3) + k % 3, *b = a + 3;
    segments.centres[k] = (*a + *b) / 2;
    segments.vectors[k] = *b - *a;
  }
  return segments;
}

static void freeSegments(Segments *segments) {
  free(segments->centres);
  free(segments->vectors);
}

/* <a, b> as varifolds; to `gradient` of a bundle's points comes `factor` times
 * its gradient in role i, through the centres and vectors of a. */
static double compare(const Segments *a, const Segments *b, double width,
                      double factor, double *gradient) {
  size_t rows = (size_t)a->count;
  double *product = allocate(7 * rows * sizeof *product), total = 0;
  double *inCentre = product + rows, *inVector = inCentre + 3 * rows;
  check(similarity(NULL, a->count, b->count, &width, a->centres, a->vectors,
                   b->centres, b->vectors, product, inCentre, inVector),
        "similarity");
  for (int64_t s = 0; s < a->count; ++s)
    total += product[s];
  for (int64_t k = 0; gradient && k < 3 * a->count; ++k) {
    double *first = gradient + startOf(k / 3) + k % 3, *second = first + 3;
    *first += factor * (inCentre[k] / 2 - inVector[k]);
    *second += factor * (inCentre[k] / 2 + inVector[k]);
  }
  free(product);
  return total;
}

Target newTarget(const Bundle *bundle, double width) {
  Target target = {cut(bundle), width, 0};
  target.norm = compare(&target.segments, &target.segments, width, 0, NULL);
  return target;
}

void freeTarget(Target *target) { freeSegments(&target->segments); }

/* |b - t|^2 = <b, b> - 2 <b, t> + <t, t>; both roles of <b, b> are b. */
double distance(const Target *target, const Bundle *bundle, double *gradient) {
  Segments segments = cut(bundle);
  double unit = 1 / target->norm, self, cross;
  memset(gradient, 0, (size_t)pointsOf(bundle) * 3 * sizeof *gradient);
  self = compare(&segments, &segments, target->width, 2 * unit, gradient);
  cross =
      compare(&segments, &target->segments, target->width, -2 * unit, gradient);
  freeSegments(&segments);
  return (self - 2 * cross) * unit + 1;
}

static double sumOfGaps(const Bundle *a, const Bundle *b) {
  double *squared = allocate((size_t)pointsOf(a) * sizeof *squared), sum = 0;
  check(nearest(NULL, pointsOf(a), pointsOf(b), a->points, b->points, squared),
        "nearest");
  for (int64_t i = 0; i < pointsOf(a); ++i)
    sum += sqrt(squared[i]);
  free(squared);
  return sum;
}

double meanGap(const Bundle *a, const Bundle *b) {
  return (sumOfGaps(a, b) + sumOfGaps(b, a)) /
         (double)(pointsOf(a) + pointsOf(b));
}
