"""Extremes and the K smallest. On small integers every distance is exact, ties abound, and indices must agree."""

import numpy as np

from cases import COMMON, SMALL, case, integers, labels
from values import dot, sqdist, where


@case("kernel nearest(i x[3], j y[3]) = argmin_j(sqdist(x, y))")
def nearest(p, x, y):
    return p.argmin_j(sqdist(x, y))


@case("kernel nearest_ties(i x[2], j y[2]) -> (d2, index) = min_argmin_j(sqdist(x, y))", x=integers, y=integers, exact=True)
def nearest_ties(p, x, y):
    return p.min_argmin_j(sqdist(x, y))


@case("kernel farthest_ties(i x[2], j y[2]) -> (d2, index) = max_argmax_j(sqdist(x, y))", x=integers, y=integers, exact=True)
def farthest_ties(p, x, y):
    return p.max_argmax_j(sqdist(x, y))


def late(rng, shape):
    """Not a number, then infinite, then a few small integers."""
    place = np.arange(shape[0])[:, None] / max(shape[0], 1)
    return np.where(place < 0.5, np.nan, np.where(place < 0.9, np.inf, integers(rng, shape)))


def special(rng, shape):
    return rng.choice([0.0, 1.0, np.inf, -np.inf, np.nan], size=shape)


@case("kernel late_smallest(i x, j y) -> (low, index) = min_argmin_j(x + y)", x=special, y=late, exact=True)
def late_smallest(p, x, y):
    return p.min_argmin_j(x + y)


@case("kernel late_largest(i x, j y) = argmax_j(x - y)", x=special, y=late, exact=True)
def late_largest(p, x, y):
    return p.argmax_j(x - y)


LARGEST = float(np.finfo(np.float32).max)


