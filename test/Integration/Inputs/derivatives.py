"""Derivatives of compiled kernels, against differences of the kernels themselves and against each other.

    derivatives.py --tmp DIR [--option OPTION]... [--only NAMES] [--device cuda] CASES...

From each kernel f of the case files four others are derived, in every real
variable x at once:

    r = grad(f, x)          J' u     u: the cotangents
    t = jvp(f, x)           J v      v: the tangents
    h = jvp(r, x)           H v      H: the second derivatives of <u, f>
    s = grad(r, x, u)       H w, J w from cotangents w of the gradients

and in f64, at every size:

    J v = differences of f            <u, J v> = <J' u, v>
    H v = differences of r            <w, H v> = <H w, v>
    s   = (H w, J w)                  one thread and two: the same bits

In f32 f, r and h are compared with f64 on the same numbers. Where f is
infinite or NaN (nothing to reduce) there is nothing to compare with, but its
cotangent is 0 and the rest must hold. Differences are of fourth order with
step 1e-4, so good to about 1e-11 for functions of size 1; a case with
`kinks` takes steps of 1e-6, which rarely cross one, and is good to 1e-9.
"""

import argparse
import importlib
import json
import os
import re
import subprocess
import sys
import zlib

import numpy as np

import cases
from cinterface import STORAGE, Library, add_device_options, set_device

FLOOR = 0.1  # Seeds are of size 1: what cancels to less than this has errors of this scale.
SIZES = [(1, 1), (17, 40), (40, 17), (0, 17), (17, 0)]
KERNELS = []
OPTIONS = {"wrt": None, "sizes": SIZES, "kinks": False, "loose": 1.0, "edit": None, "indices": "", "rough": False, "wrong": {}}


class Kernel(cases.Case):
    """A kernel by its text; keywords are data of variables or options:
    wrt="x y"     differentiates in these only (otherwise in all)
    kinks=True    the value is not smooth everywhere
    loose=10      factor on the tolerance of f32, where the formula is ill-conditioned
    rough=True    any size of values and derivatives: differences only roughly, no f32
    wrong={"_h": "kernel other ..."}  derives h from another kernel, to see the comparison fail
    indices="n"   results that are indices: without derivative
    edit=function puts special numbers into the drawn arrays {name: array}
    """

    def __init__(self, text, **keywords):
        own = {key: keywords.pop(key, default) for key, default in OPTIONS.items()}
        super().__init__(text, None, keywords)
        self.__dict__.update(own)
        real = [v.name for v in self.variables if v.kind not in ("i32", "i64")]
        self.wrt = self.wrt.split() if self.wrt else real
        named = re.search(r"->\s*\(((?:[^()\[\]]|\[[^\]]*\])*)\)\s*=", self.text)
        names = re.findall(r"(\w+)(?:\[[^\]]*\])?\s*(?:,|$)", named.group(1)) if named else ["out"]
        self.outputs = [name for name in names if name not in self.indices.split()]

    def derived(self, dtype):
        x, seeds = ", ".join(self.wrt), ", ".join(f"d_{o}" for o in self.outputs)
        formulas = {"_r": "grad({f}, {x})", "_h": "jvp(grad({f}, {x}), {x})"}
        if dtype == "f32" and self.rough:
            return self.text
        if dtype == "f64":
            formulas.update(_t="jvp({f}, {x})", _s="grad(grad({f}, {x}), {x}, {seeds})")
        text = self.text
        for suffix, formula in formulas.items():
            f = self.name
            if suffix in self.wrong:
                text += self.wrong[suffix] + "\n"
                f = re.search(r"kernel (\w+)", self.wrong[suffix]).group(1)
            text += f"kernel {self.name}{suffix} = {formula.format(f=f, x=x, seeds=seeds)}\n"
        return text

    def draw(self, ni, nj):
        """Numbers that f32 holds exactly, so that both precisions see the same."""
        drawn = {}
        for v in self.variables:
            seed = zlib.crc32(f"{self.name} {v.name} {ni} {nj}".encode())
            drawn[v.name] = cases.draw(v, seed, ni, nj).astype(np.float32).astype(float)
        if self.edit:
            self.edit(drawn)
        return drawn


def kernel(text, **keywords):
    KERNELS.append(Kernel(text, **keywords))


# --- Calls ------------------------------------------------------------------


