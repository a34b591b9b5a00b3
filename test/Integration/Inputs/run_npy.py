"""The same cases through keops-run: .npy files in, .npy files out.

    run_npy.py --tmp DIR --only NAME... CASES...
"""

import argparse
import importlib
import os
import re
import subprocess
import sys

import numpy as np

import cases
from cinterface import store
from run_kernels import Call


def command(call, case, dtype, tmp):
    """Writes the inputs; the command line, and the files it should write."""
    source = os.path.join(tmp, f"{case.name}.kop")
    with open(source, "w") as text:
        text.write(case.text)
    line = ["keops-run", source, case.name, f"--dtype={dtype}"]
    for variable, array in zip(case.variables, call.inputs):
        kind = variable.kind or dtype
        array = array.view(np.float16) if kind == "f16" else array
        path = os.path.join(tmp, f"{case.name}_{variable.name}.npy")
        np.save(path, array.reshape(variable.rows(call.ni, call.nj), variable.dim))
        line.append(f"{variable.name}={path}")
    outputs = [os.path.join(tmp, f"{case.name}_result{k}.npy") for k in range(len(call.results))]
    names = result_names(case)
    for name, path in zip(names, outputs):
        if os.path.exists(path):
            os.remove(path)
        line += ["-o", path if len(outputs) == 1 else f"{name}={path}"]
    return line, outputs


def result_names(case):
    """The names between `->` and `=`, or `out`."""
    tail = case.text.split("->", 1)
    if len(tail) == 1:
        return ["out"]
    inside = tail[1].split("(", 1)[1].split(")", 1)[0]
    return re.findall(r"([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?", inside)


def check(case, dtype, ni, nj, tmp):
    call = Call(case, dtype, ni, nj)
    line, outputs = command(call, case, dtype, tmp)
    result = subprocess.run(line, capture_output=True, text=True)
    if result.returncode:
        return [f"{' '.join(line)}\nexits with {result.returncode}: {result.stderr[:800]}"]
    arrays = []
    for path, expected, kind in zip(outputs, call.results, call.kinds):
        array = np.load(path)
        if kind == "f16" and array.dtype == np.float16:
            array = array.view(np.uint16)
        if array.dtype != store(np.zeros(1), kind).dtype:
            return [f"{path}: {array.dtype} for {kind}"]
        if array.size != call.rows(expected) * expected.dim:
            return [f"{path}: shape {array.shape}"]
        arrays.append(array.reshape(-1))
    return list(call.complaints(arrays))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tmp", required=True)
    parser.add_argument("--only", action="append")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    os.makedirs(arguments.tmp, exist_ok=True)
    for name in arguments.files:
        importlib.import_module(name)
    chosen = [c for c in cases.CASES if not arguments.only or c.name in arguments.only]
    failures = []
    for case in chosen:
        for dtype in ("f32", "f64"):
            failures += check(case, dtype, 17, 101, arguments.tmp)
    print("\n".join(failures))
    print(f"{len(chosen)} kernels, {len(failures)} failures")
    return 1 if failures or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