def huge(rng, shape):
    """One infinite number, many columns before one that counts as such."""
    place = np.arange(shape[0])[:, None]
    return np.where(place == shape[0] // 10, np.inf, np.where(place == shape[0] // 2, LARGEST, np.nan))


# The largest finite number counts as infinite, whatever the number of rows: the first of the two is found.
@case("kernel first_huge(i x : f32, j y : f32) = argmin_j(y + 0 * x)", y=huge, exact=True)
def first_huge(p, x, y):
    f = y + 0 * x
    return p.argmin_j(where(f < LARGEST, f, where(f >= LARGEST, float("inf"), f)))


@case("kernel both_ends(i x[2], j y[2]) -> (near, far) = (argmin_j(sqdist(x, y)), argmax_j(sqdist(x, y)))",
      x=integers, y=integers, exact=True)
def both_ends(p, x, y):
    return p.argmin_j(sqdist(x, y)), p.argmax_j(sqdist(x, y))


@case("kernel farthest_wide(i x[40], j y[40]) -> (d2, index) = max_argmax_j(sqdist(x, y))", x=integers, y=integers, exact=True)
def farthest_wide(p, x, y):
    return p.max_argmax_j(sqdist(x, y))


@case("kernel extremes(i x[2], j y[2]) -> (low[2], high[2]) = (min_j(x * y), max_j(x * y))")
def extremes(p, x, y):
    return p.min_j(x * y), p.max_j(x * y)


@case("kernel componentwise(i x[3], j y[3]) = argmax_j(x * y)", x=integers, y=integers, exact=True)
def componentwise(p, x, y):
    return p.argmax_j(x * y)


@case("kernel argmin_over_i(i x[2], j y[2]) = argmin_i(sqdist(x, y))", x=integers, y=integers, exact=True)
def argmin_over_i(p, x, y):
    return p.argmin_i(sqdist(x, y))


@case("kernel argmin_over_all(i x[2], j y[2]) -> (d2, index) = min_argmin_ij(sqdist(x, y))")
def argmin_over_all(p, x, y):
    return p.min_argmin_ij(sqdist(x, y))


@case("kernel argmax_over_all(i x, j y) = argmax_ij(x * y)", x=integers, y=integers, exact=True)
def argmax_over_all(p, x, y):
    return p.argmax_ij(x * y)


@case("kernel min_max_over_all(i x, j y) -> (low, high) = (min_ij(x - y), max_ij(x - y))")
def min_max_over_all(p, x, y):
    return p.min_ij(x - y), p.max_ij(x - y)


@case("kernel three_smallest(i x[3], j y[3]) = kmin_j(sqdist(x, y), 3)")
def three_smallest(p, x, y):
    return p.kmin_j(sqdist(x, y), 3)


@case("kernel neighbours(i x[3], j y[3]) = argkmin_j(sqdist(x, y), 4)")
def neighbours(p, x, y):
    return p.argkmin_j(sqdist(x, y), 4)


@case("kernel neighbours_ties(i x[2], j y[2]) -> (d2[5], index[5]) = kmin_argkmin_j(sqdist(x, y), 5)",
      x=integers, y=integers, exact=True)
def neighbours_ties(p, x, y):
    return p.kmin_argkmin_j(sqdist(x, y), 5)


@case("kernel neighbours_i(i x[2], j y[2]) = argkmin_i(sqdist(x, y), 3)", x=integers, y=integers, exact=True, sizes=SMALL)
def neighbours_i(p, x, y):
    return p.argkmin_i(sqdist(x, y), 3)


@case("kernel ten_smallest(i x, j y) -> (d2[10], index[10]) = kmin_argkmin_j((x - y)^2, 10)")
def ten_smallest(p, x, y):
    return p.kmin_argkmin_j((x - y) ** 2, 10)


@case("kernel forty_smallest(i x[2], j y[2]) -> (d2[40], index[40]) = kmin_argkmin_j(sqdist(x, y), 40)",
      x=integers, y=integers, exact=True)
def forty_smallest(p, x, y):
    return p.kmin_argkmin_j(sqdist(x, y), 40)


@case("kernel twenty_largest(i x[2], j y[2]) -> (s[20], index[20]) = kmax_argkmax_ij(dot(x, y), 20)",
      x=integers, y=integers, exact=True)
def twenty_largest(p, x, y):
    return p.kmax_argkmax_ij(dot(x, y), 20)


@case("kernel very_many_smallest(i x[2], j y[2]) -> (d2[450], index[450]) = kmin_argkmin_j(sqdist(x, y), 450)",
      x=integers, y=integers, exact=True, sizes=[(3, 2000), (70, 449), (70, 451), (130, 1500), (2, 0)])
def very_many_smallest(p, x, y):
    return p.kmin_argkmin_j(sqdist(x, y), 450)


@case("""kernel very_many_largest(i x, j y) -> (s[500], index[500]) =
  kmax_argkmax_j(where(index_j == 7, inf, x * y), 500)""", sizes=[(40, 1700), (1, 3000)])
def very_many_largest(p, x, y):
    return p.kmax_argkmax_j(where(p.index_j.eq(7), float("inf"), x * y), 500)


@case("kernel one_smallest(i x[2], j y[2]) -> (d2, index) = kmin_argkmin_j(sqdist(x, y), 1)")
def one_smallest(p, x, y):
    return p.kmin_argkmin_j(sqdist(x, y), 1)


@case("kernel largest(i x[2], j y[2]) -> (s[3], index[3]) = kmax_argkmax_j(dot(x, y), 3)", x=integers, y=integers, exact=True)
def largest(p, x, y):
    return p.kmax_argkmax_j(dot(x, y), 3)


@case("kernel kmin_vector(i x[2], j y[2]) = kmin_j(x * y, 2)", x=integers, y=integers, exact=True)
def kmin_vector(p, x, y):
    return p.kmin_j(x * y, 2)


@case("""kernel others(i x[2], j y[2]) -> (d2[3], index[3]) =
  kmin_argkmin_j(where(index_i == index_j, inf, sqdist(x, y)), 3)""", sizes=[s for s in COMMON if s[1] > 3 or s[1] == 0])
def others(p, x, y):
    return p.kmin_argkmin_j(where(p.index_i.eq(p.index_j), float("inf"), sqdist(x, y)), 3)


@case("kernel same_class(i x[2], j y[2], i a : i32, j b : i32) = argmin_j(where(a == b, sqdist(x, y), 1000))",
      a=labels(3), b=labels(3), x=integers, y=integers, exact=True)
def same_class(p, x, y, a, b):
    return p.argmin_j(where(a.eq(b), sqdist(x, y), 1000))


@case("kernel margin(i x[2], j y[2]) = max_j(dot(x, y)) - min_j(dot(x, y))", sizes=[s for s in SMALL if s[1]])
def margin(p, x, y):
    return p.max_j(dot(x, y)) - p.min_j(dot(x, y))
