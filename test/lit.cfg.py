# Configuration of the lit suites. Sections: what is a test, how its tools are
# named, and which features of this machine a test may require.
#
# In a RUN line: tools of Keops and of LLVM are in PATH (keopsc, keops-run,
# keops-opt, keops-tblgen, FileCheck, not, split-file, llvm-objdump ...);
#   %python  a Python with NumPy when the feature `numpy` is there
#   %cc %cxx the C and C++ compilers of the build
#   %rt      flags after the objects that link the runtime of the build
#   %inc     flags that find keops.h
#   %src %obj  roots of the source and of the build tree
#   %cmake %llvm_tools
#   %cpu_variants  names for KEOPS_CPU_VARIANT that this machine runs, by commas
#   %clang %clangxx %clang_format %clang_tidy  those of the pinned LLVM
#   %simulator  the simulated CUDA driver
#   %sanitizer  compute-sanitizer of the CUDA toolkit
# Features: numpy mpmath x86-64-v2 x86-64-v3 x86-64-v4 aarch64-run gcc asan,
# compile-commands, ptxas and compute-sanitizer (found as keopsc finds ptxas),
# gpu (a CUDA driver and a device), and clang, clang-format, clang-tidy where
# installed.

import os
import platform
import re
import shutil
import subprocess

import lit.formats

config.name = "Keops"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".kop", ".test", ".td", ".ll"]
config.excludes = ["Inputs", "CMakeLists.txt", "lit.cfg.py"]
config.test_source_root = os.path.join(config.keops_src_root, "test")

# --- Tools ---------------------------------------------------------------

tools = os.path.join(config.keops_obj_root, "bin")
config.environment["PATH"] = os.pathsep.join(
    [tools, config.llvm_tools_dir, config.environment["PATH"]]
)
for name in ("CCACHE_DIR", "HOME", "OMP_WAIT_POLICY", "ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
# Tests run side by side on few cores: idle OpenMP threads must not spin.
config.environment.setdefault("OMP_WAIT_POLICY", "passive")
config.environment["PYTHONPATH"] = os.path.join(config.test_source_root, "Integration", "Inputs")
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"

runtime = os.path.join(config.keops_obj_root, "lib")
substitutions = {
    "%python": config.python,
    "%cc": config.cc,
    "%cxx": config.cxx,
    "%cmake": config.cmake,
    "%inc": "-I" + os.path.join(config.keops_src_root, "include"),
    "%rt": f"{runtime}/libkeops_rt.a -fopenmp -lm -ldl",
    "%simulator": os.path.join(runtime, "libkeops_cuda_simulator.so"),
    "%src": config.keops_src_root,
    "%obj": config.keops_obj_root,
    "%llvm_tools": config.llvm_tools_dir,
    "%llvm_include": config.llvm_include_dir,
    "%clang": os.path.join(config.llvm_tools_dir, "clang"),
    "%clangxx": os.path.join(config.llvm_tools_dir, "clang++"),
    "%clang_format": os.path.join(config.llvm_tools_dir, "clang-format"),
    "%clang_tidy": os.path.join(config.llvm_tools_dir, "clang-tidy"),
}
for name in sorted(substitutions, key=len, reverse=True):
    config.substitutions.append((re.escape(name) + r"\b", substitutions[name]))

# --- Features ------------------------------------------------------------


def has_module(name):
    command = [config.python, "-c", f"import {name}"]
    return subprocess.run(command, capture_output=True).returncode == 0


def cpu_flags():
    try:
        with open("/proc/cpuinfo") as info:
            for line in info:
                if line.startswith("flags"):
                    return set(line.split(":", 1)[1].split())
    except OSError:
        pass
    return set()


LEVELS = {
    "x86-64-v2": {"sse4_2", "ssse3", "popcnt", "cx16"},
    "x86-64-v3": {"avx2", "fma", "bmi1", "bmi2", "f16c", "movbe"},
    "x86-64-v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
}

variants = []
if has_module("numpy"):
    config.available_features.add("numpy")
if has_module("mpmath"):
    config.available_features.add("mpmath")
if platform.machine() == "x86_64":
    flags_here = cpu_flags()
    needed = set()
    for level, flags in LEVELS.items():
        needed |= flags
        if needed <= flags_here:
            config.available_features.add(level)
            variants.append(level)
config.substitutions.append((r"%cpu_variants\b", ",".join(variants) or "''"))
for tool in ("clang", "clang-format", "clang-tidy"):
    if os.path.exists(os.path.join(config.llvm_tools_dir, tool)):
        config.available_features.add(tool)
if shutil.which("gcc"):
    config.available_features.add("gcc")
if shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc"):
    config.available_features.add("aarch64-run")



def find_cuda_tool(name):
    roots = [os.environ[name] for name in ("CUDA_HOME", "CUDA_PATH") if name in os.environ] + ["/usr/local/cuda"]
    places = os.pathsep.join(os.path.join(root, "bin") for root in roots)
    return shutil.which(name) or shutil.which(name, path=places)


def has_gpu():
    """Whether the CUDA driver is there and has a device; asked in another process, as drivers may crash."""
    program = ("import ctypes; d = ctypes.CDLL('libcuda.so.1'); n = ctypes.c_int(); "
               "raise SystemExit(d.cuInit(0) or d.cuDeviceGetCount(ctypes.byref(n)) or n.value == 0)")
    return subprocess.run([config.python, "-c", program], capture_output=True).returncode == 0


ptxas = os.environ.get("KEOPS_PTXAS") or find_cuda_tool("ptxas")
if ptxas and shutil.which(ptxas):
    config.available_features.add("ptxas")
if find_cuda_tool("compute-sanitizer"):
    config.available_features.add("compute-sanitizer")
config.substitutions.append((r"%sanitizer\b", find_cuda_tool("compute-sanitizer") or "compute-sanitizer"))
if has_gpu():
    config.available_features.add("gpu")
for name in ("KEOPS_PTXAS", "CUDA_HOME", "CUDA_PATH"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

if os.path.exists(os.path.join(config.keops_obj_root, "compile_commands.json")):
    config.available_features.add("compile-commands")

cache = os.path.join(config.keops_obj_root, "CMakeCache.txt")
if os.path.exists(cache):
    with open(cache) as text:
        if "-fsanitize=address" in text.read():
            config.available_features.add("asan")
