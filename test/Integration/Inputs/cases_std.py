"""The standard library, against the definitions in NumPy."""

import numpy as np

from cases import NARROW, case, positive
from values import absolute, cos, dot, exp, function, lift, log, maximum, minimum, norm, over_components, rsqrt, sin, sqdist, sqnorm, sqrt, total

SHORT = NARROW[:-1] + [(67, 131)]
asin = function(np.arcsin, lambda x, y: 1 / np.sqrt(np.maximum(1 - x * x, 1e-6)))
acosh = function(np.arccosh, lambda x, y: 1 / np.sqrt(np.maximum(x * x - 1, 1e-6)))


def radial(name, reference, extra=""):
    """sum_j kernel(x, y, s) in dimension 3."""
    text = f"kernel std_{name}(param s, i x[3], j y[3]) = sum_j({name}(x, y, s{extra}))"

    @case(text, s=positive, sizes=SHORT)
    def kernel(p, s, x, y):
        return p.sum_j(reference(norm(x - y) / s))


radial("gaussian", lambda r: exp(-(r * r) / 2))
radial("exponential", lambda r: exp(-r))
radial("cauchy", lambda r: 1 / (1 + r * r))
radial("inverse_multiquadric", lambda r: rsqrt(1 + r * r))
radial("rational_quadratic", lambda r: exp(-1.5 * log(1 + r * r / 3)), ", 1.5")
radial("matern32", lambda r: (1 + np.sqrt(3) * r) * exp(-(np.sqrt(3) * r)))
radial("matern52", lambda r: (1 + np.sqrt(5) * r + 5 * r * r / 3) * exp(-(np.sqrt(5) * r)))
radial("epanechnikov", lambda r: maximum(1 - r * r, lift(0.0)))
radial("wendland", lambda r: maximum(1 - r, lift(0.0)) ** 4 * (4 * r + 1))


def small(rng, shape):
    return rng.uniform(-0.4, 0.4, shape)


@case("kernel std_manhattan(i x[3], j y[3]) = sum_j(manhattan(x, y))", sizes=SHORT)
def manhattan(p, x, y):
    return p.sum_j(total(absolute(x - y)))


@case("kernel std_chebyshev(i x[3], j y[3]) = sum_j(chebyshev(x, y))", sizes=SHORT)
def chebyshev(p, x, y):
    return p.sum_j(over_components(absolute(x - y), np.max, np.argmax)[0])


@case("kernel std_cosine(i x[3], j y[3]) = sum_j(cosine_distance(x, y))", sizes=SHORT)
def cosine(p, x, y):
    unit = lambda v: v * rsqrt(sqnorm(v))
    return p.sum_j(1 - dot(unit(x), unit(y)))


@case("kernel std_great_circle(i x[2], j y[2]) = sum_j(great_circle(x, y))", sizes=SHORT, x=small, y=small)
def great_circle(p, x, y):
    d = (x - y) * 0.5
    h = sin(d[0]) ** 2 + cos(x[0]) * cos(y[0]) * sin(d[1]) ** 2
    return p.sum_j(2 * asin(sqrt(h)))


@case("kernel std_poincare(i x[2], j y[2]) = sum_j(poincare(x, y))", sizes=SHORT, x=small, y=small)
def poincare(p, x, y):
    return p.sum_j(acosh(1 + 2 * sqdist(x, y) / ((1 - sqnorm(x)) * (1 - sqnorm(y)))))