class Compiled:
    """Kernels of one library, called with and returning lists of float64 arrays [rows, dim]."""

    def __init__(self, stem, device):
        self.library = Library(stem + ".so", device)
        with open(stem + ".json") as manifest:
            self.kernels = {k["name"]: k for k in json.load(manifest)["kernels"]}

    def shapes(self, name, which, ni, nj):
        rows = {"param": 1, "i": ni, "j": nj}
        return [(rows[a["axis"]], int(np.prod(a["dims"]))) for a in self.kernels[name][which]]

    def __call__(self, name, ni, nj, inputs, threads=(1,)):
        manifest, results = self.kernels[name], []
        stored = [np.ascontiguousarray(a, STORAGE[v["type"]]) for a, v in zip(inputs, manifest["arguments"], strict=True)]
        for count in threads:
            outputs = [np.full(shape, 77, STORAGE[v["type"]])
                       for shape, v in zip(self.shapes(name, "results", ni, nj), manifest["results"])]
            message = self.library.call(name, ni, nj, stored + outputs, count)
            if message:
                raise RuntimeError(message)
            results.append(outputs)
        for one, other in zip(results[0], results[-1]):
            if one.tobytes() != other.tobytes():
                raise RuntimeError(f"{name}: {threads[0]} and {threads[-1]} threads differ")
        return [a.astype(float) for a in results[0] if a.dtype.kind == "f"]


def compile_all(arguments, texts, stem):
    """Compiles the text of each element type at the same time, to STEM_TYPE.so and .json. Returns the messages."""
    running = {}
    for dtype, text in texts.items():
        with open(f"{stem}_{dtype}.kop", "w") as source:
            source.write(text)
        command = [arguments.keopsc, f"{stem}_{dtype}.kop", f"--dtype={dtype}", "-Wno-zero-derivative", "--no-header"]
        command += arguments.option
        subprocess.run([*command, "-o", f"{stem}_{dtype}.json"], capture_output=True)
        running[dtype] = subprocess.Popen([*command, "-o", f"{stem}_{dtype}.so"], stderr=subprocess.PIPE, text=True)
    messages = []
    for dtype, process in running.items():
        error = process.communicate()[1]
        if process.returncode:
            messages.append(f"[{dtype}] keopsc exits with {process.returncode}\n{error[:1500]}")
    return messages


# --- Comparisons ------------------------------------------------------------


def largest(arrays):
    return max([float(np.abs(a).max()) for a in arrays if a.size], default=0.0)


def inner(left, right):
    """(sum of the products, sum of their magnitudes)"""
    products = [a * b for a, b in zip(left, right, strict=True)]
    return sum(float(p.sum()) for p in products), sum(float(np.abs(p).sum()) for p in products)


