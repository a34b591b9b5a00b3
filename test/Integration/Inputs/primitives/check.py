"""Runs the generated kernel of every primitive and bounds its error in units in the last place.

    check.py --keopsc keopsc --tblgen keops-tblgen --records RECORDS.td --tmp DIR
             [-I DIR]... [--variants a,b] [--points 500] [--in-pairs] [--only NAME]... [--write-accuracy FILE]

Random points of each record's domain and its special points, in f32 and f64, on every CPU variant of
the machine, at a number of rows that leaves a tail. The largest errors can be put into FILE, which keeps
what it says of other primitives.
"""

import argparse
import json
import math
import os
import re
import subprocess
import sys

import mpmath
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from cinterface import Library
from exact import References

FLOAT = {"f32": np.float32, "f64": np.float64}


def unit_of(expected, dtype):
    """The unit in the last place at a number, that of the smallest normal number at least."""
    info = np.finfo(FLOAT[dtype])
    exponent = int(info.minexp)
    if expected != 0 and mpmath.isfinite(expected):
        exponent = max(exponent, int(mpmath.floor(mpmath.log(abs(expected), 2))))
    return mpmath.ldexp(1, exponent - info.nmant)


def error_in_ulps(got, expected, dtype):
    if math.isnan(got) or mpmath.isnan(expected):
        return 0.0 if math.isnan(got) and mpmath.isnan(expected) else math.inf
    with np.errstate(over="ignore"):
        rounded = FLOAT[dtype](float(expected))
    if rounded == got:
        return 0.0
    if math.isinf(got) or np.isinf(rounded):
        return math.inf
    if got == 0 and abs(expected) < float(np.finfo(FLOAT[dtype]).tiny):
        return 0.0  # Exponentials flush such results.
    with mpmath.workdps(40):
        return float(abs(mpmath.mpf(got) - expected) / unit_of(expected, dtype))


def points_of(test, dtype, number, seed):
    """One array per operand: random points of the domain, then the special points."""
    generator = np.random.default_rng(seed)
    columns = []
    for k, (low, high) in enumerate(test["domain"]):
        random = generator.uniform(float(low), float(high), number)
        special = [float(point["operands"][k]) for point in test["points"]]
        columns.append(np.concatenate([random, special]).astype(FLOAT[dtype]))
    return columns


class Expected:
    """What one primitive should give at the points of one element type."""

    def __init__(self, test, reference, dtype, number):
        self.test, self.dtype, self.number = test, dtype, number
        self.columns = points_of(test, dtype, number, seed=len(test["name"]))
        numbers = [[mpmath.mpf(float(x)) for x in column[:number]] for column in self.columns]
        self.values = [reference(*point) for point in zip(*numbers)]
        self.values += [mpmath.mpf(point["value"]) for point in test["points"]]
        self.signs = [False] * number + [point["value"] == "-0" for point in test["points"]]

    def compare(self, got):
        """(largest error over the domain, complaints)"""
        worst, complaints = 0.0, []
        for k, (value, expected) in enumerate(zip(got.tolist(), self.values)):
            error = error_in_ulps(value, expected, self.dtype)
            is_special = k >= self.number
            # A special point is written in decimals and rounded to the type on the way.
            bound = max(self.test["ulps"], 4) if is_special else self.test["ulps"]
            if not is_special:
                worst = max(worst, error)
            wrong_sign = self.signs[k] and not math.copysign(1, value) < 0
            if error > bound or wrong_sign:
                point = ", ".join(repr(float(column[k])) for column in self.columns)
                complaints.append(
                    f"{self.test['name']}({point}) is {value!r}, {mpmath.nstr(expected, 17)} expected: {error:.4g} ulp"
                )
        return worst, complaints


def in_pair_loops(kernels):
    """The same functions of v * z, z = 1, in the pair loop: maps have other lane counts than reductions."""
    def rewrite(match):
        name, variables, formula = match.groups()
        formula = re.sub(r"\bv_\w+", lambda operand: f"({operand.group(0)} * z)", formula)
        return f"kernel {name}({variables}, j z) = prod_j(1 * ({formula}))"
    return re.sub(r"kernel (prim_\w+)\((.*?)\) = (.*)", rewrite, kernels)


