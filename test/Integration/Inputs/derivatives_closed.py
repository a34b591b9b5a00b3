"""Derivatives of whole kernels, against closed forms in float64 NumPy.

    derivatives_closed.py --tmp DIR [--option OPTION]... [--only NAMES]

Each function below yields calls of kernels of derivatives_closed.kop: name,
inputs, expected results. The tolerance is TERMS roundings of the largest number
of a result, or of `scale` where results are differences of larger numbers.
Where points coincide and the function is not smooth, results need only be
numbers: `smooth` says for which rows more is known. The memory that each kernel
asks for is linear in the numbers of points.
"""

import argparse
import ctypes
import os
import re
import sys

import numpy as np

from cinterface import Options
from derivatives import Compiled, compile_all, largest

D = 3
TERMS = {"f64": 500 * 2.0**-53, "f32": 500 * 2.0**-24}
SIZES = [(1, 1), (17, 40), (40, 17), (61, 61), (0, 5), (5, 0), (0, 0)]


class Data:
    """Numbers that both precisions hold; some rows of y are rows of x."""

    def __init__(self, n, m):
        self.n, self.m = n, m
        self.rng = np.random.default_rng(n * 1000 + m)
        self.x, self.y = self(n, D), self(m, D)
        self.u, self.e, self.f = self(n, 1), self(n, D), self(n, D)
        self.b, self.g = self(m, 1), np.full((1, 1), 0.375)
        self.r = self.x[:, None] - self.y[None]
        self.q = (self.r**2).sum(2)

    def __call__(self, *shape):
        return self.rng.standard_normal(shape).astype(np.float32).astype(float)

    def coincide(self):
        """Makes every third row of y one of x; says which rows of x are met."""
        k = min(self.n, len(self.y[::3]))
        self.y[::3][:k] = self.x[:k]
        self.r = self.x[:, None] - self.y[None]
        self.q = (self.r**2).sum(2)
        return np.arange(self.n) >= k


def over_j(weights, vectors):
    return np.einsum("ij,ijd->id", weights, vectors)


def over_i(weights, vectors):
    return np.einsum("ij,ijd->jd", weights, vectors)


def dots(rows, vectors):
    return np.einsum("id,ijd->ij", rows, vectors)


def gauss(a):
    g, b, u, r = a.g.item(), a.b, a.u, a.r
    k = np.exp(-g * a.q)
    c = u * b.T * k
    start = [a.g, a.x, a.y, a.b]
    first = -2 * g * over_j(c, r)
    yield "gauss_all", [*start, u], [first, 2 * g * over_i(c, r), k.T @ u, -(c * a.q).sum().reshape(1, 1)]
    yield "gauss_x", [*start, u], [first]
    er, fr = dots(a.e, r), dots(a.f, r)
    hessian = -2 * g * (c.sum(1)[:, None] * a.e - 2 * g * over_j(c * er, r))
    yield "gauss_xx", [*start, u, a.e], [hessian]
    yield "gauss_xt", [*start, u, a.e], [hessian]
    ef = (a.e * a.f).sum(1)[:, None]
    third = 4 * g**2 * (over_j(c * (ef - 2 * g * er * fr), r) + (c * fr).sum(1)[:, None] * a.e + (c * er).sum(1)[:, None] * a.f)
    yield "gauss_xxx", [*start, u, a.e, a.f], [third]
    yield "gauss_xtt", [*start, u, a.e, a.f], [third]
    mixed = 2 * g * (c.T @ a.e - 2 * g * over_i(c * er, r))
    yield "gauss_xy", [*start, u, a.e], [mixed]
    t = a(a.m, 1)
    yield "gauss_xb", [*start, u, t], [-2 * g * over_j(u * t.T * k, r)]


# Profiles f(q) of q = |x - y|^2 at scale s, with their first two derivatives.
def laplace(q, s):
    p = np.sqrt(q)
    f = np.exp(-p / s)
    return f, -f / (2 * s * p), f / (4 * s * q) * (1 / s + 1 / p)