class Check:
    """All comparisons for one kernel at one size."""

    def __init__(self, case, compiled, ni, nj):
        self.case, self.f64, self.f32, self.size = case, compiled["f64"], compiled["f32"], (ni, nj)
        self.data = case.draw(ni, nj)
        self.rng = np.random.default_rng(zlib.crc32(f"{case.name} {ni} {nj} seeds".encode()))
        self.values = self.run("", self.data)
        self.u = self.seeds([v.shape for v in self.values])
        for u, value in zip(self.u, self.values):
            u[~np.isfinite(value)] = 0
        shapes = [self.data[name].shape for name in case.wrt]
        self.v, self.w = self.seeds(shapes), self.seeds(shapes)

    def seeds(self, shapes):
        return [self.rng.standard_normal(s).astype(np.float32).astype(float) for s in shapes]

    def run(self, suffix, data, *seeds, library=None):
        inputs = [*data.values(), *(s for group in seeds for s in group)]
        return (library or self.f64)(self.case.name + suffix, *self.size, inputs, threads=(1, 2))

    def moved(self, h):
        steps = dict(zip(self.case.wrt, self.v))
        return {name: x + h * steps[name] if name in steps else x for name, x in self.data.items()}

    def differences(self, suffix, *seeds):
        at = lambda h: self.run(suffix, self.moved(h), *seeds)
        if self.case.kinks:
            return [(a - b) / 2e-6 for a, b in zip(at(1e-6), at(-1e-6))]
        h = 1e-4
        return [(8 * (a - b) - (c - d)) / (12 * h) for a, b, c, d in zip(at(h), at(-h), at(2 * h), at(-2 * h))]

    def close(self, what, got, expected, tolerance, scale=0.0, where=None):
        for number, (a, b) in enumerate(zip(got, expected, strict=True)):
            known = where[number] if where else np.ones(b.shape, bool)
            slack = tolerance * (largest([b[known]]) + scale + FLOOR)
            wrong = known & ~(np.abs(a - b) <= slack)
            if wrong.any():
                at = tuple(np.argwhere(wrong)[0])
                yield (f"{what}, result {number}, row {at[0]} component {at[1]}: {a[at]!r}, {b[at]!r} expected"
                       f" +- {slack:.1g}; {wrong.sum()} of {wrong.size} wrong")

    def equal(self, what, left, right, scale):
        (a, bound), (b, other) = left, right
        if not abs(a - b) <= 1e-11 * (bound + other + scale + FLOOR):
            yield f"{what}: {a!r} and {b!r}"

    def complaints(self):
        tolerance = 1e-4 if self.case.rough else 1e-7 if self.case.kinks else 1e-8
        finite = [np.isfinite(value) for value in self.values]
        size = largest([v[f] for v, f in zip(self.values, finite)])
        jv, jtu = self.run("_t", self.data, self.v), self.run("_r", self.data, self.u)
        jv = [np.where(f, a, 0) for a, f in zip(jv, finite)]
        hv, hw = self.run("_h", self.data, self.u, self.v), self.run("_h", self.data, self.u, self.w)
        reverse = self.run("_s", self.data, self.u, self.w)
        jw = [np.where(f, a, 0) for a, f in zip(self.run("_t", self.data, self.w), finite)]
        yield from self.close("J v against differences", jv, self.differences(""), tolerance, size, finite)
        yield from self.equal("<u, J v> and <J' u, v>", inner(self.u, jv), inner(jtu, self.v), size)
        yield from self.close("H v against differences", hv, self.differences("_r", self.u), tolerance, largest(jtu))
        yield from self.equal("<w, H v> and <H w, v>", inner(self.w, hv), inner(hw, self.v), largest(jtu))
        split = len(self.case.wrt)
        yield from self.close("H w in reverse and forward", reverse[:split], hw, 1e-11, largest(jtu))
        transposed = [np.where(f, a, 0) for a, f in zip(reverse[split:], finite)]
        yield from self.close("J w in reverse over reverse", transposed, jw, 1e-11, size)
        if self.case.rough:
            return
        for what, suffix, expected, where, seeds in (
            ("value", "", self.values, finite, ()),
            ("J' u", "_r", jtu, None, (self.u,)),
            ("H v", "_h", hv, None, (self.u, self.v)),
        ):
            got = self.run(suffix, self.data, *seeds, library=self.f32)
            yield from self.close(what + " in f32", got, expected, 2.0**-24 * 200 * self.case.loose, 0.0, where)


def check_all(arguments, device, chosen):
    stem, failures = os.path.join(arguments.tmp, "derivatives"), []
    texts = lambda some: {dtype: "\n".join(c.derived(dtype) for c in some) for dtype in ("f64", "f32")}
    messages = compile_all(arguments, texts(chosen), stem)
    if messages and len(chosen) > 1:  # Whose fault?
        messages = [f"{c.name}: {m}" for c in chosen for m in compile_all(arguments, texts([c]), f"{stem}_{c.name}")]
    if messages:
        print("\n".join(messages))
        return 1
    compiled = {dtype: Compiled(f"{stem}_{dtype}", device) for dtype in ("f64", "f32")}
    for case in chosen:
        for ni, nj in case.sizes:
            where = f"{case.name} ni={ni} nj={nj}"
            with open(os.path.join(arguments.tmp, "now"), "w") as note:
                note.write(where)
            try:
                with np.errstate(invalid="ignore"):
                    failures += [f"{where}: {c}" for c in Check(case, compiled, ni, nj).complaints()]
            except RuntimeError as error:
                failures.append(f"{where}: {error}")
    for failure in failures[: arguments.most]:
        print(failure)
    print(f"{len(chosen)} kernels, {len(failures)} failures")
    return 1 if failures or not chosen else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keopsc", default="keopsc")
    parser.add_argument("--tmp", required=True)
    add_device_options(parser)
    parser.add_argument("--only", default=".*", help="a regular expression of names")
    parser.add_argument("--most", type=int, default=40, help="complaints shown")
    parser.add_argument("--child", action="store_true")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    os.makedirs(arguments.tmp, exist_ok=True)
    if not arguments.child:  # A crash is told with the call it happened in.
        status = subprocess.run([sys.executable, __file__, *sys.argv[1:], "--child"]).returncode
        if status < 0:
            with open(os.path.join(arguments.tmp, "now")) as note:
                print(f"{note.read()}: the process ended with status {status}")
        return 1 if status else 0
    device = set_device(arguments)
    for name in arguments.files:
        importlib.import_module(name)
    registered = importlib.import_module("derivatives").KERNELS  # This file runs under another name.
    return check_all(arguments, device, [c for c in registered if re.fullmatch(arguments.only, c.name)])


if __name__ == "__main__":
    sys.exit(main())
