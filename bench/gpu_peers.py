"""Ways to run a workload on a GPU. Each is made from the same numbers and works on the device's stream; a call
starts the work, `result` fetches it. LookupError: cannot run this workload; ImportError: not installed."""

import ctypes
import time

import numpy as np

from peers import compile_kernel, genred
from cinterface import Options, load  # in the folder that peers.py adds to the path

STORED = {"f32": np.float32, "f64": np.float64, "bf16": np.uint16}
CHUNK = 1 << 26  # pairs that PyTorch holds at a time


def architecture(device):
    """What keopsc compiles for: machine code of this device where ptxas is installed, PTX otherwise."""
    major, minor = device.capability()
    if not major:
        return ["simulated"]
    name = f"{major}{minor}"
    return [f"sm_{name}a"] * (major >= 9) + [f"sm_{name}", "compute_80"]


class Compiled:
    """keopsc, through the C interface, on arrays of the device, with its workspace given."""

    name = "keopsc"

    def __init__(self, bench, dtype, stored, numbers, device, keopsc):
        self.device, workload = device, bench.workload
        for arch in architecture(device):
            try:
                path, self.preparation = compile_kernel(keopsc, workload.kop, dtype, f"--cuda={arch}", "--cpu=x86-64-v2")
                break
            except OSError:
                raise
            except Exception as problem:
                failure = problem
        else:
            raise failure
        self.library = ctypes.CDLL(path)
        ni, nj = len(stored[0]), len(stored[1])
        kind = np.int64 if workload.indices else STORED[dtype]
        self.kind = "i64" if workload.indices else dtype
        self.shapes = [(ni, width) for width in workload.widths]
        self.dtype = kind
        self.inputs = [device.upload(a) for a in workload.inputs(stored)]
        self.outputs = [device.allocate(ni * width * np.dtype(kind).itemsize) for _, width in self.shapes]
        self.options = Options(size=ctypes.sizeof(Options), device=1, ordinal=device.ordinal, stream=device.stream, location=2)
        extents = ctypes.c_int64(ni), ctypes.c_int64(nj)
        self.library.k_workspace_bytes.restype = ctypes.c_size_t
        size = self.library.k_workspace_bytes(ctypes.byref(self.options), *extents)
        self.workspace = device.allocate(size)
        self.options.workspace, self.options.workspace_bytes = self.workspace, max(size, 256)
        self.arguments = [ctypes.byref(self.options), *extents, *self.inputs, *self.outputs]

    def __call__(self):
        if self.library.k(*self.arguments):
            self.library.keops_last_error.restype = ctypes.c_char_p
            raise RuntimeError(self.library.keops_last_error().decode())

    def result(self):
        columns = [self.device.download(p, shape, self.dtype) for p, shape in zip(self.outputs, self.shapes)]
        return np.hstack([load(a, self.kind) for a in columns])

    def close(self):
        for pointer in [*self.inputs, *self.outputs, self.workspace]:
            self.device.free(pointer)


class OnTensors:
    """What both PyTorch and KeOps need: the arrays as tensors, and our stream."""

    def __init__(self, bench, dtype, stored, numbers, device, keopsc):
        import torch

        if not torch.cuda.is_available() or not device.capability()[0]:
            raise ImportError("PyTorch sees no GPU")
        kind = {"f32": torch.float32, "f64": torch.float64, "bf16": torch.bfloat16}[dtype]
        self.torch, self.place = torch, torch.device("cuda", device.ordinal)
        self.stream = torch.cuda.ExternalStream(device.stream.value, device=self.place)
        self.arrays = [torch.from_numpy(a).to(self.place, kind) for a in numbers]
        torch.cuda.synchronize()
        start = time.perf_counter()
        self.prepare(bench, dtype)
        self()
        torch.cuda.synchronize()
        self.preparation = time.perf_counter() - start

    def __call__(self):
        with self.torch.cuda.stream(self.stream), self.torch.no_grad():
            self.out = self.run()

    def result(self):
        self.torch.cuda.synchronize()
        return self.out.double().cpu().numpy()

    def close(self):
        del self.arrays, self.out
        self.torch.cuda.empty_cache()


class KeOps(OnTensors):
    name = "KeOps"

    def prepare(self, bench, dtype):
        from pykeops.torch import Genred

        if not bench.workload.keops or dtype == "bf16":
            raise LookupError
        formula, arguments = genred(bench.workload.keops)
        self.function = Genred(formula, bench.workload.aliases, **arguments)
        self.inputs = bench.workload.inputs(self.arrays)

    def run(self):
        return self.function(*self.inputs, backend="GPU_1D")


class Torch(OnTensors):
    """Blocks of rows; squared distances by a matrix product, which loses digits."""

    name = "PyTorch"

    def prepare(self, bench, dtype):
        self.rows, self.function = max(1, CHUNK // len(self.arrays[1])), bench.torch
        self.attention = bench.workload.name.startswith("attention")
        self.square = (self.arrays[1] ** 2).sum(1)

    def distances(self, x, y):
        return (x**2).sum(1, keepdim=True) + self.square - 2 * x @ y.T

    def block(self, x, y, b, *cotangent):
        return self.function(self.torch, None if self.attention else self.distances(x, y), x, y, b, *cotangent)

    def run(self):
        x, y, b, *cotangent = self.arrays
        if self.attention:
            return self.block(x, y, b)
        step = self.rows
        return self.torch.cat([self.block(x[k:k + step], y, b, *(e[k:k + step] for e in cotangent))
                               for k in range(0, len(x), step)])


class Inductor(Torch):
    """The same through torch.compile, with differences instead."""

    name = "torch.compile"

    def prepare(self, bench, dtype):
        super().prepare(bench, dtype)
        if self.attention or bench.workload.dim > 100:
            raise LookupError  # one call of a library, or too large a table
        self.block = self.torch.compile(self.block)

    def distances(self, x, y):
        return ((x[:, None] - y[None]) ** 2).sum(2)


GPU_PEERS = [Compiled, KeOps, Torch, Inductor]
