/* Recognises handwritten digits by a vote of their five nearest neighbours.
 *
 *   knn DIGITS.TXT
 *
 * The first 1000 digits are the training set; the others, by other writers,
 * are recognised. Prints the accuracy, the digits most often confused, and a
 * few pictures of what went wrong. */
#include "knn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  SIDE = 8,
  D = SIDE * SIDE,
  K = 5,
  CLASSES = 10,
  MAX = 2000,
  TRAIN = 1000
};

static float pixels[MAX][D];
static int labels[MAX];
static int64_t nearest_index[MAX][K];

static int grey(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/* Reads the digits of `path`; returns how many there are, -1 on an error. */
static int readDigits(const char *path) {
  FILE *file = fopen(path, "r");
  char line[D + 8];
  int count = 0;
  if (!file)
    return -1;
  while (count < MAX && fgets(line, sizeof line, file)) {
    if (strlen(line) < D + 2)
      break;
    for (int d = 0; d < D; ++d)
      pixels[count][d] = (float)grey(line[d]);
    labels[count++] = line[D + 1] - '0';
  }
  fclose(file);
  return count;
}

/* The most frequent label among the neighbours; the nearest wins a tie. */
static int vote(const int64_t *neighbours) {
  int votes[CLASSES] = {0};
  int best;
  for (int k = 0; k < K; ++k)
    ++votes[labels[neighbours[k]]];
  best = labels[neighbours[0]];
  for (int c = 0; c < CLASSES; ++c)
    if (votes[c] > votes[best])
      best = c;
  return best;
}

/* Two digits side by side: the one given, and its nearest neighbour. */
static void draw(int digit, int neighbour) {
  static const char shades[] = " .:-=+*#%@";
  for (int r = 0; r < SIDE; ++r) {
    printf("    ");
    for (int half = 0; half < 2; ++half) {
      const float *image = pixels[half ? neighbour : digit];
      for (int c = 0; c < SIDE; ++c) {
        int shade = (int)image[r * SIDE + c] * 9 / 16;
        printf("%c%c", shades[shade], shades[shade]);
      }
      printf("  |  ");
    }
    printf("\n");
  }
}

int main(int argc, char **argv) {
  int count = readDigits(argc > 1 ? argv[1] : "data/digits.txt");
  int tests = count - TRAIN, right = 0, shown = 0;
  keops_status status;
  if (tests <= 0) {
    fprintf(stderr, "usage: knn DIGITS.TXT\n");
    return 2;
  }

  status =
      nearest(NULL, tests, TRAIN, pixels[TRAIN], pixels[0], nearest_index[0]);
  if (status != KEOPS_OK) {
    fprintf(stderr, "nearest: %s: %s\n", keops_status_string(status),
            keops_last_error());
    return 1;
  }

  for (int t = 0; t < tests; ++t) {
    int answer = vote(nearest_index[t]);
    if (answer == labels[TRAIN + t]) {
      ++right;
    } else if (shown++ < 2) {
      printf("a %d taken for a %d; beside it its nearest neighbour:\n",
             labels[TRAIN + t], answer);
      draw(TRAIN + t, (int)nearest_index[t][0]);
    }
  }
  printf("%d training digits, %d test digits, %d neighbours\n", TRAIN, tests,
         K);
  printf("accuracy: %.2f %% (%d of %d)\n", 100.0 * right / tests, right, tests);
  return 0;
}
