"""Runs first and second derivatives of every primitive, in both modes, and compares with high precision.

    derivatives.py --records RECORDS.td --tmp DIR [-I DIR]... [--option OPTION]... [--points 40]

For random points of each record's domain the partial derivatives of its
reference are difference quotients in 60 digits. A derivative g is a formula
that a few roundings enter, each worth its effect on a function of the rounded
operands, so the tolerance is

    ROUNDINGS u (|g| + sum_k |x_k dg/dx_k| + terms)

u is the unit roundoff. `terms` is 0 but for the records in CANCELLING, whose
derivatives are small differences of terms of that size. At the special points
the derivatives are those that the record gives, to 4 ulp. Where operands and
value are numbers, no derivative is NaN.
"""

import argparse
import itertools
import json
import os
import re
import subprocess
import sys

import mpmath
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from check import FLOAT, error_in_ulps, generate, points_of
from cinterface import Library
from exact import DIGITS, References

ROUNDINGS = 16
STEP = mpmath.mpf(10) ** -12

# Size of the terms that cancel in the first and in the second derivative.
CANCELLING = {
    "tanh": (lambda x: 1, lambda x: 1),  # 1 - y^2 for y near 1
    "sigmoid": (lambda x: 1, lambda x: 1),  # 1 - y for y near 1
    "softplus": (lambda x: 0, lambda x: 1),  # through sigmoid
    "silu": (lambda x: abs(x), lambda x: 1 + abs(x)),  # through sigmoid
    "hypot": (lambda a, b: 0, lambda a, b: 1 / mpmath.hypot(a, b)),  # 1/r - a^2/r^3
    "asin": (lambda x: 0, lambda x: (1 - x * x) ** -1.5),  # (1 + x) - (1 - x)
    "acos": (lambda x: 0, lambda x: (1 - x * x) ** -1.5),
    "atanh": (lambda x: 0, lambda x: (1 - x * x) ** -2),
}

STENCILS = [{0: 1.0}, {1: 0.5, -1: -0.5}, {1: 1.0, 0: -2.0, -1: 1.0}, {2: 0.5, 1: -1.0, -1: 1.0, -2: -0.5}]


class Partials:
    """Partial derivatives of a reference at one point."""

    def __init__(self, reference, point):
        self.reference, self.values = reference, {}
        with mpmath.workdps(DIGITS):
            self.point = [mpmath.mpf(float(x)) for x in point]
            self.steps = [STEP * max(abs(x), mpmath.mpf("1e-3")) for x in self.point]

    def value(self, places):
        if places not in self.values:
            with mpmath.workdps(DIGITS):
                moved = [x + k * h for x, k, h in zip(self.point, places, self.steps)]
            self.values[places] = self.reference(*moved)
        return self.values[places]

    def __call__(self, *operands):
        """The derivative in these operands, one after the other."""
        orders = [operands.count(k) for k in range(len(self.point))]
        with mpmath.workdps(DIGITS):
            total = mpmath.mpf(0)
            for terms in itertools.product(*(STENCILS[n].items() for n in orders)):
                weight = mpmath.mpf(1)
                for _, factor in terms:
                    weight *= factor
                total += weight * self.value(tuple(place for place, _ in terms))
            for n, h in zip(orders, self.steps):
                total /= h**n
            return total

    def tolerance(self, unit, operands, terms):
        with mpmath.workdps(DIGITS):
            bound = abs(self(*operands)) + terms
            for k, x in enumerate(self.point):
                bound += abs(x * self(*operands, k))
            return ROUNDINGS * unit * bound


# --- Kernels ----------------------------------------------------------------

HEAD = re.compile(r"kernel prim_(\w+)\((.*?)\) = (.*)")