def cauchy(q, s):
    f = 1 / (1 + q / s**2)
    return f, -(f**2) / s**2, 2 * f**3 / s**4


def imq(q, s):
    f = (s**2 + q) ** -0.5
    return f, -0.5 * f**3, 0.75 * f**5


def matern32(q, s):
    p = np.sqrt(3 * q) / s
    f = np.exp(-p)
    return (1 + p) * f, -1.5 / s**2 * f, 2.25 / s**4 * f / p


def matern52(q, s):
    p = np.sqrt(5 * q) / s
    f = np.exp(-p)
    return (1 + p + p**2 / 3) * f, -5 / (6 * s**2) * (1 + p) * f, 25 / (12 * s**4) * f


def radial(profile, meets):
    def calls(a):
        smooth = a.coincide() if meets else np.ones(a.n, bool)
        s = np.full((1, 1), 1.25)
        with np.errstate(all="ignore"):
            f, f1, f2 = profile(a.q, s.item())
        # Of points that meet the gradient is 0, the second derivative any number.
        f1, f2 = np.where(a.q == 0, 0, f1), np.where(a.q == 0, 0, f2)
        c = a.u * a.b.T
        start, name = [s, a.x, a.y, a.b], profile.__name__
        yield name, start, [f @ a.b]
        yield name + "_x", [*start, a.u], [2 * over_j(c * f1, a.r)]
        second = 2 * (c * f1).sum(1)[:, None] * a.e + 4 * over_j(c * f2 * dots(a.e, a.r), a.r)
        yield name + "_xx", [*start, a.u, a.e], [second], smooth
        yield name + "_xt", [*start, a.u, a.e], [second], smooth

    calls.__name__ = profile.__name__ + ("_meeting" if meets else "")
    return calls


def energy(a):
    smooth = a.coincide()
    with np.errstate(all="ignore"):
        inverse = np.where(a.q == 0, 0, a.q**-0.5)
    c = -a.u * a.b.T * inverse
    yield "energy_x", [a.x, a.y, a.b, a.u], [over_j(c, a.r)]
    second = c.sum(1)[:, None] * a.e - over_j(c * inverse**2 * dots(a.e, a.r), a.r)
    yield "energy_xt", [a.x, a.y, a.b, a.u, a.e], [second], smooth


def softmax_rows(scores):
    e = np.exp(scores - scores.max(1, keepdims=True)) if scores.shape[1] else np.exp(scores)
    with np.errstate(all="ignore"):
        return e / e.sum(1, keepdims=True)


def softmin(a):
    if not a.m:
        return
    eps, h, u = np.full((1, 1), 0.5), a.b, a.u
    p = softmax_rows(h.T - a.q / (2 * eps))
    start, c = [eps, a.x, a.y, h], u * p
    expected = [over_j(c, a.r), -over_i(c, a.r), -eps * c.sum(0)[:, None]]
    yield "softmin_all", [*start, u], expected
    value = -eps * np.log(np.exp(h.T - a.q / (2 * eps)).sum(1))[:, None]
    yield "softmin_given", [*start, u, value], expected
    er, mean = dots(a.e, a.r), over_j(p, a.r)
    spread = over_j(p * er, a.r) - (p * er).sum(1)[:, None] * mean
    yield "softmin_xt", [*start, u, a.e], [u * (a.e - spread / eps)]
    t = a(a.m, 1)
    yield "softmin_hh", [*start, u, t], [-eps * (t * c.sum(0)[:, None] - p.T @ (c @ t))]
    w, v = np.abs(a(a.m, 2)) + 0.25, a(a.n, 2)
    k = np.exp(-a.q)
    scaled = v / (k @ w)
    yield "lse_weighted_all", [a.x, a.y, w, v], [-2 * over_j(k * (scaled @ w.T), a.r), k.T @ scaled]


