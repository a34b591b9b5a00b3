"""What the ways to run a workload share, on the CPU and on a GPU."""

import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "test", "Integration", "Inputs"))


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
        inner, _, weights = inner.rsplit(",", 2)
        arguments["formula2"] = weights[:-1]
    else:
        inner = inner.rsplit(",0)", 1)[0]
    return inner, arguments
