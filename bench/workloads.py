"""The benchmarks: a kernel in our language, the same for KeOps, its data, and a float64 reference of some rows."""

import numpy as np


class Workload:
    """`reference(x, y, b)` gives, for rows x of i, the exact result and the sum of absolute terms; with several
    results, their columns side by side. A `cotangent` is one more array, a number for each i, given to both. `widths`
    are the columns of each result."""

    def __init__(self, name, kop, keops, aliases, dim, channels, reference, indices=False,
                 widths=None, cotangent=False):
        self.name, self.kop, self.keops, self.aliases = name, kop, keops, aliases
        self.dim, self.channels, self.reference, self.indices = dim, channels, reference, indices
        self.widths, self.cotangent = widths or (max(channels, 1),), cotangent

    def inputs(self, arrays):
        """Those of the data that the kernel takes."""
        x, y, b, *cotangent = arrays
        return [x, y] + ([b] if self.channels else []) + cotangent

    def sample(self, arrays, rows):
        """The data for some rows of i."""
        x, y, b, *cotangent = arrays
        return [x[rows], y, b] + [e[rows] for e in cotangent]

    def data(self, rng, n, m, dtype):
        """Fresh random data; the scale keeps distances near 1 in any dimension."""
        scale = 1 / np.sqrt(2 * self.dim)
        x = (scale * rng.standard_normal((n, self.dim))).astype(dtype)
        y = (scale * rng.standard_normal((m, self.dim))).astype(dtype)
        b = rng.standard_normal((m, max(self.channels, 1))).astype(dtype)
        cotangent = [rng.standard_normal((n, 1)).astype(dtype)] if self.cotangent else []
        return x, y, b, *cotangent


def distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.stack([((row - y) ** 2).sum(1) for row in x])


def gauss(x, y, b):
    k = np.exp(-distances(x, y))
    return k @ b.astype(float), k @ np.abs(b.astype(float))


def gradient(x, y, b):
    k = np.exp(-distances(x, y)) * b.astype(float)[:, 0]
    difference = x.astype(float)[:, None, :] - y.astype(float)[None]
    terms = -2 * k[:, :, None] * difference
    return terms.sum(1), np.abs(terms).sum(1)


def log_sum_exp(x, y, b):
    s = np.exp(-distances(x, y)).sum(1, keepdims=True)
    return np.log(s), np.maximum(np.abs(np.log(s)), 1)


def nearest(x, y, b):
    order = np.argsort(distances(x, y), 1, kind="stable")[:, :10]
    return order, np.ones(order.shape)


def smallest(x, y, b):
    d = distances(x, y).min(1, keepdims=True)
    return d, np.abs(d) + 1e-30


def closest(x, y, b):
    index = distances(x, y).argmin(1)[:, None]
    return index, np.ones(index.shape)


def laplacian(x, y, b):
    k = np.exp(-np.sqrt(distances(x, y)))
    return k @ b.astype(float), k @ np.abs(b.astype(float))


def cauchy(x, y, b):
    k = 1 / (1 + distances(x, y))
    return k @ b.astype(float), k @ np.abs(b.astype(float))


def attention(x, y, b):
    s = x.astype(float) @ y.astype(float).T
    p = np.exp(s - s.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    return p @ b.astype(float), p @ np.abs(b.astype(float))


def gaussian(dim, channels=1):
    name = f"gauss D={dim}" + (f" E={channels}" if channels > 1 else "")
    kop = f"kernel k(i x[{dim}], j y[{dim}], j b[{channels}]) = sum_j(exp(-sqdist(x, y)) * b)"
    aliases = [f"x=Vi({dim})", f"y=Vj({dim})", f"b=Vj({channels})"]
    return Workload(name, kop, "Sum_Reduction(Exp(-SqDist(x,y))*b,0)", aliases, dim, channels, gauss)


POINTS = ["x=Vi(3)", "y=Vj(3)"]
WORKLOADS = [
    gaussian(3),
    Workload("gradient D=3", "kernel k(i x[3], j y[3], j b) = sum_j(-2 * exp(-sqdist(x, y)) * b * (x - y))",
             "Sum_Reduction(IntCst(-2)*Exp(-SqDist(x,y))*b*(x-y),0)", POINTS + ["b=Vj(1)"], 3, 1, gradient, widths=(3,)),
    Workload("logsumexp D=3", "kernel k(i x[3], j y[3]) = logsumexp_j(-sqdist(x, y))",
             "LogSumExp_Reduction(-SqDist(x,y),0)", POINTS, 3, 0, log_sum_exp),
    Workload("argkmin K=10 D=3", "kernel k(i x[3], j y[3]) = argkmin_j(sqdist(x, y), 10)",
             "ArgKMin_Reduction(SqDist(x,y),10,0)", POINTS, 3, 0, nearest, indices=True, widths=(10,)),
    Workload("min D=3", "kernel k(i x[3], j y[3]) = min_j(sqdist(x, y))",
             "Min_Reduction(SqDist(x,y),0)", POINTS, 3, 0, smallest),
    Workload("argmin D=3", "kernel k(i x[3], j y[3]) = argmin_j(sqdist(x, y))",
             "ArgMin_Reduction(SqDist(x,y),0)", POINTS, 3, 0, closest, indices=True),
    Workload("laplacian D=3", "kernel k(i x[3], j y[3], j b) = sum_j(exp(-dist(x, y)) * b)",
             "Sum_Reduction(Exp(-Norm2(x-y))*b,0)", POINTS + ["b=Vj(1)"], 3, 1, laplacian),
    Workload("cauchy D=3", "kernel k(i x[3], j y[3], j b) = sum_j(b / (1 + sqdist(x, y)))",
             "Sum_Reduction(b/(IntCst(1)+SqDist(x,y)),0)", POINTS + ["b=Vj(1)"], 3, 1, cauchy),
    gaussian(3, 8),
    gaussian(10),
    gaussian(100),
    Workload("attention D=64 E=64", "kernel k(i x[64], j y[64], j b[64]) = softmax_j(dot(x, y), b)",
             "SumSoftMaxWeight_Reduction(x|y,0,b)", ["x=Vi(64)", "y=Vj(64)", "b=Vj(64)"], 64, 64, attention),
]
