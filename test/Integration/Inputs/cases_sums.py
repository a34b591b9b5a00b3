"""Sums, means, products and the exponential family: over j, over i, over both; fused, with epilogues."""

from cases import SMALL, case, positive, scaled
from values import concat, cos, dot, exp, log, norm, sqdist, sqnorm, sqrt


@case("kernel gauss(param g, i x[3], j y[3], j b) = sum_j(exp(-g * sqdist(x, y)) * b)", g=positive)
def gauss(p, g, x, y, b):
    return p.sum_j(exp(-g * sqdist(x, y)) * b)


@case("kernel gauss_channels(param g, i x[3], j y[3], j b[5]) = sum_j(exp(-g * sqdist(x, y)) * b)", g=positive)
def gauss_channels(p, g, x, y, b):
    return p.sum_j(exp(-g * sqdist(x, y)) * b)


@case("""kernel gauss_gradient(param g, i x[3], j y[3], j b) =
  -2 * g * sum_j(exp(-g * sqdist(x, y)) * b * (x - y))""", g=positive)
def gauss_gradient(p, g, x, y, b):
    return -2 * g * p.sum_j(exp(-g * sqdist(x, y)) * b * (x - y))


@case("""kernel nadaraya_watson(param s, i x[3], j y[3], j v[2]) =
  let k = exp(-sqdist(x, y) / (2 * s^2))
  in sum_j(k * v) / sum_j(k)""", s=positive, sizes=[s for s in SMALL if s[1]])
def nadaraya_watson(p, s, x, y, v):
    k = exp(-sqdist(x, y) / (2 * s**2))
    return p.sum_j(k * v) / p.sum_j(k)


@case("""kernel moments(i x[2], j y[2], j w) -> (mass, mean[2], spread) =
  let k = w / (1 + sqdist(x, y))
  let m = sum_j(k)
  let c = sum_j(k * y) / m
  in (m, c, sum_j(k * sqnorm(y)) / m - sqnorm(c))""", w=positive, sizes=[s for s in SMALL if s[1]])
def moments(p, x, y, w):
    k = w / (1 + sqdist(x, y))
    m = p.sum_j(k)
    c = p.sum_j(k * y) / m
    return m, c, p.sum_j(k * sqnorm(y)) / m - sqnorm(c)


@case("kernel transposed(param g, i x[3], j y[3], i a[2]) = sum_i(exp(-g * sqdist(x, y)) * a)", g=positive)
def transposed(p, g, x, y, a):
    return p.sum_i(exp(-g * sqdist(x, y)) * a)


@case("""kernel both_ways(i x, j y, i a, j b) -> (on_i, on_j, total) =
  let k = 1 / (1 + (x - y)^2)
  in (sum_j(k * b) + a, sum_i(k * a) * b, sum_ij(k * a * b))""")
def both_ways(p, x, y, a, b):
    k = 1 / (1 + (x - y) ** 2)
    return p.sum_j(k * b) + a, p.sum_i(k * a) * b, p.sum_ij(k * a * b)


@case("kernel energy(i x[2], j y[2]) = mean_ij(sqrt(1 + sqdist(x, y)))")
def energy(p, x, y):
    return p.mean_ij(sqrt(1 + sqdist(x, y)))


@case("kernel share(i x[2], j y[2]) = sum_j(exp(-sqdist(x, y))) / sum_ij(exp(-sqdist(x, y)))",
      sizes=[s for s in SMALL if s[0] and s[1]])
def share(p, x, y):
    return p.sum_j(exp(-sqdist(x, y))) / p.sum_ij(exp(-sqdist(x, y)))


@case("kernel mean_of_i(i x[4], j y) = mean_i(x * y)")
def mean_of_i(p, x, y):
    return p.mean_i(x * y)


@case("kernel product(i x, j y[2]) = prod_j(1 + x * y / size_j)")
def product(p, x, y):
    return p.prod_j(1 + x * y / p.size_j)


