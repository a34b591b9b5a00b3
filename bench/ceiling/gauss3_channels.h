/*===- gauss3_channels.h - sum_j exp(-|x_i - y_j|^2) b_j for E channels ---===*
 *
 * Included once for each E, with NAME, TILE (the name of the function below)
 * and the register tile: R vectors of i, C rows of j.
 *
 *===----------------------------------------------------------------------===*/
static void TILE(const T *from, int64_t stride, const T *y, int64_t nj, T *to) {
  V x[3][8], d[3][8], k[C][R], total[R][E], sum[R][E];
  loadTile3(from, stride, x, R);
  EACH(r, R) EACH(e, E) total[r][e] = zero();
  for (int64_t first = 0; first < nj; first += BLOCK) {
    EACH(r, R) EACH(e, E) sum[r][e] = zero();
    const T *last = y + (3 + E) * least(nj, first + BLOCK);
    for (const T *p = y + (3 + E) * first; p < last; p += C * (3 + E)) {
      EACH(c, C) {
        differences3(x, p + c * (3 + E), d, R);
        scores3(d, 0, k[c], R);
      }
      exp2Below(k[0], C * R);
      EACH(c, C)
      EACH(e, E)
      EACH(r, R)
      sum[r][e] = fma_(k[c][r], all(p[c * (3 + E) + 3 + e]), sum[r][e]);
    }
    EACH(r, R) EACH(e, E) total[r][e] = add(total[r][e], sum[r][e]);
  }
  EACH(r, R) EACH(e, E) store(to + (e * R + r) * LANES, total[r][e]);
}

KERNEL(NAME) {
  enum { ROWS = R * LANES };
  int64_t stride = roundUp(ni, ROWS);
  T *x = columns(in[0], ni, 3, stride, ROOT_LOG2E);
  T *y = packed(in[1], in[2], nj, 3, E, C, ROOT_LOG2E);
#pragma omp parallel for num_threads(team(threads, ni, nj))
  for (int64_t i = 0; i < ni; i += ROWS) {
    _Alignas(64) T to[E * ROWS];
    TILE(x + i, stride, y, roundUp(nj, C), to);
    unpack(to, ROWS, E, i, ni, out);
  }
  free(x);
  free(y);
}

#undef E
#undef NAME
#undef TILE
#undef R
#undef C