class Primitive:
    """A primitive, its two kernels and the operands that each of their results is differentiated in."""

    def __init__(self, test, variables, body):
        self.test, self.name, self.variables, self.body = test, test["name"], variables, body
        names = re.findall(r"v_\w+", variables)
        count = range(len(names))
        self.first = [((k,), mode) for k in count for mode in ("grad", "jvp")]
        modes = [("grad", "grad"), ("jvp", "grad"), ("jvp", "jvp")]
        self.second = [((k, l), mode) for k in count for l in count for mode in modes]
        derivative = lambda mode, formula, k: f"{mode}({formula}, {names[k]}, 1)"
        self.text = self.kernel("first", [derivative(mode, body, k) for (k,), mode in self.first])
        self.text += self.kernel("second", [
            derivative(outer, derivative(inner, body, k), l) for (k, l), (outer, inner) in self.second
        ])

    def kernel(self, order, formulas):
        results = ", ".join(f"r{number}" for number in range(len(formulas)))
        return f"kernel {order}_{self.name}({self.variables}) -> ({results}) =\n  ({', '.join(formulas)})\n"

    def complaints(self, library, reference, dtype, number):
        columns = points_of(self.test, dtype, number, seed=len(self.name))
        firsts = self.run(library, "first", columns, len(self.first))
        seconds = self.run(library, "second", columns, len(self.second))
        unit = float(np.finfo(FLOAT[dtype]).eps) / 2
        points = list(zip(*columns))
        for place, point in enumerate(points[:number]):
            partials = Partials(reference, point)
            rows = [(self.first, firsts, 0), (self.second, seconds, 1)]
            for labels, results, order in rows:
                for (operands, mode), result in zip(labels, results):
                    yield from self.random_point(partials, point, operands, mode, float(result[place]), dtype, unit, order)
        for place, special in enumerate(self.test["points"], number):
            yield from self.special_point(special, points[place], dtype, [r[place] for r in firsts], [r[place] for r in seconds])

    def random_point(self, partials, point, operands, mode, got, dtype, unit, order):
        expected = partials(*operands)
        limits = np.finfo(FLOAT[dtype])
        if abs(expected) > float(limits.max) / 4:
            return
        terms = CANCELLING[self.name][order](*partials.point) if self.name in CANCELLING else 0
        # The quotients are good to 20 digits and more.
        tolerance = partials.tolerance(unit, operands, terms) + 16 * max(float(limits.tiny), 1e-30)
        if not abs(got - expected) <= tolerance:
            yield (f"{mode} of {self.name} in {operands} at {[float(x) for x in point]}: {got!r}, "
                   f"{mpmath.nstr(expected, 17)} +- {mpmath.nstr(tolerance, 2)} expected")

    def special_point(self, special, point, dtype, firsts, seconds):
        where = f"at {', '.join(special['operands'])}"
        for ((k,), mode), got in zip(self.first, firsts):
            if special["partials"] and error_in_ulps(float(got), mpmath.mpf(special["partials"][k]), dtype) > 4:
                yield f"{mode} of {self.name} in {k} {where}: {got!r}, the record says {special['partials'][k]}"
        numbers = [float(x) for x in (*special["operands"], special["value"])]
        if not np.isfinite(numbers).all():
            return
        for (operands, mode), got in [*zip(self.first, firsts), *zip(self.second, seconds)]:
            if np.isnan(got):
                yield f"{mode} of {self.name} in {operands} {where} is NaN"

    def run(self, library, order, columns, count):
        results = [np.full_like(columns[0], 77) for _ in range(count)]
        message = library.call(f"{order}_{self.name}", len(columns[0]), 1, [*columns, *results])
        if message:
            sys.exit(f"{order}_{self.name}: {message}")
        return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keopsc", default="keopsc")
    parser.add_argument("--tblgen", default="keops-tblgen")
    parser.add_argument("--records", required=True)
    parser.add_argument("-I", dest="include", action="append", default=[])
    parser.add_argument("--option", action="append", default=[])
    parser.add_argument("--tmp", required=True)
    parser.add_argument("--points", type=int, default=40)
    parser.add_argument("--only", action="append")
    parser.add_argument("--most", type=int, default=60, help="complaints shown")
    arguments = parser.parse_args()
    os.makedirs(arguments.tmp, exist_ok=True)
    references = References(json.loads(generate(arguments, "--gen-primitive-tests")))
    kernels = HEAD.findall(generate(arguments, "--gen-primitive-kernels"))
    chosen = [Primitive(references.tests[name], variables, body) for name, variables, body in kernels
              if not arguments.only or name in arguments.only]
    source, complaints = os.path.join(arguments.tmp, "derivatives.kop"), []
    with open(source, "w") as text:
        text.write("".join(primitive.text for primitive in chosen))
    libraries = {dtype: os.path.join(arguments.tmp, f"derivatives_{dtype}.so") for dtype in FLOAT}
    command = [arguments.keopsc, source, "-Wno-zero-derivative", "--no-header", *arguments.option]
    running = [subprocess.Popen([*command, f"--dtype={dtype}", "-o", path]) for dtype, path in libraries.items()]
    if any([process.wait() for process in running]):
        return 1
    for dtype, path in libraries.items():
        library = Library(path)
        for primitive in chosen:
            found = primitive.complaints(library, references[primitive.name], dtype, arguments.points)
            complaints += [f"[{dtype}] {text}" for text in found]
    for complaint in complaints[: arguments.most]:
        print(complaint)
    print(f"{len(chosen)} primitives, {len(complaints)} complaints")
    return 1 if complaints or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
