"""Ways to run a workload on the CPU. Each is made once, from the data, and then called with a number of threads.
LookupError: cannot run this workload; ImportError: not installed; `compile_time` is what making it took."""

import ctypes
import functools
import glob
import os
import time

import numpy as np

from c_peers import C_PEERS
from dense import DENSE, NumPyOps, TorchOps
from peers import compile_kernel, genred
from cinterface import Library, Options  # in the folder that peers.py adds to the path


def result(workload, ni, dtype):
    return np.empty((ni, sum(workload.widths)), np.int64 if workload.indices else dtype)


@functools.cache
def compiled(keopsc, text, dtype, *options):
    path, seconds = compile_kernel(keopsc, text, dtype, *options)
    return Library(path), seconds


@functools.cache
def openmp():
    """The OpenMP runtime of gcc, which KeOps uses as well."""
    return ctypes.CDLL("libgomp.so.1")


class Compiled:
    """keopsc, through the C interface."""

    name = "keopsc"

    def __init__(self, bench, dtype, arrays, arguments):
        workload = bench.workload
        options = ["--cpu=native"] if arguments.smoke else []  # three variants take their time
        self.library, self.compile_time = compiled(arguments.keopsc, workload.kop, dtype, *options)
        self.out = result(workload, len(arrays[0]), arrays[0].dtype)
        self.extents = len(arrays[0]), len(arrays[1])
        self.arrays = workload.inputs(arrays) + [self.out]

        # All that is not the call itself is done before: it takes longer than a call with a hundred rows.
        self.options = {n: Options(size=ctypes.sizeof(Options), threads=n) for n in arguments.threads}
        self.pointers = [ctypes.c_void_p(a.ctypes.data) for a in self.arrays]
        self.sizes = [ctypes.c_int64(n) for n in self.extents]
        self.function = self.library.library.k

    def __call__(self, threads):
        if self.function(ctypes.byref(self.options[threads]), *self.sizes, *self.pointers):
            raise RuntimeError(self.library.library.keops_last_error().decode())
        return self.out


class KeOps:
    name = "KeOps"

    def __init__(self, bench, dtype, arrays, arguments):
        import pykeops

        pykeops.set_verbose(False)
        from pykeops.numpy import Genred

        start = time.perf_counter()
        inner, options = genred(bench.workload.keops)
        self.function = Genred(inner, bench.workload.aliases, **options)
        self.arrays = bench.workload.inputs(arrays)
        rows = (a if "=Pm(" in alias else a[:2] for alias, a in zip(bench.workload.aliases, self.arrays))
        self.function(*rows, backend="CPU")  # compiles; with all rows it may take minutes more
        self.compile_time = time.perf_counter() - start

    def __call__(self, threads):
        openmp().omp_set_num_threads(threads)
        return self.function(*self.arrays, backend="CPU")


class Dense:
    """Blocks of rows of i, so that the block's pairs stay in a cache: `pairs` of them."""

    compile_time = 0.0

    def prepare(self, bench, arrays, ops):
        self.arrays, self.bench, self.ops = arrays, bench, ops(arrays[1])
        self.function = DENSE[bench.dense]

    def all_rows(self, empty):
        """Blocks written into one array from `empty`: small results kept between large temporaries leave holes in the
        heap that add up to gigabytes."""
        count, out = len(self.arrays[0]), None
        rows = max(1, self.pairs // len(self.arrays[1]))
        for first in range(0, count, rows):
            part = slice(first, first + rows)
            block = self.function(self.ops, *self.bench.workload.sample(self.arrays, part))
            if out is None:
                out = empty((count, *block.shape[1:]), dtype=block.dtype)
            out[part] = block
        return out


class NumPy(Dense):
    name, pairs = "NumPy", 1 << 19

    def __init__(self, bench, dtype, arrays, arguments):
        self.prepare(bench, arrays, NumPyOps)
        pattern = os.path.join(os.path.dirname(np.__file__), "..", "numpy.libs", "libscipy_openblas*")
        self.blas = [ctypes.CDLL(path) for path in glob.glob(pattern)]

    def __call__(self, threads):
        for library in self.blas:
            library.scipy_openblas_set_num_threads64_(threads)
        return self.all_rows(np.empty)


class Torch(Dense):
    name, pairs = "PyTorch", 1 << 20

    def __init__(self, bench, dtype, arrays, arguments):
        import torch

        self.torch = torch
        self.prepare(bench, [torch.from_numpy(a) for a in arrays], TorchOps)
        if bench.workload.name.endswith("attention D=64 E=64"):
            self.pairs = len(arrays[0]) * len(arrays[1])  # its own kernel makes blocks

    def __call__(self, threads):
        self.torch.set_num_threads(threads)
        with self.torch.no_grad():
            return self.all_rows(self.torch.empty).numpy()


class Faiss:
    """Exact search; filling the index is part of the call."""

    name, compile_time = "FAISS", 0.0

    def __init__(self, bench, dtype, arrays, arguments):
        if not bench.neighbours or dtype != "f32":
            raise LookupError
        import faiss

        self.faiss, self.bench, (self.x, self.y, *_) = faiss, bench, arrays

    def __call__(self, threads):
        self.faiss.omp_set_num_threads(threads)
        index = self.faiss.IndexFlatL2(self.x.shape[1])
        index.add(self.y)
        distances, indices = index.search(self.x, self.bench.neighbours)
        return indices if self.bench.workload.indices else distances


CPU_PEERS = [Compiled, *C_PEERS, KeOps, NumPy, Torch, Faiss]
