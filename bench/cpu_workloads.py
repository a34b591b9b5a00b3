"""The benchmarks on the CPU: those of workloads.py and more, each with the names of its loop in loops.c, of its
hand-written kernels in ceiling/, and of its dense form in dense.py."""

import numpy as np

from workloads import WORKLOADS, Workload, distances, gaussian

COMMON = {w.name: w for w in WORKLOADS}


class Extended(Workload):
    """With more arrays, each a role (i, j or param), a number of columns, and whether its rows are unit vectors."""

    def __init__(self, *arguments, extra=(), **options):
        super().__init__(*arguments, **options)
        self.extra = extra

    def sample(self, arrays, rows):
        x, y, b, *more = arrays
        return [x[rows], y, b] + [a[rows] if role == "i" else a for a, (role, _, _) in zip(more, self.extra)]

    def data(self, rng, n, m, dtype):
        more = []
        for role, width, unit in self.extra:
            a = rng.standard_normal(({"i": n, "j": m}[role], width)) if role != "param" else self.parameter()
            more.append((a / np.linalg.norm(a, axis=1, keepdims=True) if unit else a).astype(dtype))
        return *super().data(rng, n, m, dtype), *more

    def parameter(self):
        """A metric: positive definite, not diagonal, row by row."""
        return np.array([1.5, 0.3, -0.2, 0.3, 0.8, 0.1, -0.2, 0.1, 1.1])


def sums(k, b):
    return k @ b.astype(float), np.abs(k) @ np.abs(b.astype(float))


def matern52(x, y, b):
    r = np.sqrt(5 * distances(x, y))
    return sums((1 + r + r**2 / 3) * np.exp(-r), b)


def polynomial(x, y, b):
    return sums((1 + x.astype(float) @ y.astype(float).T / 2) ** 3, b)


def varifold(x, y, b, u, v):
    return sums(np.exp(-distances(x, y)) * (u.astype(float) @ v.astype(float).T) ** 2, b)


def anisotropic(x, y, b, metric):
    difference = x.astype(float)[:, None] - y.astype(float)[None]
    matrix = metric.astype(float).reshape(3, 3)
    return sums(np.exp(-((difference @ matrix) * difference).sum(2)), b)


def cosine_attention(x, y, b):
    u, v = (a.astype(float) / np.linalg.norm(a.astype(float), axis=1, keepdims=True) for a in (x, y))
    p = np.exp(8 * (u @ v.T))
    return sums(p / p.sum(1, keepdims=True), b)


class CpuWorkload:
    """loop: the function of loops.c. ceiling: functions of ceiling/. dense: that of dense.py. operations: vector
    instructions for as many pairs as AVX-512 has lanes, where docs/Performance.md states them."""

    def __init__(self, workload, loop, dense, ceiling=(), operations=None, neighbours=0):
        self.workload, self.loop, self.dense, self.ceiling = workload, loop, dense, ceiling
        self.operations, self.neighbours = operations or {}, neighbours


POINTS, WEIGHTS, WIDE = ["x=Vi(3)", "y=Vj(3)"], ["b=Vj(1)"], ("expanded_gauss", "direct_gauss")
MATERN = ("Sum_Reduction((IntCst(1)+Sqrt(IntCst(5)*SqDist(x,y))+IntCst(5)*SqDist(x,y)/IntCst(3))"
          "*Exp(-Sqrt(IntCst(5)*SqDist(x,y)))*b,0)")
