"""Compiles the kernels of some case files into one shared library per element type, calls them, and
compares with the references. Every size, every CPU variant of this machine, one and two threads.

    run_kernels.py --tmp DIR [--option=--schedule=naive] [--only NAME] [--dtype f32] [--device cuda] CASES...
"""

import argparse
import importlib
import os
import pickle
import shlex
import subprocess
import sys
import zlib

import numpy as np

import cases
from cinterface import Library, add_device_options, load, set_device, store
from reductions import Pairs
from values import SLACK, Value

UNIT = {"f32": 2.0**-24, "f64": 2.0**-53, "f16": 2.0**-24, "bf16": 2.0**-24, "i32": 0.0, "i64": 0.0}
STORED = {"f16": 2.0**-11, "bf16": 2.0**-8}
TINY = {"f32": 1e-37, "f64": 1e-300, "f16": 6e-8, "bf16": 1e-37, "i32": 0.0, "i64": 0.0}


class Call:
    """One case at one size: what goes in, and what should come out."""

    def __init__(self, case, dtype, ni, nj):
        self.name, self.ni, self.nj = case.name, ni, nj
        self.inputs, values = [], []
        for position, variable in enumerate(case.variables):
            kind = variable.kind or dtype
            seed = zlib.crc32(f"{case.name} {variable.name} {ni} {nj} {position}".encode())
            stored = store(cases.draw(variable, seed, ni, nj), kind)
            self.inputs.append(stored)
            shape = {"param": (1, 1, -1), "i": (ni, 1, variable.dim), "j": (1, nj, variable.dim)}[variable.role]
            axes = "" if variable.role == "param" else variable.role
            values.append(Value(load(stored, kind).reshape(shape), 0.0, axes, kind if variable.kind else "literal"))
            if variable.kind is None:
                values[-1].kind = dtype
        results = case.reference(Pairs(ni, nj), *values)
        self.results = results if isinstance(results, tuple) else (results,)
        self.kinds = [dtype if r.kind in ("bool", "literal", "literal-int") else r.kind for r in self.results]
        self.unit, self.exact = case.unit, case.exact

    def rows(self, result):
        return (self.ni if "i" in result.axes else 1) * (self.nj if "j" in result.axes else 1)

    def task(self):
        """What the child process needs: plain data."""
        outputs = [(self.rows(r) * r.dim, k) for r, k in zip(self.results, self.kinds)]
        return self.name, self.ni, self.nj, self.inputs, outputs

    def complaints(self, outputs):
        for number, (result, kind, output) in enumerate(zip(self.results, self.kinds, outputs)):
            where = f"{self.name} ni={self.ni} nj={self.nj} result {number}"
            got = load(output, kind).reshape(self.rows(result), result.dim)
            yield from (f"{where}: {problem}" for problem in self.compare(result, kind, got))

    def compare(self, result, kind, got):
        shape = got.shape
        expected = np.broadcast_to(result.v, (*outer(result, self), result.dim)).reshape(shape).astype(float)
        bound = np.broadcast_to(result.e, (*outer(result, self), result.dim)).reshape(shape)
        unit = UNIT[self.unit or kind]
        slack = 0.0 if self.exact else SLACK * unit * bound + TINY[kind]
        if kind in STORED:
            slack = slack + STORED[kind] * np.abs(expected)
        with np.errstate(all="ignore"):
            right = (np.abs(got - expected) <= slack) | (got == expected) | (np.isnan(got) & np.isnan(expected))
        if result.keys is not None and not self.exact:
            right |= self.as_good(result, got, unit)
        if not right.all():
            row, component = np.argwhere(~right)[0]
            yield (
                f"row {row} component {component}: {got[row, component]!r}, expected {expected[row, component]!r}"
                f" +- {np.broadcast_to(slack, shape)[row, component]:.2g}; {(~right).sum()} of {right.size} wrong"
            )

    @staticmethod
    def as_good(result, got, unit):
        """True where another index was chosen whose key is as small within rounding."""
        key, bound = result.keys
        n = len(key)
        index = got.astype(int)
        best = result.v.reshape(index.shape)
        valid = (index >= 0) & (index < n) & (best >= 0)
        if n == 0:
            return np.zeros(index.shape, bool)
        at = lambda k: np.take_along_axis(key, np.where(valid, k, 0)[None], 0)[0]
        with np.errstate(all="ignore"):
            return valid & (np.abs(at(index) - at(best)) <= 2 * SLACK * unit * bound)


def outer(result, call):
    return (call.ni if "i" in result.axes else 1, call.nj if "j" in result.axes else 1)


