"""Element types of variables that differ from the default: halves, explicit f32 and f64, integers."""

from cases import SMALL, case, labels
from values import dot, exp, sqdist


@case("kernel half_points(param g : f32, i x[3] : f16, j y[3] : f16, j b : f32) = sum_j(exp(-g * sqdist(x, y)) * b)", unit="f32")
def half_points(p, g, x, y, b):
    return p.sum_j(exp(-g * sqdist(x, y)) * b)


@case("kernel half_result(i x[2] : f16, j y[2] : f16) = sum_j(x * y)", unit="f32", sizes=SMALL)
def half_result(p, x, y):
    return p.sum_j(x * y)


@case("kernel bf16_points(i x[3] : bf16, j y[3] : bf16, j b : f32) = sum_j(exp(-sqdist(x, y)) * b)", unit="f32")
def bf16_points(p, x, y, b):
    return p.sum_j(exp(-sqdist(x, y)) * b)


@case("kernel bf16_result(i x : bf16, j y : bf16) = sum_j(x + y)", unit="f32", sizes=SMALL)
def bf16_result(p, x, y):
    return p.sum_j(x + y)


@case("kernel two_halves(i x[2] : f16, j y[2] : bf16) = sum_j(dot(x, y))", unit="f32")
def two_halves(p, x, y):
    return p.sum_j(dot(x, y))


@case("kernel doubles(i x[2] : f64, j y[2] : f64) = sum_j(exp(-sqdist(x, y)))")
def doubles(p, x, y):
    return p.sum_j(exp(-sqdist(x, y)))


@case("kernel mixed(i x[2] : f32, j y[2] : f32, j w : f64) = sum_j(exp(-sqdist(x, y)) * w)", unit="f32")
def mixed(p, x, y, w):
    return p.sum_j(exp(-sqdist(x, y)) * w)


@case("kernel singles(i x[2] : f32, j y[2] : f32) -> (s, l) = (sum_j(dot(x, y)), logsumexp_j(dot(x, y)))")
def singles(p, x, y):
    return p.sum_j(dot(x, y)), p.logsumexp_j(dot(x, y))


@case("kernel integer_extremes(i a : i32, j b : i32) -> (low, index) = min_argmin_j((a - b) * (a - b))",
      a=labels(9), b=labels(9), exact=True, sizes=[s for s in SMALL if s[1]])
def integer_extremes(p, a, b):
    return p.min_argmin_j((a - b) * (a - b))


@case("kernel integer_weights(i x, j c : i32, j n : i64) = sum_j(x * c + n * x)", c=labels(10), n=labels(10))
def integer_weights(p, x, c, n):
    return p.sum_j(x * c + n * x)
