"""Every operation on one row's vector, inside something curved, with variables in all roles."""

from cases import labels, positive
from derivatives import kernel

# --- Sums, products and lengths ---------------------------------------------

kernel("kernel sums(param p[3], i x[3], j y[3]) = sum_j(exp(sum(p * x * y) / 8))")
kernel("kernel dots(param p[3], i x[3], j y[3], j b) = sum_j(sin(dot(x, y)) * dot(p, y) + dot(b, x * y))")
kernel("kernel repeats(param p, i x, j y[3]) = sum_j(sin(repeat(x, 3) * y) * repeat(p * x, 3))")
kernel("kernel sqnorms(param p[2], i x[2], j y[2]) = sum_j(cos(sqnorm(x - p * y) / 4))")
kernel("kernel norms(param p[3], i x[3], j y[3]) = sum_j(norm(x - p * y))", loose=10)
kernel("kernel norm_of_number(param p, i x, j y) = sum_j(norm(x * y) * p)", x=positive, y=positive, loose=10)
kernel("kernel directions(param p[3], i x[3], j y[3], j b) = sum_j(normalize(x - y) * b * p)", loose=100)
kernel("kernel sqdists(param p, i x[3], j y[3], j b[2]) = sum_j(exp(-p * sqdist(x, y)) * b)", p=positive)
kernel("kernel dists(param p[3], i x[3], j y[3]) = sum_j(exp(-dist(p * x, y)))", loose=10)

kernel("kernel wsqnorm_number(param s, i x[3], j y[3]) = sum_j(exp(-wsqnorm(s, x - y) / 4))", s=positive)
kernel("kernel wsqnorm_diagonal(param s[3], i x[3], j y[3]) = sum_j(exp(-wsqnorm(s, x - y) / 4))", s=positive)
kernel("kernel wsqnorm_full(param s[3, 3], i x[3], j y[3]) = sum_j(sin(wsqnorm(s, x - y) / 4))", loose=10)
kernel("kernel wsqnorm_of_pairs(i s[2, 2], i x[2], j y[2], j z[4]) = sum_j(sin(wsqnorm(s, x - y) + wsqnorm(z, x + y)))", loose=10)
kernel("kernel wsqdists(param s, j t[2], i r[2, 2], i x[2], j y[2]) = "
       "sum_j(cos((wsqdist(s, x, y) + wsqdist(t, x, y) + wsqdist(r, x, y)) / 8))", loose=10)

# --- Parts ------------------------------------------------------------------

kernel("kernel components(param p[4], i x[4], j y[4]) = sum_j(sin(x[0] * y[3]) * p[1] * x[2] + exp(x[1] / 4) * y[1])")
kernel("kernel slices(param p[5], i x[5], j y[4]) = sum_j(sin(x[1:4] * y[0:3]) * p[2:5] + x[0:3] * y[3])")
kernel("kernel concats(param p, i x[2], j y[3]) = sum_j(sin([x, p * y, x[1] * y[0:2], p]) * [y, x, p, y[2], 1])")
kernel("kernel placed(param p, i x[2], j y[4]) = sum_j(elem_t(sin(x[0] * p), 4, 2) * y + exp(extract_t(x * p, 1, 4) * y / 4))")
kernel("kernel selected(i x[4], j y[4]) = sum_j(elem(x, 3) * sin(extract(y, 1, 2) * elem(x, 0)))")
kernel("kernel coded(i k : i32, i x[3], j y[3]) = sum_j(exp(-sqdist(x * onehot(k, 3), y) / 4) * onehot(k, 3))", k=labels(4))
kernel("kernel coded_by_number(i k, i x[3], j y[3]) = sum_j(sin(x * y) * onehot(k, 3))", wrt="x y", k=labels(3))
kernel("kernel matrix_elements(param A[2, 3], i x[2], j y[3]) = sum_j(sin(A[1, 2] * y[0] + A[0, 1] * x[1]) * A[0, 0])")

# --- Extremes of components -------------------------------------------------

kernel("kernel smallest(param p[4], i x[4], j y[4]) = sum_j(sin(min(x * p - y)))", kinks=True)
kernel("kernel largest(param p[4], i x[4], j y[4]) = sum_j(sin(max(x * p * y)))", kinks=True)
kernel("kernel lse_of_components(i x[3], j y[3]) = sum_j(let m = max(x * y) in m + log(sum(exp(x * y - m))))", kinks=True)
kernel("kernel clipped(param p[3], i x[3], j y[3]) = sum_j(clamp(sin(x - y) * p, -0.5, p))", p=positive, kinks=True)
kernel("kernel two_of(i x[2], j y[2], param p) = sum_j(min(x^2, y * p) * max(x, y^2) * abs(x - p))", kinks=True)


def some_zero(data):
    for x in data.values():
        x[::3, 0] = 0


kernel("kernel branches(param p, i x[2], j y[2]) = sum_j(where(x == 0, y * p, x * sin(1 / where(x == 0, 1, x)) * y))",
       wrt="p y", edit=some_zero)
