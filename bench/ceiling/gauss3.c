/* Gaussian kernel sums in three dimensions, by differences, for 1, 3 and 8
 * channels. The register tile is what the registers hold: 32 with AVX-512, 16
 * with AVX2, where the coefficients of the exponential come from memory. */
#include "points.h"

#ifdef __AVX512F__
#define CHOOSE(avx512, avx2) avx512
#else
#define CHOOSE(avx512, avx2) avx2
#endif

#define NAME gauss3
#define TILE gauss3Tile
#define E 1
#define R CHOOSE(4, 2)
#define C CHOOSE(1, 2)
#include "gauss3_channels.h"

#define NAME gauss3e3
#define TILE gauss3e3Tile
#define E 3
#define R CHOOSE(3, 2)
#define C CHOOSE(1, 2)
#include "gauss3_channels.h"

#define NAME gauss3e8
#define TILE gauss3e8Tile
#define E 8
#define R CHOOSE(2, 1)
#define C CHOOSE(1, 4)
#include "gauss3_channels.h"