def attention(a):
    if not a.m:
        return
    v, u = a(a.m, 2), a(a.n, 2)
    p = softmax_rows(a.x @ a.y.T / np.sqrt(D))
    out = p @ v
    scores = p * (u @ v.T - (u * out).sum(1)[:, None]) / np.sqrt(D)
    yield "attention_all", [a.x, a.y, v, u], [scores @ a.y, scores.T @ a.x, p.T @ u]
    tk, tv = a(a.m, D), a(a.m, 2)
    moves = p * (a.e @ a.y.T + a.x @ tk.T) / np.sqrt(D)
    yield "attention_t", [a.x, a.y, v, a.e, tk, tv], [moves @ v - moves.sum(1)[:, None] * out + p @ tv]


def ratio(a):
    if not a.m:
        return
    s, v, u = 1.25, a(a.m, 2), a(a.n, 2)
    p = softmax_rows(-a.q / (2 * s**2))
    scores = p * (u @ v.T - (u * (p @ v)).sum(1)[:, None])
    d_s = (scores * a.q).sum().reshape(1, 1) / s**3
    expected = [-over_j(scores, a.r) / s**2, over_i(scores, a.r) / s**2, p.T @ u, d_s]
    # A single point has weight 1: all but d_v is a difference of equal terms, each rounded.
    terms = (p * (np.abs(u) @ np.abs(v).T)).sum() if a.m == 1 else 0.0
    yield "ratio_all", [np.full((1, 1), s), a.x, a.y, v, u], expected, None, None, terms


def nearest(a):
    order = np.argsort(a.q, 1)[:, :3]
    u = a(a.n, 3)
    c = np.zeros(a.q.shape)
    np.put_along_axis(c, order, u[:, : order.shape[1]], 1)
    yield "nearest_all", [a.x, a.y, u], [2 * over_j(c, a.r), -2 * over_i(c, a.r)]
    yield "nearest_xt", [a.x, a.y, u, a.e], [2 * c.sum(1)[:, None] * a.e]


def aniso(a):
    s = np.eye(D) / 2 + a(D, D).astype(np.float16) / 8
    t = a(D, D)
    quadratic = lambda m: np.einsum("ijd,de,ije->ij", a.r, m, a.r)
    c = a.u * a.b.T * np.exp(-quadratic(s))
    flat = lambda m: m.reshape(1, D * D)
    start = [flat(s), a.x, a.y, a.b]
    yield "aniso_all", [*start, a.u], [flat(-np.einsum("ij,ijd,ije->de", c, a.r, a.r)), -over_j(c, a.r) @ (s + s.T).T]
    yield "aniso_SS", [*start, a.u, flat(t)], [flat(np.einsum("ij,ijd,ije->de", c * quadratic(t), a.r, a.r))]


def hamiltonian(a):
    """Gradients are sums over both roles of the same points."""
    if a.n != a.m:
        return
    g, q, p, tq, tp = 0.375, a.x, a(a.n, D), a.e, a.f
    r = q[:, None] - q[None]
    k, pp = np.exp(-g * (r**2).sum(2)), p @ p.T
    start = [np.full((1, 1), g), q, p, q, p, np.ones((1, 1))]
    force = lambda weights: -2 * g * over_j(weights, r)
    yield "motion", start, [force(k * pp), k @ p], None, both_roles
    tr = tq[:, None] - tq[None]
    tk = -2 * g * k * (r * tr).sum(2)
    t_force = force(tk * pp + k * (tp @ p.T + p @ tp.T)) - 2 * g * over_j(k * pp, tr)
    expected = [t_force, tk @ p + k @ tp]
    yield "motion_t", [*start, tq, tp, tq, tp], expected, None, both_roles
    yield "motion_g", [*start, tq, tp, tq, tp], expected, None, both_roles


def both_roles(results):
    return [results[0] + results[2], results[1] + results[3]]