def child(library, tasks_file, results_file, device):
    """Runs every task with one and with two threads; the results must be the same bits."""
    library = Library(library, int(device))
    with open(tasks_file, "rb") as stream:
        tasks = pickle.load(stream)
    for name, ni, nj, inputs, outputs in tasks:
        with open(results_file + ".now", "w") as note:
            note.write(f"{name} ni={ni} nj={nj}")
        runs, message = [], ""
        for threads in (1, 2):
            # Guard elements after the end must keep their value.
            arrays = [np.full(size + 3, 77, store(np.zeros(1), kind).dtype) for size, kind in outputs]
            message = message or library.call(name, ni, nj, inputs + arrays, threads)
            runs.append(arrays)
        if not message:
            for one, two, (size, _) in zip(*runs, outputs):
                if one.tobytes() != two.tobytes():
                    message = "one and two threads differ"
                elif not (one[size:] == 77).all():
                    message = "written past the end of a result"
        with open(results_file, "ab") as stream:
            pickle.dump((message, [a[:size] for a, (size, _) in zip(runs[0], outputs)]), stream)


def run_all(library, calls, variant, arguments, device):
    """Complaints about all calls on one variant. A crash is the fault of the call it happened in."""
    tasks, results, position = os.path.join(arguments.tmp, "tasks"), os.path.join(arguments.tmp, "results"), 0
    command = [*shlex.split(arguments.under), sys.executable, __file__, "--child", library, tasks, results, str(device)]
    while position < len(calls):
        with open(tasks, "wb") as stream:
            pickle.dump([call.task() for call in calls[position:]], stream)
        open(results, "wb").close()
        with open(results + ".now", "w") as note:
            note.write("before the first call")
        environment = dict(os.environ, KEOPS_CPU_VARIANT=variant) if variant else dict(os.environ)
        status = subprocess.run(command, env=environment)
        with open(results, "rb") as stream:
            while position < len(calls):
                try:
                    message, outputs = pickle.load(stream)
                except (EOFError, pickle.UnpicklingError):
                    break
                call, position = calls[position], position + 1
                problems = [f"{call.name} ni={call.ni} nj={call.nj}: {message}"] if message else call.complaints(outputs)
                yield from (f"[{variant or 'default'}] {problem}" for problem in problems)
        if status.returncode:
            with open(results + ".now") as note:
                yield f"[{variant or 'default'}] {note.read()}: the process ended with status {status.returncode}"
            crashed = calls[position].name if position < len(calls) else ""
            while position < len(calls) and calls[position].name == crashed:
                position += 1


def compile_file(keopsc, options, text, stem):
    with open(stem + ".kop", "w") as source:
        source.write(text)
    return subprocess.run([keopsc, stem + ".kop", *options, "-o", stem + ".so"], capture_output=True, text=True)


def compile_all(arguments, dtype, chosen):
    """(library, cases in it, complaints). Where the whole file fails, its kernels are tried one by one."""
    options = [f"--dtype={dtype}", *arguments.option]
    imports = "".join(f'import "{path}"\n' for path in arguments.imports)
    stem = os.path.join(arguments.tmp, f"kernels_{dtype}")
    result = compile_file(arguments.keopsc, options, imports + "\n".join(c.text for c in chosen), stem)
    if result.returncode == 0:
        return stem + ".so", chosen, []
    good, complaints = [], [f"keopsc exits with {result.returncode}"]
    for case in chosen:
        single = compile_file(arguments.keopsc, options, imports + case.text, stem + "_" + case.name)
        if single.returncode == 0:
            good.append(case)
        else:
            complaints.append(f"{case.name}: keopsc exits with {single.returncode}\n{single.stderr[:1500]}")
    compile_file(arguments.keopsc, options, imports + "\n".join(c.text for c in good), stem)
    return stem + ".so", good, complaints


def main():
    if sys.argv[1:2] == ["--child"]:
        return child(*sys.argv[2:])
    parser = argparse.ArgumentParser()
    parser.add_argument("--keopsc", default="keopsc")
    parser.add_argument("--tmp", required=True)
    parser.add_argument("--dtype", action="append")
    parser.add_argument("--only", action="append")
    parser.add_argument("--variants", default="")
    parser.add_argument("--largest", type=int, default=10**9, help="leave out sizes of more pairs")
    parser.add_argument("--under", default="", help="command that runs the calls, as compute-sanitizer")
    add_device_options(parser)
    parser.add_argument("--import", dest="imports", action="append", default=[])
    parser.add_argument("--most", type=int, default=40, help="complaints shown")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    os.makedirs(arguments.tmp, exist_ok=True)
    device = set_device(arguments)
    for name in arguments.files:
        importlib.import_module(name)
    chosen = [c for c in cases.CASES if not arguments.only or c.name in arguments.only]

    failures, number = [], 0
    for dtype in arguments.dtype or ["f32", "f64"]:
        library, compiled, complaints = compile_all(arguments, dtype, chosen)
        failures += [f"[{dtype}] {c}" for c in complaints]
        calls = [Call(c, dtype, ni, nj) for c in compiled for ni, nj in c.sizes if ni * nj <= arguments.largest]
        number += len(calls)
        if calls:
            for variant in arguments.variants.split(","):
                failures += [f"[{dtype}] {c}" for c in run_all(library, calls, variant, arguments, device)]
    for failure in failures[: arguments.most]:
        print(failure)
    print(f"{len(chosen)} kernels, {number} calls, {len(failures)} failures")
    return 1 if failures or not number else 0


if __name__ == "__main__":
    sys.exit(main())
