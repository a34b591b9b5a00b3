"""References that are wrong by little: the comparison must notice each of them."""

from cases import case, integers
from values import exp, sqdist


@case("kernel wrong_factor(i x[3], j y[3]) = sum_j(exp(-sqdist(x, y)))", sizes=[(17, 101)])
def wrong_factor(p, x, y):
    return p.sum_j(exp(-1.00001 * sqdist(x, y)))


@case("kernel wrong_count(i x[3], j y[3]) = sum_j(exp(-sqdist(x, y)))", sizes=[(17, 2311)])
def wrong_count(p, x, y):
    return p.sum_j(exp(-sqdist(x, y))) * (2310 / 2311)


@case("kernel wrong_tie(i x, j y) = argmin_j((x - y)^2)", x=integers, y=integers, exact=True, sizes=[(17, 101)])
def wrong_tie(p, x, y):
    best = p.argmin_j((x - y) ** 2)
    best.v = best.v + (best.v == best.v.max())
    return best


@case("kernel wrong_empty(i x, j y) = max_j(x * y)", sizes=[(3, 0)])
def wrong_empty(p, x, y):
    return p.max_j(x * y) * -1
