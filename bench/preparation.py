"""What stands before the first pair: compilation, start-up, object size, and the overhead of a call."""

import ctypes
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

from c_peers import BENCH, FAST, gcc
from cpu_peers import compiled
from cpu_workloads import CPU_WORKLOADS
from peers import compile_kernel, genred
from cinterface import Options  # in the folder that peers.py adds to the path

FILES = ["gauss D=3", "gradient D=3", "argkmin K=10 D=3", "gauss D=100", "attention D=64 E=64"]
KEOPS = """
import sys, time
import numpy as np
import pykeops
pykeops.set_verbose(False)
from pykeops.numpy import Genred
formula, aliases, options, shapes = eval(sys.argv[1])
arrays = [np.ones(shape, np.float32) for shape in shapes]
start = time.perf_counter()
Genred(formula, aliases, **options)(*arrays, backend="CPU")
print(time.perf_counter() - start)
"""
LOOP = """
void k(long ni, long nj, const float *restrict x, const float *restrict y, const float *restrict b, float *restrict out) {
#pragma omp parallel for
  for (long i = 0; i < ni; ++i) {
    float sum = 0;
    for (long j = 0; j < nj; ++j) {
      float u = x[3 * i] - y[3 * j], v = x[3 * i + 1] - y[3 * j + 1], w = x[3 * i + 2] - y[3 * j + 2];
      sum += __builtin_expf(-(u * u + v * v + w * w)) * b[j];
    }
    out[i] = sum;
  }
}
"""


def keops_first_call(workload):
    """Seconds of the first call of a formula, in a process and a cache of its own."""
    x, y, b, *_ = workload.data(np.random.default_rng(), 10, 10, np.float32)
    task = (*genred(workload.keops), [a.shape for a in workload.inputs([x, y, b])])
    task = (task[0], workload.aliases, task[1], task[2])
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, "-c", KEOPS, repr(task)], capture_output=True, text=True,
                              env={**os.environ, "KEOPS_CACHE_FOLDER": folder})
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None


def compilation(arguments, rounds, with_keops):
    """A record for each file: keopsc with its default variants, KeOps, gcc."""
    table = {b.workload.name: b.workload for b in CPU_WORKLOADS}
    for name in FILES[:1] if arguments.smoke else FILES:
        workload, best = table[name], float("inf")
        for _ in range(rounds):
            path, seconds = compile_kernel(arguments.keopsc, workload.kop, "f32", suffix=".o")
            best = min(best, seconds)
        yield {"workload": name, "keopsc_seconds": best, "object_bytes": os.path.getsize(path),
               "keops_seconds": keops_first_call(workload) if with_keops else None}


def gcc_seconds(rounds):
    folder = tempfile.mkdtemp()
    source = os.path.join(folder, "k.c")
    with open(source, "w") as text:
        text.write(LOOP)
    return min(gcc([source], *FAST)[1] for _ in range(rounds))


def start_up(keopsc, rounds):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run([keopsc, "--version"], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best


def call_overhead(arguments, threads):
    """Seconds of one call with ten rows each way, from C."""
    workload = CPU_WORKLOADS[0].workload
    library, _ = compiled(arguments.keopsc, workload.kop, "f32")
    caller, _ = gcc([os.path.join(BENCH, "calls.c")], "-O2")
    arrays = [*workload.data(np.random.default_rng(), 10, 10, np.float32), np.empty((10, 1), np.float32)]
    options = Options(size=ctypes.sizeof(Options), threads=threads)
    caller.calls.restype = ctypes.c_double
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in arrays]
    seconds = caller.calls(ctypes.cast(library.library.k, ctypes.c_void_p), ctypes.byref(options), ctypes.c_int64(10),
                           ctypes.c_int64(10), *pointers, ctypes.c_int64(1000 if arguments.smoke else 100000))
    if seconds < 0:
        raise RuntimeError("a call failed")
    return seconds


def preparation(arguments, with_keops):
    rounds = 1 if arguments.smoke else 3
    found = {"start_up_seconds": start_up(arguments.keopsc, rounds), "files": list(compilation(arguments, rounds, with_keops))}
    try:
        found["gcc_seconds"] = gcc_seconds(rounds)
        found["call_seconds"] = {n: call_overhead(arguments, n) for n in arguments.threads}
    except ImportError:
        pass
    return found