CPU_WORKLOADS = [
    CpuWorkload(COMMON["gauss D=3"], "gauss_3_1", "gauss", ("gauss3", *WIDE), {"f32": 14, "f64": 20}),
    CpuWorkload(COMMON["gradient D=3"], "gradient", "gradient", ("gradient3",), {"f32": 17}),
    CpuWorkload(COMMON["logsumexp D=3"], "logsumexp", "logsumexp", ("logsumexp3",), {"f32": 13.5}),
    CpuWorkload(COMMON["argkmin K=10 D=3"], "argkmin", "argkmin", ("nearest3",), neighbours=10),
    CpuWorkload(COMMON["min D=3"], "smallest", "min", ("min3",), neighbours=1),
    CpuWorkload(COMMON["argmin D=3"], "argmin", "argmin", ("argmin3",), neighbours=1),
    CpuWorkload(COMMON["gauss D=10"], "gauss_10_1", "gauss", WIDE),
    CpuWorkload(gaussian(50), "gauss_50_1", "gauss", WIDE),
    CpuWorkload(COMMON["gauss D=100"], "gauss_100_1", "gauss", WIDE),
    CpuWorkload(gaussian(784), "gauss_784_1", "gauss", WIDE),
    CpuWorkload(gaussian(3000), "gauss_3000_1", "gauss", WIDE),
    CpuWorkload(gaussian(3, 3), "gauss_3_3", "gauss", ("gauss3e3",)),
    CpuWorkload(COMMON["gauss D=3 E=8"], "gauss_3_8", "gauss", ("gauss3e8",)),
    CpuWorkload(gaussian(3, 64), "gauss_3_64", "gauss"),
    CpuWorkload(gaussian(20, 16), "gauss_20_16", "gauss"),
    CpuWorkload(COMMON["attention D=64 E=64"], "attention", "attention"),
    CpuWorkload(Workload("cosine attention D=64 E=64",
                         "kernel k(i x[64], j y[64], j b[64]) = softmax_j(8 * dot(normalize(x), normalize(y)), b)",
                         "SumSoftMaxWeight_Reduction(IntCst(8)*(Normalize(x)|Normalize(y)),0,b)",
                         ["x=Vi(64)", "y=Vj(64)", "b=Vj(64)"], 64, 64, cosine_attention), "cosine_attention", "cosine attention"),
    CpuWorkload(COMMON["laplacian D=3"], "laplacian", "laplacian"),
    CpuWorkload(COMMON["cauchy D=3"], "cauchy", "cauchy"),
    CpuWorkload(Workload("matern52 D=3", 'import "std/kernels.kop"\n'
                         "kernel k(i x[3], j y[3], j b) = sum_j(matern52(x, y, 1) * b)",
                         MATERN, POINTS + WEIGHTS, 3, 1, matern52), "matern52", "matern52"),
    CpuWorkload(Workload("polynomial D=10", "kernel k(i x[10], j y[10], j b) = sum_j((1 + dot(x, y) / 2)^3 * b)",
                         "Sum_Reduction(Pow(IntCst(1)+(x|y)/IntCst(2),3)*b,0)", ["x=Vi(10)", "y=Vj(10)"] + WEIGHTS,
                         10, 1, polynomial), "polynomial", "polynomial"),
    CpuWorkload(Extended("varifold D=3",
                         "kernel k(i x[3], j y[3], j b, i u[3], j v[3]) = sum_j(exp(-sqdist(x, y)) * dot(u, v)^2 * b)",
                         "Sum_Reduction(Exp(-SqDist(x,y))*Square((u|v))*b,0)",
                         POINTS + WEIGHTS + ["u=Vi(3)", "v=Vj(3)"], 3, 1, varifold,
                         extra=(("i", 3, True), ("j", 3, True))), "varifold", "varifold"),
    CpuWorkload(Extended("anisotropic D=3", "kernel k(i x[3], j y[3], j b, param A[3, 3]) =\n"
                         "  let d = x - y in sum_j(exp(-dot(d, matvec(A, d))) * b)",
                         "Sum_Reduction(Exp(-WeightedSqDist(A,x,y))*b,0)", POINTS + WEIGHTS + ["A=Pm(9)"], 3, 1, anisotropic,
                         extra=(("param", 9, False),)), "anisotropic", "anisotropic"),
]
