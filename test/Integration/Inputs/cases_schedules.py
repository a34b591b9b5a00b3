"""What the schedule of a processor decides: distances by products or by differences, states in memory, tests after many
columns, insertion lane by lane; at sizes around its tiles and blocks."""

import numpy as np

from cases import case, scaled
from values import dot, exp, sqdist, where

# Columns in lanes up to 24 rows (8, where rows are wide); tiles of 2 and 4 vectors, 4 and 8 columns; blocks of 32 to 256.
TILES = [(1, 1), (0, 3), (3, 0), (8, 31), (9, 33), (24, 127), (25, 129), (63, 32), (65, 300), (257, 131)]


def shrunk(columns, factor):
    """Normal numbers; in every other run of 150 rows, times a factor: whole blocks of columns lie near or far."""

    def data(rng, shape):
        values = columns * rng.standard_normal(shape)
        values[(np.arange(shape[0]) // 150) % 2 == 1] *= factor
        return values

    return data


def rising(step):
    return lambda rng, shape: step * np.arange(shape[0])[:, None] + 0 * rng.standard_normal(shape)


def sometimes(rng, shape):
    return np.where(rng.random(shape) < 0.5, 0.0, rng.random(shape))


NEAR, FAR = scaled(0.3), scaled(0.3, 100.0)
GAUSS = "kernel {}(param g, i x[12], j y[12], j b) = sum_j(exp(-g * sqdist(x, y)) * b)"


def gauss(p, g, x, y, b):
    return p.sum_j(exp(-g * sqdist(x, y)) * b)


def half(rng, shape):
    return 0.5 + np.zeros(shape)


def negative(rng, shape):
    return -0.01 + np.zeros(shape)


# By products; centred first; some blocks by products and some by differences; a factor that is no scale.
case(GAUSS.format("near"), g=half, x=NEAR, y=NEAR, sizes=TILES)(gauss)
case(GAUSS.format("far_from_zero"), g=half, x=FAR, y=FAR, sizes=TILES)(gauss)
case(GAUSS.format("near_and_far"), g=half, x=scaled(0.3), y=shrunk(0.3, 30), sizes=TILES + [(70, 700)])(gauss)
case(GAUSS.format("growing"), g=negative, x=NEAR, y=NEAR, sizes=TILES)(gauss)


@case("kernel wide_scores(i x[20], j y[20], j h) = logsumexp_j(h - sqdist(x, y))", x=NEAR, y=NEAR, sizes=TILES)
def wide_scores(p, x, y, h):
    return p.logsumexp_j(h - sqdist(x, y))


@case("kernel wide_attention(i x[20], j y[20], j v[20]) = softmax_j(-sqdist(x, y), v)", x=NEAR, y=NEAR, sizes=TILES)
def wide_attention(p, x, y, v):
    return p.softmax_j(-sqdist(x, y), v)


@case("kernel rows_reduced(i x[12], j y[12], i b) = sum_i(exp(-sqdist(x, y) / 2) * b)", x=NEAR, y=NEAR, sizes=TILES)
def rows_reduced(p, x, y, b):
    return p.sum_i(exp(-sqdist(x, y) / 2) * b)


# A maximum that lags: each column beats all before by more than the margin, or every hundredth does.
@case("kernel always_raised(i x, j t) = logsumexp_j(t + x)", t=rising(11.0), sizes=TILES)
def always_raised(p, x, t):
    return p.logsumexp_j(t + x)


@case("kernel raised_at_times(i x, j t, j w) = logsumexp_j(t + x, w)", t=rising(0.3), w=sometimes, sizes=TILES + [(70, 700)])
def raised_at_times(p, x, t, w):
    return p.logsumexp_j(t + x, w)


@case("kernel falling(i x, j t, j w) = logsumexp_j(x - t, w)", t=rising(2.0), w=sometimes, sizes=TILES)
def falling(p, x, t, w):
    return p.logsumexp_j(x - t, w)


@case("kernel beside_others(i x, j t) -> (l, s, m) = (logsumexp_j(t + x), sum_j(t * x), argmax_j(t * x))",
      t=rising(1.0), sizes=TILES)
def beside_others(p, x, t):
    return p.logsumexp_j(t + x), p.sum_j(t * x), p.argmax_j(t * x)


# Each column is nearer than all before: all are inserted, at the first place; and all equal.
@case("kernel nearer_and_nearer(i x, j t) -> (v[5], i[5]) = kmin_argkmin_j(x - t, 5)", t=rising(1.0), sizes=TILES)
def nearer_and_nearer(p, x, t):
    return p.kmin_argkmin_j(x - t, 5)


@case("kernel all_equal(i x, j t) -> (v[9], i[9]) = kmin_argkmin_j(x + 0 * t, 9)", sizes=TILES)
def all_equal(p, x, t):
    return p.kmin_argkmin_j(x + 0 * t, 9)


@case("kernel ever_smaller(i x, j t) -> (v, i) = min_argmin_j(x - t)", t=rising(1.0), sizes=TILES)
def ever_smaller(p, x, t):
    return p.min_argmin_j(x - t)


# States in memory: many channels, with and without a mask; wide scores beside them.
@case("kernel channels(i x[3], j y[3], j b[20]) = sum_j(exp(-sqdist(x, y)) * b)", sizes=TILES)
def channels(p, x, y, b):
    return p.sum_j(exp(-sqdist(x, y)) * b)


@case("kernel masked_channels(i x[3], j y[3], j b[20]) -> (s[20], n) = "
      "let near = dot(x, y) > 0 in (sum_j(where(near, exp(-sqdist(x, y)) * b, 0)), count_j(near))", sizes=TILES)
def masked_channels(p, x, y, b):
    near = dot(x, y) > 0
    return p.sum_j(where(near, exp(-sqdist(x, y)) * b, 0)), p.count_j(near)


@case("kernel wide_both(i x[20], j y[20], j b[16]) = sum_j(exp(-sqdist(x, y)) * b)", x=NEAR, y=NEAR, sizes=TILES)
def wide_both(p, x, y, b):
    return p.sum_j(exp(-sqdist(x, y)) * b)


@case("kernel wide_differences(i x[20], j y[20]) = sum_j((x - y) * exp(-sqdist(x, y)))", x=NEAR, y=NEAR, sizes=TILES)
def wide_differences(p, x, y):
    return p.sum_j((x - y) * exp(-sqdist(x, y)))
