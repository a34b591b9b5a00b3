"""Vectors and matrices of one row: products, slices, concatenations, extremes over components; every dimension."""

import numpy as np

from cases import NARROW, SMALL, case, integers, positive, scaled
from values import absolute, concat, dot, exp, matvec, norm, outer, over_components, rsqrt, sqdist, sqnorm, total, vecmat


@case("kernel slices(i x[5], j y[4]) = sum_j([x[0:2] * y[1:3], x[4] * y[3], x[2:5] - y[0]])")
def slices(p, x, y):
    return p.sum_j(concat(x[0:2] * y[1:3], x[4] * y[3], x[2:5] - y[0]))


@case("kernel matrix_vector(param A[2, 3], i x[3], j y[2], j b) = sum_j(matvec(A, x) * y * b)")
def matrix_vector(p, a, x, y, b):
    return p.sum_j(matvec(a, x, 2) * y * b)


@case("kernel vector_matrix(param A[3, 2], i x[3], j y[2]) = sum_j(vecmat(x, A) * y)")
def vector_matrix(p, a, x, y):
    return p.sum_j(vecmat(x, a, 2) * y)


@case("kernel metric(i x[3], j y[3], j S[3, 3]) = sum_j(exp(-dot(x - y, matvec(S, x - y)) / 10))", S=positive)
def metric(p, x, y, s):
    return p.sum_j(exp(-dot(x - y, matvec(s, x - y, 3)) / 10))


@case("kernel mahalanobis(param S[3, 3], i x[3], j y[3], j b) = sum_j(exp(-wsqdist(S, x, y) / 10) * b)", S=positive)
def mahalanobis(p, s, x, y, b):
    return p.sum_j(exp(-dot(x - y, matvec(s, x - y, 3)) / 10) * b)


@case("kernel wide_metric(param S[11, 11], param g, i x[11], j y[11]) = sum_j(g * dot(x - y, matvec(S, x - y)))")
def wide_metric(p, s, g, x, y):
    return p.sum_j(g * dot(x - y, matvec(s, x - y, 11)))


@case("kernel many_to_many(param A[5, 7], i x[7], j y[7], j b) = sum_j(matvec(A, abs(x - y)) * b)")
def many_to_many(p, a, x, y, b):
    return p.sum_j(matvec(a, absolute(x - y), 5) * b)


@case("kernel transposed_form(param S[6, 6], i x[6], j y[6]) = max_j(dot(vecmat(x + y, S), x + y))")
def transposed_form(p, s, x, y):
    return p.max_j(dot(vecmat(x + y, s, 6), x + y))


@case("kernel matrix_elements(param A[3, 4], i x, j y) = sum_j(A[1, 2] * y + A[2, 0]) * x")
def matrix_elements(p, a, x, y):
    return p.sum_j(a[6] * y + a[8]) * x


@case("kernel outer_products(i x[2], j y[3], j b) -> (C[2, 3]) = sum_j(outer(x, y) * b)")
def outer_products(p, x, y, b):
    return p.sum_j(outer(x, y) * b)


@case("kernel outer_of_parameters(param a[5], i x[5], j y[5]) = sum_j(outer(x - y, exp(a)))")
def outer_of_parameters(p, a, x, y):
    return p.sum_j(outer(x - y, exp(a)))


@case("kernel covariance(j y[3]) = mean_j(outer(y, y))")
def covariance(p, y):
    return p.mean_j(outer(y, y))


@case("kernel component_extremes(i x[4], j y[4]) -> (low, high, first, last) = "
      "(sum_j(min(x * y)), sum_j(max(x * y)), sum_j(argmin(x * y)) + 0, sum_j(argmax(x + y)) + 0)",
      x=integers, y=integers, exact=True)