def call_in_child(library, inputs, outputs, variant, in_pairs):
    """The variant of the CPU is chosen once per process, so each has its own."""
    environment = dict(os.environ)
    if variant:
        environment["KEOPS_CPU_VARIANT"] = variant
    command = [sys.executable, __file__, "--child", library, inputs, outputs, str(in_pairs)]
    subprocess.run(command, env=environment, check=True)


def child(path, inputs, outputs, in_pairs):
    library, results = Library(path), {}
    with np.load(inputs) as arrays:
        names = {key.split("/")[0] for key in arrays}
        for name in sorted(names):
            columns = [arrays[key] for key in sorted(arrays, key=lambda k: int(k.split("/")[-1])) if key.split("/")[0] == name]
            out = np.empty_like(columns[0])
            ones = [np.ones(1, out.dtype)] if in_pairs else []
            message = library.call("prim_" + name, len(out), 1, [*columns, *ones, out])
            if message:
                sys.exit(f"{name}: {message}")
            results[name] = out
    np.savez(outputs, **results)


def generate(arguments, option):
    includes = [part for folder in arguments.include for part in ("-I", folder)]
    command = [arguments.tblgen, option, arguments.records, *includes]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_type(arguments, tests, references, dtype, accuracy):
    stem = os.path.join(arguments.tmp, "primitives_" + dtype)
    subprocess.run([arguments.keopsc, os.path.join(arguments.tmp, "primitives.kop"), f"--dtype={dtype}", "-o", stem + ".so"], check=True)
    expected = [Expected(test, references[test["name"]], dtype, arguments.points) for test in tests]
    np.savez(stem + "_in.npz", **{f"{e.test['name']}/{k}": c for e in expected for k, c in enumerate(e.columns)})
    complaints = []
    for variant in arguments.variants.split(","):
        call_in_child(stem + ".so", stem + "_in.npz", stem + "_out.npz", variant, arguments.in_pairs)
        with np.load(stem + "_out.npz") as results:
            for e in expected:
                worst, found = e.compare(results[e.test["name"]])
                row = accuracy.setdefault(e.test["name"], {})
                row[dtype] = max(row.get(dtype, 0.0), worst)
                complaints += [f"[{dtype} {variant}] {text}" for text in found[:3]]
    return complaints


def main():
    if sys.argv[1:2] == ["--child"]:
        return child(*sys.argv[2:5], in_pairs=sys.argv[5] == "True")
    parser = argparse.ArgumentParser()
    parser.add_argument("--keopsc", default="keopsc")
    parser.add_argument("--tblgen", default="keops-tblgen")
    parser.add_argument("--records", required=True)
    parser.add_argument("-I", dest="include", action="append", default=[])
    parser.add_argument("--tmp", required=True)
    parser.add_argument("--variants", default="")
    parser.add_argument("--points", type=int, default=331)
    parser.add_argument("--only", action="append")
    parser.add_argument("--in-pairs", action="store_true", help="inside a reduction")
    parser.add_argument("--write-accuracy")
    arguments = parser.parse_args()
    os.makedirs(arguments.tmp, exist_ok=True)
    tests = json.loads(generate(arguments, "--gen-primitive-tests"))
    with open(os.path.join(arguments.tmp, "primitives.kop"), "w") as kernels:
        text = generate(arguments, "--gen-primitive-kernels")
        kernels.write(in_pair_loops(text) if arguments.in_pairs else text)
    references = References(tests)
    tests = [test for test in tests if not arguments.only or test["name"] in arguments.only]
    accuracy, complaints = {}, []
    for dtype in FLOAT:
        complaints += check_type(arguments, tests, references, dtype, accuracy)
    for complaint in complaints:
        print(complaint)
    print(f"{len(tests)} primitives, {len(complaints)} complaints")
    if arguments.write_accuracy:
        with open(arguments.write_accuracy) as known:
            rounded = json.load(known)
        rounded.update({name: {t: math.ceil(e * 100) / 100 for t, e in row.items()} for name, row in accuracy.items()})
        with open(arguments.write_accuracy, "w") as out:
            json.dump(rounded, out, indent=1, sort_keys=True)
            out.write("\n")
    return 1 if complaints or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
