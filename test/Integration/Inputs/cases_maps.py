"""Kernels without a reduction, constants, functions, lets: the language rather than the numbers."""

from cases import SMALL, case, positive
from values import concat, exp, norm, sigmoid, sqdist, sqnorm, tanh, total

HALF = {"MAPS_D": 2, "MAPS_E": 3}


@case("kernel map_i(i x[3], param a[3]) = tanh(x * a) + 1")
def map_i(p, x, a):
    return tanh(x * a) + 1


@case("kernel map_j(j y[2], i x) = norm(y) * y")
def map_j(p, y, x):
    return norm(y) * y


@case("kernel map_param(param a[2], param b) = a * b + 1")
def map_param(p, a, b):
    return a * b + 1


@case("kernel mixed_layouts(param a, i x[2], j y[2]) -> (u, v[2], w) = (a * 2, sigmoid(x), sum(y))")
def mixed_layouts(p, a, x, y):
    return a * 2, sigmoid(x), total(y)


@case("""const MAPS_D = 2
const MAPS_E = MAPS_D + 1
/// A function of functions; `x` inside is not the kernel's.
def maps_scaled(x, s) = x / s
def maps_bump(x, y, s) = let d = maps_scaled(x, s) - maps_scaled(y, s) in exp(-sqnorm(d))

kernel functions(param s, i x[MAPS_D], j y[MAPS_D], j b[MAPS_E]) -> (out_[MAPS_E]) =
  sum_j(maps_bump(x, y, s) * b)""", s=positive, const=HALF)
def functions(p, s, x, y, b):
    return p.sum_j(exp(-sqnorm(x / s - y / s)) * b)


@case("""kernel shadowing(i x, j y) =
  let y = y + 1 // the new y hides the variable
  let x = x * 2 /* and so
     does this */
  in sum_j(x * y)""", sizes=SMALL)
def shadowing(p, x, y):
    return p.sum_j(x * 2 * (y + 1))


@case("const MAPS_SCALE = 1 / 4\nkernel real_constant(i x[MAPS_D], j y[MAPS_D]) = sum_j(exp(-sqdist(x, y) * MAPS_SCALE)) + MAPS_D / MAPS_E",
      sizes=SMALL, const=HALF)
def real_constant(p, x, y):
    return p.sum_j(exp(-sqdist(x, y) * 0.25)) + 2.0 / 3.0


@case("kernel epilogue_on_both(param c, i x, j y) -> (a[2]) = let s = sum_j(x * y) in [s / (1 + s^2), c * x]")
def epilogue_on_both(p, c, x, y):
    s = p.sum_j(x * y)
    return concat(s / (1 + s**2), c * x)


@case("kernel precedence(i x, j y) = sum_j(-x ^ 2 + 2 * y - 3 - y / 2 / 4)", sizes=SMALL)
def precedence(p, x, y):
    return p.sum_j(-(x**2) + 2 * y - 3 - y / 2 / 4)
