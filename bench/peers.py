"""Ways to run a workload. Each is made once (and says how long that took) and then called again and again."""

import ctypes
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "test", "Integration", "Inputs"))
from cinterface import Library  # noqa: E402

C_LOOP = """
#include <math.h>
#include <stdint.h>
void k(int64_t ni, int64_t nj, const T *restrict x, const T *restrict y, const T *restrict b, T *restrict out) {
#pragma omp parallel for
  for (int64_t i = 0; i < ni; ++i) {
    T sum = 0;
    for (int64_t j = 0; j < nj; ++j) {
      T u = x[3 * i] - y[3 * j], v = x[3 * i + 1] - y[3 * j + 1], w = x[3 * i + 2] - y[3 * j + 2];
      sum += EXP(-(u * u + v * v + w * w)) * b[j];
    }
    out[i] = sum;
  }
}
"""


def compile_kernel(keopsc, text, dtype, *options, suffix=".so"):
    """Compiles kernels. Returns the path of the output and how long keopsc takes."""
    folder = tempfile.mkdtemp()
    source, output = os.path.join(folder, "k.kop"), os.path.join(folder, "k" + suffix)
    with open(source, "w") as file:
        file.write(text + "\n")
    start = time.perf_counter()
    subprocess.run([keopsc, source, f"--dtype={dtype}", *options, "-o", output], check=True)
    return output, time.perf_counter() - start


def genred(formula):
    """What a reduction of KeOps is to Genred: the formula and the other arguments."""
    reduction, inner = formula.split("_Reduction(", 1)
    arguments = {"axis": 1, "reduction_op": reduction}
    if reduction == "ArgKMin":
        inner, arguments["opt_arg"] = inner.rsplit(",", 2)[0], 10
    elif reduction == "SumSoftMaxWeight":
        inner, arguments["formula2"] = "x|y", "b"
    else:
        inner = inner.rsplit(",0)", 1)[0]
    return inner, arguments


class Compiled:
    """keopsc, through the C interface."""

    name = "keopsc"

    def __init__(self, workload, dtype, x, y, b, keopsc):
        _, self.compile_time = compile_kernel(keopsc, workload.kop, dtype, suffix=".o")
        library, _ = compile_kernel(keopsc, workload.kop, dtype)
        self.library = Library(library)
        self.out = np.empty((len(x), *workload.widths), np.int64 if workload.indices else x.dtype)
        self.arrays = workload.inputs([x, y, b]) + [self.out]

    def __call__(self):
        problem = self.library.call("k", len(self.arrays[0]), len(self.arrays[1]), self.arrays)
        if problem:
            raise RuntimeError(problem)
        return self.out


class KeOps:
    name = "KeOps"

    def __init__(self, workload, dtype, x, y, b, keopsc):
        from pykeops.numpy import Genred

        start = time.perf_counter()
        inner, arguments = genred(workload.keops)
        self.function = Genred(inner, workload.aliases, **arguments)
        self.arrays = workload.inputs([x, y, b])
        self()
        self.compile_time = time.perf_counter() - start

    def __call__(self):
        return self.function(*self.arrays, backend="CPU")


class NumPy:
    """The whole matrix, in blocks of rows that fit into the cache; sums only."""

    name = "NumPy"

    def __init__(self, workload, dtype, x, y, b, keopsc):
        if not workload.name.startswith("gauss"):
            raise LookupError
        self.x, self.y, self.b, self.compile_time = x, y, b, 0.0

    def __call__(self):
        out = np.empty((len(self.x), self.b.shape[1]), self.x.dtype)
        square = (self.y**2).sum(1)
        for start in range(0, len(self.x), 64):
            x = self.x[start : start + 64]
            k = np.exp(2 * (x @ self.y.T) - (x**2).sum(1)[:, None] - square)
            out[start : start + 64] = k @ self.b
        return out


class Gcc:
    """A plain loop, gcc -Ofast -march=native -fopenmp."""

    name = "gcc -Ofast"

    def __init__(self, workload, dtype, x, y, b, keopsc):
        if not workload.c_loop:
            raise LookupError
        folder = tempfile.mkdtemp()
        with open(os.path.join(folder, "k.c"), "w") as text:
            text.write(C_LOOP)
        kind = ["-DT=float", "-DEXP=expf"] if dtype == "f32" else ["-DT=double", "-DEXP=exp"]
        start = time.perf_counter()
        subprocess.run(["gcc", "-Ofast", "-march=native", "-fopenmp", "-fPIC", "-shared", *kind, "k.c", "-o", "k.so", "-lm"],
                       cwd=folder, check=True)
        self.compile_time = time.perf_counter() - start
        self.function = ctypes.CDLL(os.path.join(folder, "k.so")).k
        self.x, self.y, self.b, self.out = x, y, b, np.empty((len(x), 1), x.dtype)

    def __call__(self):
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (self.x, self.y, self.b, self.out)]
        self.function(ctypes.c_int64(len(self.x)), ctypes.c_int64(len(self.y)), *pointers)
        return self.out


PEERS = [Compiled, KeOps, Gcc, NumPy]
