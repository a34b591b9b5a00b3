/* Kernel densities of three species of iris, from Fisher's measurements.
 *
 *   density IRIS.CSV PICTURE.PNG
 *
 * Chooses the bandwidth by leave-one-out likelihood, classifies every flower
 * by the density of the others, and paints the plane of petal length and width:
 * one colour per species, brighter where it is denser. */
#include "density.h"
#include "png.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  MAX = 200,
  CLASSES = 3,
  WIDTH = 640,
  HEIGHT = 400,
  COLUMNS = 72,
  LINES = 22
};

static const float LEFT = 0.5f, RIGHT = 7.5f, BOTTOM = -0.3f, TOP = 3.0f;
static const char *const SPECIES[CLASSES] = {"setosa", "versicolor",
                                             "virginica"};

static float flowers[MAX][2];
static int32_t species[MAX];

static int readFlowers(const char *path) {
  FILE *file = fopen(path, "r");
  char line[128], name[32];
  int count = 0;
  if (!file || !fgets(line, sizeof line, file))
    return -1;
  while (count < MAX && fgets(line, sizeof line, file)) {
    if (sscanf(line, "%*f,%*f,%f,%f,%31s", &flowers[count][0],
               &flowers[count][1], name) != 3)
      break;
    for (int c = 0; c < CLASSES; ++c)
      if (strcmp(name, SPECIES[c]) == 0)
        species[count] = c;
    ++count;
  }
  fclose(file);
  return count;
}

static void check(keops_status status, const char *what) {
  if (status == KEOPS_OK)
    return;
  fprintf(stderr, "%s: %s: %s\n", what, keops_status_string(status),
          keops_last_error());
  exit(1);
}

/* The bandwidth of highest leave-one-out likelihood, on a grid of ratio 1.1. */
static float chooseBandwidth(int count, double *bestScore) {
  static float logDensity[MAX];
  float best = 0;
  *bestScore = -INFINITY;
  for (float s = 0.03f; s < 1.0f; s *= 1.1f) {
    double score = 0;
    check(left_out_score(NULL, count, count, &s, flowers[0], flowers[0],
                         logDensity),
          "left_out_score");
    for (int i = 0; i < count; ++i)
      score += logDensity[i] / count;
    if (score > *bestScore) {
      *bestScore = score;
      best = s;
    }
  }
  return best;
}

static int strongest(const float *density) {
  int best = 0;
  for (int c = 1; c < CLASSES; ++c)
    if (density[c] > density[best])
      best = c;
  return best;
}

/* Densities on a grid of width x height points of the plane, top row first. */
static float *densityOnGrid(int count, float s, int width, int height) {
  int64_t points = (int64_t)width * height;
  float *x = malloc((size_t)points * 2 * sizeof *x);
  float *density = malloc((size_t)points * CLASSES * sizeof *density);
  if (!x || !density)
    exit(1);
  for (int64_t p = 0; p < points; ++p) {
    x[2 * p] =
        LEFT + (RIGHT - LEFT) * ((float)(p % width) + 0.5f) / (float)width;
    x[2 * p + 1] =
        TOP + (BOTTOM - TOP) * ((float)(p / width) + 0.5f) / (float)height;
  }
  check(class_density(NULL, points, count, &s, x, flowers[0], species, density),
        "class_density");
  free(x);
  return density;
}

/* The largest of `count` numbers that lie `step` apart. */
static float highest(const float *numbers, int64_t count, int step) {
  float most = 0;
  for (int64_t k = 0; k < count; ++k)
    if (numbers[k * step] > most)
      most = numbers[k * step];
  return most;
}

static void paint(const char *path, int count, float s) {
  static const float hue[CLASSES][3] = {
      {255, 120, 40}, {70, 210, 110}, {90, 120, 255}};
  float *density = densityOnGrid(count, s, WIDTH, HEIGHT);
  float most[CLASSES];
  uint8_t *rgb = malloc((size_t)WIDTH * HEIGHT * 3);
  if (!rgb)
    exit(1);
  for (int c = 0; c < CLASSES; ++c)
    most[c] = highest(density + c, (int64_t)WIDTH * HEIGHT, CLASSES);
  for (int64_t p = 0; p < (int64_t)WIDTH * HEIGHT; ++p)
    for (int channel = 0; channel < 3; ++channel) {
      float value = 0;
      for (int c = 0; c < CLASSES; ++c)
        value += hue[c][channel] * sqrtf(density[p * CLASSES + c] / most[c]);
      rgb[3 * p + channel] = (uint8_t)(value > 255 ? 255 : value);
    }
  for (int i = 0; i < count; ++i) { /* the flowers, as white crosses */
    int column = (int)((flowers[i][0] - LEFT) / (RIGHT - LEFT) * WIDTH);
    int row = (int)((TOP - flowers[i][1]) / (TOP - BOTTOM) * HEIGHT);
    for (int k = -2; k <= 2; ++k) {
      memset(rgb + 3 * ((row + k) * WIDTH + column), 255, 3);
      memset(rgb + 3 * (row * WIDTH + column + k), 255, 3);
    }
  }
  if (writePng(path, WIDTH, HEIGHT, rgb)) {
    fprintf(stderr, "%s: cannot be written\n", path);
    exit(3);
  }
  free(rgb);
  free(density);
}

/* The same in characters: a letter where a species leads, upper case where it
 * is dense. */
static void print(int count, float s) {
  float *density = densityOnGrid(count, s, COLUMNS, LINES);
  float most = highest(density, COLUMNS * LINES * CLASSES, 1);
  for (int row = 0; row < LINES; ++row) {
    for (int column = 0; column < COLUMNS; ++column) {
      const float *here = density + (row * COLUMNS + column) * CLASSES;
      int c = strongest(here);
      float level = here[c] / most;
      putchar(level > 0.25f    ? "OEI"[c]
              : level > 0.03f  ? "oei"[c]
              : level > 0.002f ? '.'
                               : ' ');
    }
    putchar('\n');
  }
  printf("o setosa  e versicolor  i virginica   (across: petal length %.1f to "
         "%.1f cm, up: width)\n",
         LEFT, RIGHT);
  free(density);
}

int main(int argc, char **argv) {
  static float density[MAX][CLASSES];
  const char *picture = argc > 2 ? argv[2] : "density.png";
  int count = readFlowers(argc > 1 ? argv[1] : "data/iris.csv");
  int right = 0;
  double score;
  float s;
  if (count <= 0) {
    fprintf(stderr, "usage: density IRIS.CSV PICTURE.PNG\n");
    return 2;
  }
  s = chooseBandwidth(count, &score);
  printf("%d flowers; bandwidth %.3f cm, mean left-out log-likelihood %.4f\n",
         count, s, score);

  check(left_out_density(NULL, count, count, &s, flowers[0], flowers[0],
                         species, density[0]),
        "left_out_density");
  for (int i = 0; i < count; ++i)
    right += strongest(density[i]) == species[i];
  printf("species told from the others' density: %d of %d right (%.1f %%)\n",
         right, count, 100.0 * right / count);

  print(count, s);
  paint(picture, count, s);
  printf("picture: %s\n", picture);
  return 0;
}
