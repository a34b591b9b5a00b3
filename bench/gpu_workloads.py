"""The benchmarks on GPUs: those of workloads.py and more, each with the instructions per pair that a kernel can get
down to, which is the roof, and the same in PyTorch."""

import numpy as np

from workloads import WORKLOADS, Workload, distances, gaussian, gradient

COMMON = {w.name: w for w in WORKLOADS}
GAUSS = "kernel f(i x[3], j y[3], j b) = sum_j(exp(-sqdist(x, y)) * b)\n"


def cotangent_gradient(x, y, b, e):
    value, scale = gradient(x, y, b)
    return e * value, np.abs(e) * scale


def value_and_gradient(x, y, b):
    k = np.exp(-distances(x, y))
    value, scale = gradient(x, y, b)
    return np.hstack([k @ b, value]), np.hstack([k @ np.abs(b), scale])


# The same on tensors, for some rows of x; d is the squared distance.
TORCH = {
    "gauss": lambda t, d, x, y, b: t.exp(-d) @ b,
    "gradient": lambda t, d, x, y, b, e: weighted_differences(t.exp(-d) * b[:, 0], x, y) * e,
    "value and gradient": lambda t, d, x, y, b: t.hstack([t.exp(-d) @ b, weighted_differences(t.exp(-d) * b[:, 0], x, y)]),
    "logsumexp": lambda t, d, x, y, b: t.logsumexp(-d, 1, keepdim=True),
    "argkmin": lambda t, d, x, y, b: t.topk(d, 10, 1, largest=False).indices,
    "min": lambda t, d, x, y, b: t.amin(d, 1, keepdim=True),
    "argmin": lambda t, d, x, y, b: t.argmin(d, 1, keepdim=True),
    "laplacian": lambda t, d, x, y, b: t.exp(-t.sqrt(d.clamp(min=0))) @ b,
    "cauchy": lambda t, d, x, y, b: t.reciprocal(1 + d) @ b,
    "attention": lambda t, d, x, y, b: t.nn.functional.scaled_dot_product_attention(x[None, None], y[None, None], b[None, None], scale=1.0)[0, 0],
}


def weighted_differences(k, x, y):
    return -2 * (k.sum(1, keepdim=True) * x - k @ y)


class GpuWorkload:
    """slots: instructions per pair at the roof, by element type."""

    def __init__(self, workload, slots, torch=None):
        self.workload, self.slots = workload, slots
        self.torch = TORCH[torch or workload.name.split()[0]]

    def pairs_per_second(self, dtype, issue_rate):
        """The roof, or None."""
        return issue_rate / self.slots[dtype] if issue_rate else None


POINTS, WEIGHTS = ["x=Vi(3)", "y=Vj(3)"], ["b=Vj(1)"]
SLOPE = "Sum_Reduction(Grad(Exp(-SqDist(x,y))*b,x,e),0)"
GPU_WORKLOADS = [
    GpuWorkload(COMMON["gauss D=3"], {"f32": 8.3, "f64": 30}),
    GpuWorkload(Workload("gradient D=3", GAUSS + "kernel k = grad(f, x)", SLOPE, POINTS + WEIGHTS + ["e=Vi(1)"], 3, 1,
                         cotangent_gradient, widths=(3,), cotangent=True), {"f32": 11.5}),
    GpuWorkload(Workload("value and gradient D=3",
                         "kernel k(i x[3], j y[3], j b) -> (value, slope[3]) =\n"
                         "  let f = sum_j(exp(-sqdist(x, y)) * b)\n  in (f, grad(f, x, 1))",
                         None, POINTS + WEIGHTS, 3, 1, value_and_gradient, widths=(1, 3)), {"f32": 12.5}, "value and gradient"),
    GpuWorkload(COMMON["logsumexp D=3"], {"f32": 7.6}),
    GpuWorkload(COMMON["argkmin K=10 D=3"], {"f32": 7.1}),
    GpuWorkload(COMMON["min D=3"], {"f32": 6.6}),
    GpuWorkload(COMMON["argmin D=3"], {"f32": 7.1}),
    GpuWorkload(COMMON["laplacian D=3"], {"f32": 9.5}),
    GpuWorkload(COMMON["cauchy D=3"], {"f32": 8.3}),
    GpuWorkload(COMMON["gauss D=10"], {"f32": 13.4}),
    GpuWorkload(gaussian(50), {"f32": 28}),
    GpuWorkload(COMMON["gauss D=100"], {"f32": 21}),
    GpuWorkload(gaussian(784), {"f32": 167}),
    GpuWorkload(gaussian(3, 64), {"f32": 12}),
    GpuWorkload(COMMON["attention D=64 E=64"], {"f32": 24, "bf16": 8}),
]
