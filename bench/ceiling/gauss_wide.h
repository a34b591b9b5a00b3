/*===- gauss_wide.h - sum_j exp(-|x_i - y_j|^2) b_j in many dimensions ----===*
 *
 * Included once for each way to get the distance, with NAME(suffix), R vectors
 * of i and C rows of j in a register tile, and EXPAND: 1 for |x|^2 + |y|^2 -
 * 2<x,y> of centred points, 0 for differences. Scores of a block of j are made
 * first, DEPTH dimensions at a time, and exponentials taken then.
 *
 *===----------------------------------------------------------------------===*/

enum { NAME(ROWS) = R * LANES };

/* Adds `depth` dimensions to the scores of C rows of j. x is [depth][ROWS], y
 * is [depth][C], scores [C][ROWS]. */
static void NAME(dimensions)(const T *x, const T *y, int64_t depth, T *scores) {
  V s[C][R];
  EACH(c, C) EACH(r, R) s[c][r] = load(scores + (c * R + r) * LANES);
  for (int64_t d = 0; d < depth; ++d) {
    EACH(c, C) {
      V yc = all(y[d * C + c]);
      EACH(r, R) {
        V xr = load(x + (d * R + r) * LANES);
#if EXPAND
        s[c][r] = fma_(xr, yc, s[c][r]);
#else
        V difference = sub(xr, yc);
        s[c][r] = fnma(difference, difference, s[c][r]);
#endif
      }
    }
  }
  EACH(c, C) EACH(r, R) store(scores + (c * R + r) * LANES, s[c][r]);
}

/* Adds rows j of a block to `to`: their scores, then their exponentials. */
static void NAME(tile)(const Wide *w, const T *x, const T *xNorms, int64_t j,
                       T *to) {
  _Alignas(64) T scores[SPAN * NAME(ROWS)];
  int64_t count = least(SPAN, w->njPadded - j), dim = w->dim;
  for (int64_t k = 0; k < count; ++k)
    for (int r = 0; r < R; ++r)
      store(scores + (k * R + r) * LANES,
            EXPAND ? sub(all(-w->yNorms[j + k]), load(xNorms + r * LANES))
                   : zero());
  for (int64_t d = 0; d < dim; d += DEPTH)
    for (int64_t k = 0; k < count; k += C)
      NAME(dimensions)(x + d * NAME(ROWS), w->y + (j + k) * dim + d * C,
                       least(DEPTH, dim - d), scores + k * NAME(ROWS));
  V sum[R], k[R];
  EACH(r, R) sum[r] = zero();
  for (int64_t row = 0; row < count; ++row) {
    EACH(r, R) k[r] = load(scores + (row * R + r) * LANES);
    exp2Below(k, R);
    EACH(r, R) sum[r] = fma_(k[r], all(w->b[j + row]), sum[r]);
  }
  EACH(r, R) store(to + r * LANES, add(load(to + r * LANES), sum[r]));
}

KERNEL(NAME(gauss)) {
  Wide w = wide(in, nj, C);
  int64_t tiles = roundUp(ni, NAME(ROWS)) / NAME(ROWS), dim = w.dim;
  T *x = allocate(tiles * NAME(ROWS) * dim);
  T *norms = allocate(tiles * NAME(ROWS)), *sums = allocate(tiles * NAME(ROWS));
#pragma omp parallel num_threads(team(threads, ni, nj))
  {
    int64_t team = omp_get_num_threads(), me = omp_get_thread_num();
    int64_t first = tiles * me / team, last = tiles * (me + 1) / team;
    for (int64_t t = first * NAME(ROWS); t < last * NAME(ROWS); t += NAME(ROWS))
      packTile(&w, in[0], t, ni, NAME(ROWS), EXPAND ? 2 : 1, x + t * dim,
               norms + t);
    for (int64_t t = first * NAME(ROWS); t < last * NAME(ROWS); ++t)
      sums[t] = 0;
    for (int64_t j = 0; j < nj; j += SPAN)
      for (int64_t t = first; t < last; ++t)
        NAME(tile)(&w, x + t * NAME(ROWS) * dim, norms + t * NAME(ROWS), j,
                   sums + t * NAME(ROWS));
  }
  unpack(sums, ni, 1, 0, ni, out);
  free(x);
  free(norms);
  free(sums);
  release(&w);
}

#undef NAME
#undef R
#undef C
#undef EXPAND
