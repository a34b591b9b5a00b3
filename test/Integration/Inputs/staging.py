"""Rows of every width and number, whose arrays lie right before or right after a page that must not be touched.

    staging.py --tmp DIR [--variants LIST]

Rows in memory become vectors of components, and results rows again: with numbers that are small integers, one that is
misplaced shows exactly. Each kernel is called with few and many rows and columns, around the lanes of every variant.
"""

import argparse
import ctypes
import mmap
import os
import subprocess
import sys

import numpy as np

from cinterface import Library, store

ALL, SOME = (1, 2, 3, 4, 5, 6, 7, 8, 9, 17), (1, 3, 6)
# Of the points, of the weights; and the widths.
TYPES = {("f32", "f32"): ALL, ("f64", "f64"): ALL, ("f32", "f64"): SOME, ("i32", "i32"): SOME, ("i64", "i64"): SOME,
         ("f16", "f16"): SOME}
SIZES = [(1, 7), (2, 16), (1, 301), (3, 1030), (25, 17), (26, 3), (40, 131), (257, 1)]
PAGE = mmap.PAGESIZE
KERNELS = """
kernel dots{0}(i x[{0}] : {1}, j y[{0}] : {1}, j b : {2}) = sum_j(max(dot(x, y), 0) * b)
kernel rows{0}(i x[{0}] : {1}, j y[{0}] : {1}) = sum_j(max(x, y)) + 2 * x
"""


def calls(types, x, y, b):
    """Name of a kernel, its inputs and its result, each with its type."""
    points, weights = types
    total = {"i32": "i64"}  # sums of integers are wide
    dots = np.maximum(x @ y.T, 0) @ b
    rows = sum((np.maximum(x, column) for column in y), 0 * x) + 2 * x
    yield "dots", [(x, points), (y, points), (b, weights)], (dots, total.get(weights, weights))
    yield "rows", [(x, points), (y, points)], (rows, total.get(points, points))


class Guarded:
    """An array between two pages that cannot be read or written, right at one of them."""

    def __init__(self, values, at_end):
        size = -(-max(values.nbytes, 1) // PAGE) * PAGE
        self.memory = mmap.mmap(-1, size + 2 * PAGE)
        start = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        for guard in (start, start + PAGE + size):
            if ctypes.CDLL(None).mprotect(ctypes.c_void_p(guard), ctypes.c_size_t(PAGE), 0):
                raise OSError("mprotect failed")
        offset = PAGE + (size - values.nbytes if at_end else 0)
        self.array = np.frombuffer(self.memory, values.dtype, values.size, offset).reshape(values.shape)
        self.array[...] = values


def check(library, types, width, size, at_end):
    ni, nj = size
    rng = np.random.default_rng(1000 * width + ni + nj)
    data = [rng.integers(-3, 4, shape) for shape in ((ni, width), (nj, width), (nj, 1))]
    for name, inputs, (expected, kind) in calls(types, *data):
        expected = store(expected, kind)
        output = Guarded(np.full_like(expected, 77), at_end)
        guarded = [Guarded(store(*given), at_end) for given in inputs] + [output]
        problem = library.call(f"{name}{width}", ni, nj, [g.array for g in guarded], threads=1)
        wrong = np.argwhere(output.array != expected)
        if problem or len(wrong):
            place = "before the end" if at_end else "at the beginning"
            where = f" {len(wrong)} of {expected.size} wrong, first at {wrong[0]}" if len(wrong) else ""
            yield f"{name}{width} {'-'.join(types)} ni={ni} nj={nj}, arrays {place} of a page: {problem}{where}"


def run(path, types):
    library = Library(path)
    found = [problem for width in TYPES[types] for size in SIZES for at_end in (True, False)
             for problem in check(library, types, width, size, at_end)]
    print("\n".join(found[:10]))
    return bool(found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tmp", required=True)
    parser.add_argument("--child", nargs=2)
    parser.add_argument("--variants", default="", help="values of KEOPS_CPU_VARIANT, by commas")
    arguments = parser.parse_args()
    if arguments.child:
        sys.exit(run(arguments.child[0], tuple(arguments.child[1].split("-"))))
    os.makedirs(arguments.tmp, exist_ok=True)
    runs, failures = 0, 0
    cpus = [f"--cpu={arguments.variants}"] if arguments.variants else []
    for types, widths in TYPES.items():
        name = "-".join(types)
        source, path = os.path.join(arguments.tmp, f"{name}.kop"), os.path.join(arguments.tmp, f"{name}.so")
        with open(source, "w") as stream:
            stream.writelines(KERNELS.format(width, *types) for width in widths)
        subprocess.run(["keopsc", source, "-o", path, *cpus], check=True)
        for variant in arguments.variants.split(","):
            environment = dict(os.environ, KEOPS_CPU_VARIANT=variant) if variant else dict(os.environ)
            command = [sys.executable, __file__, "--tmp", arguments.tmp, "--child", path, name]
            runs += 1
            failures += subprocess.run(command, env=environment).returncode != 0
    print(f"{runs} runs, {failures} failures")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
