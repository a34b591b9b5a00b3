"""What the machine is and what it does at most, measured in the run: clock, multiply-adds, memory."""

import ctypes
import os
import subprocess
import time

import numpy as np

from c_peers import BENCH, gcc

# No name of the host or of its owner: what a reader needs to compare.
FIELDS = ["Architecture", "Vendor ID", "Model name", "CPU family", "Model", "CPU(s)", "Thread(s) per core", "Hypervisor vendor",
          "L1d cache", "L2 cache", "L3 cache"]
FLAGS = ["avx2", "fma", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512_fp16", "avx512_bf16", "amx_tile"]
SMALL, MEMORY = 10_000_000, 1 << 28  # instructions, and bytes: more than caches hold


def facts():
    """Fields of lscpu."""
    try:
        text = subprocess.run(["lscpu"], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout
    except FileNotFoundError:
        return {}
    found = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    found = {key.strip(): value.strip() for key, value in found.items()}
    flags = found.get("Flags", "").split()
    return {**{key: found[key] for key in FIELDS if key in found}, "Flags": " ".join(f for f in FLAGS if f in flags)}


def rate(amount, function, *arguments, rounds=7):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        function(*arguments)
        best = min(best, time.perf_counter() - start)
    return amount / best


def calibrate(threads, smoke):
    """Rates by name, in 1e9 per second, or {} without gcc. `threads` are the numbers of threads to try."""
    try:
        library, _ = gcc([os.path.join(BENCH, "calibrate.c")], "-O3", "-march=native", "-fopenmp")
    except ImportError:
        return {}
    count = ctypes.c_int64(SMALL // 100 if smoke else SMALL)
    found = {"scalar clock": rate(count.value, library.scalarClock, count) / 1e9}
    for bits in (256, 512):
        if hasattr(library, f"supports{bits}") and getattr(library, f"supports{bits}")():
            for n in threads:
                key = f"{bits}-bit multiply-adds, {n} thread{'s' * (n > 1)}"
                found[key] = n * rate(count.value, getattr(library, f"fma{bits}"), n, count) / 1e9
    data = np.ones((MEMORY >> 10 if smoke else MEMORY) // 8, np.int64)
    pointer, size = ctypes.c_void_p(data.ctypes.data), ctypes.c_int64(data.nbytes)
    for n in threads:
        key = f"bytes read from memory, {n} thread{'s' * (n > 1)}"
        found[key] = rate(data.nbytes, library.readMemory, n, pointer, size, rounds=3) / 1e9
    return found


def roof(found, operations, dtype, threads):
    """Pairs per second that the machine's multiply-adds leave room for; None where no count is stated. The counts
    are for AVX-512."""
    issue = found.get(f"512-bit multiply-adds, {threads} thread{'s' * (threads > 1)}")
    if not issue or dtype not in operations:
        return None
    return 1e9 * issue * {"f32": 16, "f64": 8}[dtype] / operations[dtype]
