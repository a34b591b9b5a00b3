"""Calls compiled kernels through their C interface with ctypes."""

import ctypes
import os

import numpy as np

STORAGE = {
    "f16": np.uint16,
    "bf16": np.uint16,
    "f32": np.float32,
    "f64": np.float64,
    "i32": np.int32,
    "i64": np.int64,
}
# What keopsc is told for each device. A GPU's driver compiles PTX for what it is.
DEVICES = {
    "cpu": [],
    "cuda-simulator": ["--cpu=x86-64-v2", "--cuda=simulated"],
    "cuda": ["--cpu=x86-64-v2", "--cuda=compute_80"],
}


def add_device_options(parser):
    parser.add_argument("--device", choices=DEVICES, default="cpu")
    parser.add_argument("--simulator", help="libkeops_cuda_simulator.so")
    parser.add_argument("--option", action="append", default=[])


def set_device(arguments):
    """Options of keopsc for the device go before the caller's. Returns the number that Library takes."""
    arguments.option[:0] = DEVICES[arguments.device]
    if arguments.simulator:
        os.environ["KEOPS_CUDA_DRIVER"] = arguments.simulator
    return 0 if arguments.device == "cpu" else 1


class Options(ctypes.Structure):
    """keops_options of keops.h."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("device", ctypes.c_int32),
        ("ordinal", ctypes.c_int32),
        ("stream", ctypes.c_void_p),
        ("location", ctypes.c_int32),
        ("threads", ctypes.c_int32),
        ("workspace", ctypes.c_void_p),
        ("workspace_bytes", ctypes.c_size_t),
        ("allocate", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("allocator_context", ctypes.c_void_p),
        ("progress", ctypes.c_void_p),
        ("progress_context", ctypes.c_void_p),
        ("batch_dims", ctypes.c_int64),
        ("batch_extents", ctypes.c_void_p),
        ("batch_strides", ctypes.c_void_p),
        ("ranges_j", ctypes.c_void_p),
        ("ranges_i", ctypes.c_void_p),
    ]


class Library:
    """device: 0 the CPU, 1 a GPU (keops_device of keops.h)."""

    def __init__(self, path, device=0):
        self.device = device
        self.library = ctypes.CDLL(path)
        self.library.keops_last_error.restype = ctypes.c_char_p
        self.library.keops_status_string.restype = ctypes.c_char_p

    def call(self, name, ni, nj, arrays, threads=0):
        """Calls NAME; arrays are inputs then outputs. Returns "" or what went wrong."""
        options = Options(size=ctypes.sizeof(Options), threads=threads, device=self.device)
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in arrays]
        function = getattr(self.library, name)
        function.restype = ctypes.c_int
        status = function(ctypes.byref(options), ctypes.c_int64(ni), ctypes.c_int64(nj), *pointers)
        if status == 0:
            return ""
        name = self.library.keops_status_string(status).decode()
        return f"{name}: {self.library.keops_last_error().decode()}"


def store(v, kind):
    """Numbers as the C interface stores an array of this type."""
    if kind == "f16":
        return np.ascontiguousarray(v, np.float16).view(np.uint16)
    if kind == "bf16":  # round to nearest even
        bits = np.ascontiguousarray(v, np.float32).view(np.uint32).astype(np.uint64)
        return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
    return np.ascontiguousarray(v, STORAGE[kind])


def load(a, kind):
    """What `store` wrote, as float64 or int64."""
    if kind == "f16":
        return a.view(np.float16).astype(float)
    if kind == "bf16":
        return (a.astype(np.uint32) << 16).view(np.float32).astype(float)
    return a.astype(np.int64 if kind in ("i32", "i64") else float)
