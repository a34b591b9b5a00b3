"""Conditions: any, all, count; masks from indices, labels and distances; where."""

from cases import case, integers, labels, normal
from values import absolute, both, elem, exp, lift, maximum, minimum, onehot, sqdist, where


@case("kernel quantifiers(i x, j y) -> (some, every, number) = (any_j(y > 2 * x), all_j(y > x), count_j(y > x))")
def quantifiers(p, x, y):
    return p.any_j(y > 2 * x), p.all_j(y > x), p.count_j(y > x)


@case("kernel quantifiers_i(i x, j y) -> (some, every, number) = (any_i(y > 2 * x), all_i(y > x), count_i(y > x))")
def quantifiers_i(p, x, y):
    return p.any_i(y > 2 * x), p.all_i(y > x), p.count_i(y > x)


@case("kernel concordant(i x, j y) = count_ij(x < y)")
def concordant(p, x, y):
    return p.count_ij(x < y)


@case("kernel comparisons(i x, j y) = sum_j([x < y, x <= y, x > y, x >= y, x == y, x != y])",
      x=integers, y=integers, exact=True)
def comparisons(p, x, y):
    from values import concat

    return p.sum_j(concat(x < y, x <= y, x > y, x >= y, x.eq(y), 1 - x.eq(y)))


@case("kernel logic(i x, j y) = sum_j(where(x < y and not (y > 1) or x > 2, 1, 0))", x=integers, y=integers, exact=True)
def logic(p, x, y):
    first = both(x < y, (y > 1).eq(0))
    return p.sum_j(maximum(where(first, 1.0, 0.0), where(x > 2, 1.0, 0.0)))


@case("kernel without_self(i x[2], j y[2], j b) = sum_j(where(index_i != index_j, exp(-sqdist(x, y)) * b, 0))")
def without_self(p, x, y, b):
    return p.sum_j(where(p.index_i.eq(p.index_j), 0.0, exp(-sqdist(x, y)) * b))


@case("kernel causal(i q[2], j k[2], j v) = sum_j(where(index_j <= index_i, exp(-sqdist(q, k)) * v, 0))")
def causal(p, q, k, v):
    return p.sum_j(where(p.index_j <= p.index_i, exp(-sqdist(q, k)) * v, 0.0))


@case("kernel band(i x, j b) = sum_j((abs(index_i - index_j) <= 2) * b) + x")
def band(p, x, b):
    return p.sum_j((absolute(p.index_i - p.index_j) <= 2) * b) + x


@case("kernel causal_attention(i q[4], j k[4], j v[2]) = softmax_j(where(index_j <= index_i, sum(q * k), -inf), v)")
def causal_attention(p, q, k, v):
    from values import dot

    return p.softmax_j(where(p.index_j <= p.index_i, dot(q, k), -float("inf")), v)


@case("kernel lse_masked(i x, j y) = logsumexp_j(where(y > x, x * y, -inf))")
def lse_masked(p, x, y):
    return p.logsumexp_j(where(y > x, x * y, -float("inf")))


@case("kernel class_sums(i x[2], j y[2], j c : i32) = sum_j(exp(-sqdist(x, y)) * onehot(c, 4))", c=labels(6))
def class_sums(p, x, y, c):
    return p.sum_j(exp(-sqdist(x, y)) * onehot(c, 4))


@case("kernel looked_up(param table[5], i x, j c : i64) = sum_j(table[c] * x)", c=labels(5))
def looked_up(p, table, x, c):
    return p.sum_j(elem(table, c) * x)


@case("kernel same_label(i a : i32, j b : i32) = count_j(a == b)", a=labels(4), b=labels(4))
def same_label(p, a, b):
    return p.count_j(a.eq(b))


@case("kernel label_histogram(i a : i64, j w) = sum_i(where(a == index_j, 1, 0)) * w", a=labels(20))
def label_histogram(p, a, w):
    return p.sum_i(where(a.eq(p.index_j), 1.0, 0.0)) * w


@case("kernel in_radius(i x[2], j y[2], j b) = sum_j((sqdist(x, y) < 2.5) * b)", x=integers, y=integers)
def in_radius(p, x, y, b):
    return p.sum_j((sqdist(x, y) < 2.5) * b)


@case("kernel clipped(i x, j y) = sum_j(max(min(x * y, 1), -1/2))")
def clipped(p, x, y):
    return p.sum_j(maximum(minimum(x * y, lift(1.0)), lift(-0.5)))


@case("kernel no_nan_leak(i x, j y) = sum_j(where(y > 0, sqrt(y), x))")
def no_nan_leak(p, x, y):
    from values import sqrt

    return p.sum_j(where(y > 0, sqrt(maximum(y, lift(0.0))), x))


@case("kernel where_number(i x, j y) = sum_j(where(y, x, 5))", y=integers, x=normal)
def where_number(p, x, y):
    return p.sum_j(where(y, x, 5.0))


@case("kernel size_and_index(i x, j y) = sum_j(index_j * y / size_j) + index_i + x * size_i")
def size_and_index(p, x, y):
    return p.sum_j(p.index_j * y / p.size_j) + p.index_i + x * p.size_i


@case("kernel booleans_as_numbers(i x, j y) = sum_j((x < y) + 2 * (y < 0)) + (x > 0)")
def booleans_as_numbers(p, x, y):
    return p.sum_j((x < y) * 1.0 + 2.0 * (y < 0)) + (x > 0)
