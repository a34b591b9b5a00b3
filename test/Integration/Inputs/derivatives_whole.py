"""Reductions combined, several results, maps, masks: whole kernels with variables in all roles."""

from cases import integers, positive
from derivatives import SIZES, kernel

FILLED = [size for size in SIZES if size[0] and size[1]]

# --- Reductions combined ------------------------------------------------------

kernel("kernel ratio(param s, i x[3], j y[3], j v[2]) = "
       "let k = exp(-sqdist(x, y) / (2 * s^2)) in sum_j(k * v) / sum_j(k)", s=positive, sizes=FILLED, loose=10)
kernel("""kernel moments(param s, i x[2], j y[2], j w) -> (mass, mean[2], spread) =
  let k = w / (s + sqdist(x, y))
  let m = sum_j(k)
  let c = sum_j(k * y) / m
  in (m, c, sum_j(k * sqnorm(y)) / m - sqnorm(c))""", s=positive, w=positive, sizes=FILLED, loose=100)
kernel("""kernel both_ways(param p, i x, j y, i a, j b) -> (on_i, on_j, total) =
  let k = 1 / (1 + (x - y)^2)
  in (sum_j(k * b) + p * a, sum_i(k * a) * b, sum_ij(k * a * b) * p)""")
kernel("kernel share(i x[2], j y[2]) = sum_j(exp(-sqdist(x, y))) / sum_ij(exp(-sqdist(x, y)))", sizes=FILLED, loose=10)
kernel("kernel function_of_sums(param p, i x[2], j y[2]) = sin(sum_j(tanh(x * y)) * x) * exp(p * mean_j(sin(x - y)))",
       sizes=FILLED, loose=10)
kernel("""kernel kinds(param p, i x[2], j y[2], j v) -> (s, l, m, n) =
  let d = p * sqdist(x, y)
  in (sum_j(exp(-d) * v), logsumexp_j(-d), min_j(d), max_j(d + v))""", p=positive, kinks=True, sizes=FILLED, loose=10)
kernel("kernel softmax_and_sum(param p, i q[3], j k[3], j v[2]) = softmax_j(p * dot(q, k), v) * sum_j(tanh(dot(q, k)))",
       sizes=FILLED, loose=10)
kernel("kernel log_of_log(param p, i x[2], j y[2]) = logsumexp_j(p * dot(x, y)) * logsumexp_j(-p * dot(x, y))", sizes=FILLED, loose=10)
kernel("kernel sum_of_outer(param A[2, 2], i x[2], j y[2]) -> (C[2, 2]) = sum_ij(outer(matvec(A, x), sin(y)))")
kernel("kernel loss(param p, i x[2], i c, j y[2], j b) = sqnorm(sum_ij(exp(-p * sqdist(x, y)) * (b - c)))", p=positive, loose=10)

# --- Not every variable everywhere ---------------------------------------------

kernel("kernel alone_i(i x[3], j y) = sum_j(sin(x)) * x")
kernel("kernel alone_j(i x, j y[3]) = sum_j(sin(y)) * x")
kernel("kernel alone_param(param a[2], i x, j y) = sum_j(sin(a)) * x")
kernel("kernel unused(param a[2], i x[2], j y[2], j z) = sum_j(sin(x * y))", wrt="x y")
kernel("kernel in_some(param p, i x[2], j y[2], i q, j b) = sum_j(exp(-q * sqdist(x, y)) * b)", wrt="y q", q=positive)
kernel("kernel map_i(param p[2], i x[2], i z) = sin(x * z) * exp(p / 4) + z")
kernel("kernel map_j(param p[2], j y[2], j z) = sin(y * z) * exp(p / 4) + z")
kernel("kernel of_parameters(param p[2], param q) -> (r[2]) = sin(p * q)", sizes=[(1, 1)])
kernel("kernel linear(param a, i x, j y) = sum_j(a * y) + 2 * x")
kernel("kernel same_twice(i x[2], j y[2]) = sum_j(dot(x, y)) * sum_j(dot(x, y))")

# --- Sizes, indices, masks, whole powers ----------------------------------------

kernel("kernel scaled_by_size(param p, i x, j y) = sum_j(sin(p * x * y) / size_j) * size_i", sizes=FILLED)
kernel("kernel others(param p, i x[2], j y[2]) = sum_j(where(index_i == index_j, 0, exp(-p * sqdist(x, y))))", p=positive, loose=10)
kernel("kernel by_index(param p, i x, j y) = sum_j(sin(x * y + p * index_j) * index_i)", sizes=[(1, 1), (7, 9), (0, 7), (7, 0)], loose=100)
kernel("kernel same_class(i l : i32, j m : i32, i x[2], j y[2], param p) = "
       "sum_j(where(l == m, exp(-p * sqdist(x, y)), sin(dot(x, y)))) / (1 + count_j(l == m))", l=integers, m=integers, p=positive)
kernel("kernel powers(param p, i x, j y) = sum_j(x^3 * y^2 - (p * x)^1 + (2 + x^2 * y^2)^(-2) + (1 + y^2)^p + p^(x * y / 4))",
       p=positive, loose=10)
kernel("kernel quotients(param p, i x, j y) = sum_j((x - y) / (2 + sin(p * x)) / p + inv(3 + cos(y)) - p / (x^2 + 1))", p=positive)
kernel("kernel deep(param p, i x[2], j y[2]) = sum_j(tanh(exp(-sqnorm(sin(p * (x - y)))) * atan(x) + sqrt(1 + (x * y)^2)))", loose=10)

# --- Radial functions, away from 0 ------------------------------------------------

RADIAL = {
    "laplace": "exp(-dist(x, y) / s)",
    "matern": "let r = dist(x, y) / s in (1 + r) * exp(-r)",
    "thin_plate": "let q = sqdist(x, y) in q * log(q)",
    "multiquadric": "sqrt(sqdist(x, y) + s^2)",
    "energy": "-dist(x, y)",
    "rational": "(1 + sqdist(x, y) / s)^(-s)",
    "periodic": "exp(-2 * sqnorm(sin((x - y) / s)))",
    "cosine": "dot(x, y) * rsqrt(sqnorm(x) * sqnorm(y)) * s",
}
for name, formula in RADIAL.items():
    kernel(f"kernel {name}(param s, i x[3], j y[3], j b) = sum_j(({formula}) * b)", s=positive, loose=100)
