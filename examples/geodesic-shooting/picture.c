/* Fibres become polylines; what is nearer to the eye is drawn later. */
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>

enum { PANEL = 440, HEIGHT = 360, RADIUS = 48 }; /* pixels; millimetres */

/* A fibre and its colour. */
typedef struct {
  const double *points;
  const char *colour;
} Stroke;

static double depth(const Stroke *stroke) {
  double sum = 0;
  for (int k = 0; k < FIBRE; ++k)
    sum += stroke->points[3 * k];
  return sum;
}

/* Seen from the left: x grows away from the eye. */
static int byDepth(const void *a, const void *b) {
  double first = depth(a), second = depth(b);
  return (first < second) - (first > second);
}

static void draw(FILE *file, const Stroke *stroke, int left) {
  double scale = HEIGHT / (2.0 * RADIUS);
  fprintf(file, "<polyline stroke=\"%s\" points=\"", stroke->colour);
  for (int k = 0; k < FIBRE; ++k) {
    const double *point = stroke->points + 3 * k;
    fprintf(file, "%.1f,%.1f ", left + PANEL / 2.0 - scale * point[1],
            HEIGHT / 2.0 - scale * point[2]);
  }
  fprintf(file, "\"/>\n");
}

static void drawPanel(FILE *file, const char *title, int left,
                      const Bundle *bundle, const Bundle *target) {
  Stroke strokes[2000];
  size_t count = 0;
  for (int64_t k = 0; k < bundle->fibres && count < 1000; ++k)
    strokes[count++] = (Stroke){bundle->points + 3 * FIBRE * k, "#2a6fdb"};
  for (int64_t k = 0; k < target->fibres && count < 2000; ++k)
    strokes[count++] = (Stroke){target->points + 3 * FIBRE * k, "#f08a24"};
  qsort(strokes, count, sizeof *strokes, byDepth);
  for (size_t k = 0; k < count; ++k)
    draw(file, &strokes[k], left);
  fprintf(file,
          "<text x=\"%d\" y=\"%d\" stroke=\"none\" fill=\"#333\">%s</text>\n",
          left + 16, HEIGHT - 12, title);
}

int writePicture(const char *path, const Bundle *source, const Bundle *shot,
                 const Bundle *target) {
  FILE *file = fopen(path, "w");
  if (!file)
    return -1;
  fprintf(file,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
          "font-family=\"sans-serif\" font-size=\"14\">\n"
          "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
          "<g fill=\"none\" stroke-width=\"1.6\" stroke-opacity=\"0.8\">\n",
          2 * PANEL, HEIGHT);
  drawPanel(file, "source (blue) and target", 0, source, target);
  drawPanel(file, "source at the end of its geodesic, and target", PANEL, shot,
            target);
  fprintf(file, "</g>\n</svg>\n");
  return fclose(file) ? -1 : 0;
}