def operators(a):
    g, k = a.g.item(), np.exp(-a.g * a.q)
    start = [a.g, a.x, a.y]
    row = lambda weights: weights.sum(1)[:, None]
    yield "op_laplacian", start, [row(k * (4 * g**2 * a.q - 2 * g * D))]
    yield "op_divergence", start, [row(k * (D - 2 * g * a.q))]
    yield "op_trace", start, [row(k * (D - 2 * g * a.q))]
    yield "op_grad", [*start, a.b], [-2 * g * over_j(k * a.b.T, a.r)]
    yield "op_adjoint", [*start, a.b], [2 * g * over_j(k * a.b.T, a.r)]
    t = a(a.m, D)
    yield "op_jvp", [*start, t], [-2 * g * row(k * np.einsum("jd,ijd->ij", t, a.r))]
    yield "op_total", [*start, a.b], [-2 * g * over_j(k * a.b.T, a.r)]
    y, x = a(a.m, 2), a.x
    s, c = y[:, 0].sum(), y[:, 1].sum()
    zero = np.zeros(a.n)
    rows = [zero, s * x[:, 2] * np.cos(x[:, 1] * x[:, 2]), s * x[:, 1] * np.cos(x[:, 1] * x[:, 2]), 2 * c * x[:, 0], zero, zero]
    yield "op_jacobian", [x, y], [np.stack(rows, 1)]


CASES = [gauss, energy, softmin, attention, ratio, nearest, aniso, hamiltonian, operators]
CASES += [radial(profile, meets) for profile in (laplace, cauchy, imq, matern32, matern52) for meets in (False, True)]


def complaints(case, size, dtype, compiled):
    for name, inputs, expected, *rest in case(Data(*size)):
        smooth, sum_roles, scale = rest + [None, None, 0.0][len(rest):]
        where = f"[{dtype}] {name} ({case.__name__}) ni={size[0]} nj={size[1]}"
        try:
            results = compiled(name, *size, inputs, threads=(1, 2))
        except RuntimeError as error:
            yield f"{where}: {error}"
            continue
        results = sum_roles(results) if sum_roles else results
        for number, (got, right) in enumerate(zip(results, expected, strict=True)):
            right = right.reshape(got.shape)
            if not np.isfinite(got).all():
                yield f"{where} result {number}: not a number in row {np.argwhere(~np.isfinite(got))[0][0]}"
            known = smooth if smooth is not None else slice(None)
            error = largest([got[known] - right[known]])
            bound = TERMS[dtype] * (max(largest([right]), scale) + 1e-3)
            if not error <= bound:
                yield f"{where} result {number}: wrong by {error:.2g}, at most {bound:.2g}"


def workspaces(dtype, compiled):
    """The memory of every kernel is linear: so many bytes per point, and no more per point for more points."""
    options = Options(size=ctypes.sizeof(Options), threads=2)
    for name in compiled.kernels:
        function = getattr(compiled.library.library, name + "_workspace_bytes")
        function.restype = ctypes.c_size_t
        bytes_at = lambda n, m: function(ctypes.byref(options), ctypes.c_int64(n), ctypes.c_int64(m))
        for n, m in ((1, 1), (1, 0), (0, 1)):
            small, large = (bytes_at(1000 + k * n, 1000 + k * m) for k in (10**5, 10**6))
            if large > 12 * small + 2**20 or large > 1000 * 10**6:
                yield f"[{dtype}] {name}: workspaces of {small} and {large} bytes for 1e5 and 1e6 points"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keopsc", default="keopsc")
    parser.add_argument("--tmp", required=True)
    parser.add_argument("--option", action="append", default=[])
    parser.add_argument("--only", default=".*", help="a regular expression of names")
    arguments = parser.parse_args()
    os.makedirs(arguments.tmp, exist_ok=True)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "derivatives_closed.kop")) as source:
        text = source.read()
    chosen = [case for case in CASES if re.fullmatch(arguments.only, case.__name__)]
    stem, failures = os.path.join(arguments.tmp, "closed"), []
    messages = compile_all(arguments, dict.fromkeys(TERMS, text), stem)
    if messages:
        sys.exit("\n".join(messages))
    for dtype in TERMS:
        compiled = Compiled(f"{stem}_{dtype}", 0)
        failures += workspaces(dtype, compiled)
        failures += [f for case in chosen for size in SIZES for f in complaints(case, size, dtype, compiled)]
    for failure in failures[:40]:
        print(failure)
    print(f"{len(chosen)} cases, {len(failures)} failures")
    return 1 if failures or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