@case("kernel product_i(i x, j y) = prod_i(1 + x * y / size_i)", sizes=SMALL)
def product_i(p, x, y):
    return p.prod_i(1 + x * y / p.size_i)


@case("kernel attention(i q[8], j k[8], j v[3]) = softmax_j(dot(q, k) / sqrt(8), v)")
def attention(p, q, k, v):
    return p.softmax_j(dot(q, k) / sqrt(8.0), v)


@case("kernel peaked(i q[2], j k[2], j v) = softmax_j(200 * dot(q, k), v)", sizes=SMALL)
def peaked(p, q, k, v):
    return p.softmax_j(200 * dot(q, k), v)


@case("kernel lse(i x[3], j y[3]) = logsumexp_j(-sqdist(x, y))")
def lse(p, x, y):
    return p.logsumexp_j(-sqdist(x, y))


@case("kernel lse_weighted(i x[3], j y[3], j w[2]) = logsumexp_j(3 * dot(x, y), w)", w=positive)
def lse_weighted(p, x, y, w):
    return p.logsumexp_j(3 * dot(x, y), w)


@case("kernel lse_i(i x[2], j y[2]) = logsumexp_i(dot(x, y))")
def lse_i(p, x, y):
    return p.logsumexp_i(dot(x, y))


@case("kernel lse_ij(i x[2], j y[2]) = logsumexp_ij(dot(x, y))")
def lse_ij(p, x, y):
    return p.logsumexp_ij(dot(x, y))


@case("kernel lse_far(i x, j y) = logsumexp_j(1000 + 300 * x * y)")
def lse_far(p, x, y):
    return p.logsumexp_j(1000 + 300 * x * y)


@case("""kernel softmin(param eps, i x[3], j y[3], j h) =
  -eps * logsumexp_j(h - sqdist(x, y) / (2 * eps))""", eps=positive)
def softmin(p, eps, x, y, h):
    return -eps * p.logsumexp_j(h - sqdist(x, y) / (2 * eps))


@case("""kernel fused_kinds(i x[2], j y[2], j v) -> (s, l, m, n) =
  let d = sqdist(x, y)
  in (sum_j(exp(-d) * v), logsumexp_j(-d), min_j(d), max_j(d + v))""")
def fused_kinds(p, x, y, v):
    d = sqdist(x, y)
    return p.sum_j(exp(-d) * v), p.logsumexp_j(-d), p.min_j(d), p.max_j(d + v)


@case("kernel waves(param k[3], i x[3], j y[3], j b[2]) = sum_j([cos(dot(k, x - y)) * b, 1])")
def waves(p, k, x, y, b):
    return p.sum_j(concat(cos(dot(k, x - y)) * b, 1))


@case("kernel depends_on_j(j y[3]) = sum_j(y)")
def depends_on_j(p, y):
    return p.sum_j(y)


@case("kernel depends_on_i(i x[3], j y) = sum_j(x)", sizes=SMALL)
def depends_on_i(p, x, y):
    return p.sum_j(x)


@case("kernel param_only(param a[2], i x, j y) = sum_j(a) + 0 * x", sizes=SMALL)
def param_only(p, a, x, y):
    return p.sum_j(a) + 0 * x


@case("kernel far_from_origin(i x[3], j y[3]) = sum_j(exp(-10 * sqdist(x, y)))", x=scaled(0.3, 100), y=scaled(0.3, 100))
def far_from_origin(p, x, y):
    return p.sum_j(exp(-10 * sqdist(x, y)))


@case("kernel matern(param s, i x[3], j y[3], j b) = let r = norm(x - y) / s in sum_j((1 + r) * exp(-r) * b)", s=positive)
def matern(p, s, x, y, b):
    r = norm(x - y) / s
    return p.sum_j((1 + r) * exp(-r) * b)


@case("kernel logs(i x[2], j y[2]) = log(1 + sum_j(log(2 + sqdist(x, y))))")
def logs(p, x, y):
    return log(1 + p.sum_j(log(2 + sqdist(x, y))))