def component_extremes(p, x, y):
    low, first = over_components(x * y, np.min, np.argmin)
    high, _ = over_components(x * y, np.max, np.argmax)
    _, last = over_components(x + y, np.max, np.argmax)
    return p.sum_j(low), p.sum_j(high), p.sum_j(first), p.sum_j(last)


@case("kernel cosine(i x[6], j y[6], j b) = sum_j(dot(normalize(x), normalize(y)) * b)")
def cosine(p, x, y, b):
    unit = lambda v: v * rsqrt(sqnorm(v))
    return p.sum_j(dot(unit(x), unit(y)) * b)


@case("kernel distances(i x[3], j y[3]) = sum_j([dist(x, y), sqnorm(x + y), norm(x * y), sum(abs(x - y))])")
def distances(p, x, y):
    return p.sum_j(concat(norm(x - y), sqnorm(x + y), norm(x * y), total(absolute(x - y))))


@case("kernel weighted_norms(param w[3], param s, i x[3], j y[3]) = "
      "sum_j([wsqnorm(w, x - y), wsqdist(s, x, y), wsqdist(w, x, y)])", w=positive, s=positive)
def weighted_norms(p, w, s, x, y):
    d = x - y
    return p.sum_j(concat(total(w * d * d), s * sqnorm(d), total(w * d * d)))


@case("kernel full_weight(param S[2, 2], i x[2], j y[2]) = sum_j(wsqnorm(S, x - y))")
def full_weight(p, s, x, y):
    d = x - y
    return p.sum_j(dot(d, matvec(s, d, 2)))


@case("kernel repeated(i x, j y[3]) = sum_j(repeat(x, 3) + y)")
def repeated(p, x, y):
    return p.sum_j(x + y)


@case("kernel powers(i x, j y[2]) = sum_j(x ^ 3 * y ^ 2 + (1 + y ^ 2) ^ (-1))")
def powers(p, x, y):
    return p.sum_j(x**3 * y**2 + 1 / (1 + y**2))


def dimension(d, sizes, scale):
    """A Gaussian, a gradient-like vector sum and a wide second factor in dimension d."""

    @case(f"kernel gauss_d{d}(i x[{d}], j y[{d}], j b) = sum_j(exp(-sqdist(x, y) / {2 * d}) * b)", sizes=sizes)
    def scalar(p, x, y, b):
        return p.sum_j(exp(-sqdist(x, y) / (2 * d)) * b)

    @case(f"kernel pull_d{d}(i x[{d}], j y[{d}]) = sum_j(exp(-sqdist(x, y) / {2 * d}) * (y - x))", sizes=sizes)
    def vector(p, x, y):
        return p.sum_j(exp(-sqdist(x, y) / (2 * d)) * (y - x))

    @case(f"kernel scores_d{d}(i x[{d}], j y[{d}], j v[2]) = softmax_j(dot(x, y) / {d}, v)", sizes=sizes,
          x=scaled(scale), y=scaled(scale))
    def scores(p, x, y, v):
        return p.softmax_j(dot(x, y) / d, v)


# Values too wide for registers beside a maximum that is in one.
@case("kernel wide_values(i x[3], j y[3], j v[100]) = softmax_j(dot(x, y), v)", sizes=[(1, 1), (0, 3), (17, 35), (5, 300)])
def wide_values(p, x, y, v):
    return p.softmax_j(dot(x, y), v)


@case("kernel wide_weights(i x[3], j y[3], j w[70]) = logsumexp_j(dot(x, y), exp(w))", sizes=[(1, 1), (3, 0), (35, 17)])
def wide_weights(p, x, y, w):
    return p.logsumexp_j(dot(x, y), exp(w))


for _d in (1, 2, 4, 7, 8, 16, 17, 33, 64, 100):
    dimension(_d, SMALL if _d > 8 else NARROW, 1.0)
for _d in (255, 784):
    dimension(_d, [(1, 1), (0, 3), (3, 0), (17, 35), (35, 17)], 0.5)
dimension(3000, [(5, 19)], 0.2)
