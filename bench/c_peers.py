"""Peers written in C: plain loops (loops.c) under gcc, and the hand-written vector kernels (ceiling/)."""

import ctypes
import functools
import glob
import os
import subprocess
import tempfile
import time

import numpy as np

BENCH = os.path.dirname(os.path.abspath(__file__))
FAST = ("-Ofast", "-march=native", "-fopenmp")


def gcc(sources, *options):
    """Compiles to a shared library. Returns it, and how long that takes."""
    path = os.path.join(tempfile.mkdtemp(), "c.so")
    start = time.perf_counter()
    try:
        subprocess.run(["gcc", "-shared", "-fPIC", *options, *sources, "-o", path, "-lm"], check=True)
    except FileNotFoundError:
        raise ImportError("gcc is not installed") from None
    return ctypes.CDLL(path), time.perf_counter() - start


@functools.cache
def loops(dtype, layout, options):
    kind = ("-DT=float", "-DREAL=32") if dtype == "f32" else ("-DT=double", "-DREAL=64")
    return gcc([os.path.join(BENCH, "loops.c")], *options, *kind, f"-DLAYOUT={layout}")


@functools.cache
def ceiling(dtype, options):
    return gcc(sorted(glob.glob(os.path.join(BENCH, "ceiling", "*.c"))), *options, f"-DREAL={dtype[1:]}")


class InC:
    def prepare(self, function, workload, arrays):
        self.function = function
        self.arrays = workload.inputs(arrays)
        kind = np.int64 if workload.indices else arrays[0].dtype
        self.out = np.empty((len(arrays[0]), sum(workload.widths)), kind)
        # b stands third also where the kernel takes none.
        given = self.arrays if workload.channels else arrays
        self.pointers = (ctypes.c_void_p * len(given))(*[a.ctypes.data for a in given])
        self.extents = ctypes.c_int64(len(arrays[0])), ctypes.c_int64(len(arrays[1]))

    def __call__(self, threads):
        self.function(threads, *self.extents, self.pointers, ctypes.c_void_p(self.out.ctypes.data))
        return self.out


def plain(name, layout, options):
    """A class for the loops under these options; the smoke test has no time to optimise."""

    def make(self, bench, dtype, arrays, arguments):
        chosen = ("-O1", "-fopenmp") if arguments.smoke else options
        library, self.compile_time = loops(dtype, layout, chosen)
        self.prepare(getattr(library, bench.loop), bench.workload, arrays)

    return type("Loop", (InC,), {"name": name, "__init__": make})


def handwritten(number):
    """A class for the workload's kernel of that number in the ceiling."""

    def make(self, bench, dtype, arrays, arguments):
        if number >= len(bench.ceiling):
            raise LookupError
        with open("/proc/cpuinfo") as facts:
            if " avx2 " not in facts.read():
                raise ImportError("needs AVX2")
        options = ("-O1" if arguments.smoke else "-O3", "-march=native", "-fopenmp")
        library, self.compile_time = ceiling(dtype, options)
        self.dimensions, self.dim = ctypes.c_int64.in_dll(library, "dimensions"), bench.workload.dim
        function = bench.ceiling[number]
        self.prepare(getattr(library, function), bench.workload, arrays)
        self.name = "ceiling " + function

    def call(self, threads):
        self.dimensions.value = self.dim
        return InC.__call__(self, threads)

    return type("Ceiling", (InC,), {"name": "ceiling", "__init__": make, "__call__": call})


C_PEERS = [handwritten(number) for number in range(3)] + [
    plain("gcc -O3, 1 thread", 0, ("-O3", "-march=native")),
    plain("gcc -Ofast", 0, FAST),
    plain("gcc -Ofast, columns", 1, FAST),
]
