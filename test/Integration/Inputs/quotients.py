"""Quotients and roots of a loop over pairs, one pair per row, against correctly rounded ones.

    quotients.py --tmp DIR [--variants LIST]

Loops that would wait for the divider refine an estimate instead, on processors with AVX-512. The error is at most one
unit in the last place; where the result is a number of the type (6 / 3, the root of a square) there is none.
Under --fp=strict, and by default on variants without estimates, quotients and roots are rounded correctly.
"""

import argparse
import os
import subprocess
import sys

import numpy as np

from cinterface import Library

TYPES = {"f32": np.float32, "f64": np.float64}
# With y = -0 the sums are x and z, which the compiler cannot know: nothing leaves the loop over the pairs.
SOURCE = """
kernel quotient(i x, i z, j y) = sum_j((x + y) / (z + y))
kernel inverse(i z, j y) = sum_j(1 / (z + y))
kernel root(i z, j y) = sum_j(sqrt(z + y))
kernel inverse_root(i z, j y) = sum_j(rsqrt(z + y))
"""
WITHOUT_ESTIMATES = ("x86-64-v3", "x86-64-v2")
EXACT = {
    "quotient": lambda x, z: x / z,
    "inverse": lambda x, z: 1 / z,
    "root": lambda x, z: np.sqrt(z),
    "inverse_root": lambda x, z: np.where(z == 0, 0, 1 / np.sqrt(z)),
}
ENDS = [0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 3, -5]


def exact(name, x, z):
    """In more digits than the type has."""
    with np.errstate(all="ignore"):
        return EXACT[name](x.astype(np.longdouble), z.astype(np.longdouble))


def numbers(dtype, rng):
    """Pairs (x, z) of any size whose quotients are normal numbers."""
    exponents = np.finfo(dtype).maxexp // 2 - 4
    x, z = ((rng.uniform(1, 2, 20000) * 2.0 ** rng.integers(-exponents, exponents, 20000)).astype(dtype) for _ in range(2))
    return x * rng.choice([-1, 1], x.size).astype(dtype), z


def whole(dtype, rng):
    """Quotients and roots that are integers: x = q z, z = r^2 for the roots."""
    z = rng.integers(1, 1000, 5000) ** 2
    return (z * rng.integers(1, 16, z.size)).astype(dtype), z.astype(dtype)


def ends(dtype, rng):
    limits = np.finfo(dtype)
    some = ENDS + [limits.max, limits.tiny, -limits.max]
    return tuple(a.ravel() for a in np.meshgrid(np.array(some, dtype), np.array(some, dtype)))


def computed(library, name, x, z):
    out = np.full((len(x), 1), 77, x.dtype)
    problem = library.call(name, len(x), 1, [*([x] if name == "quotient" else []), z, np.full(1, -0.0, x.dtype), out], threads=1)
    if problem:
        raise RuntimeError(problem)
    return out[:, 0]


def wrong_values(name, sample, got, x, z, strict):
    """Indices of wrong results. Beyond the normal numbers only the class counts: too large, too small, no number."""
    expected = exact(name, x, z)
    with np.errstate(all="ignore"):
        rounded = EXACT[name](x, z)
        units = np.abs(got.astype(np.longdouble) - expected) / np.spacing(np.abs(rounded))
    same = (got == rounded) | (np.isnan(got) & np.isnan(rounded))
    small = (np.abs(rounded) < np.finfo(x.dtype).tiny) & (np.abs(got) <= np.finfo(x.dtype).tiny)
    if name == "inverse_root" and not strict:
        close = units <= 2  # the root is rounded before the quotient
    elif strict or sample == "whole" and name in ("quotient", "root"):
        close = same
    else:
        close = units <= 1
    return np.flatnonzero(~(same | small | close))


def run(path, dtype, strict):
    library, rng, failures = Library(path), np.random.default_rng(5), 0
    for sample in (numbers, whole, ends):
        x, z = sample(TYPES[dtype], rng)
        for name in EXACT:
            if strict and name == "inverse_root":
                continue  # two operations, each rounded
            for rows in (len(x), 7):  # rows in lanes, columns in lanes
                with np.errstate(all="ignore"):
                    got = np.concatenate([computed(library, name, x[k:k + rows], z[k:k + rows])
                                          for k in range(0, min(len(x), 100 * rows), rows)])
                few = slice(0, len(got))
                for k in wrong_values(name, sample.__name__, got, x[few], z[few], strict)[:3]:
                    print(f"{dtype} {name}, {rows} rows: x={x[k]!r} z={z[k]!r}: {got[k]!r}, not {exact(name, x, z)[k]!r}")
                    failures += 1
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tmp", required=True)
    parser.add_argument("--child", nargs=3)
    parser.add_argument("--variants", default="", help="values of KEOPS_CPU_VARIANT, by commas")
    arguments = parser.parse_args()
    if arguments.child:
        path, dtype, freedom = arguments.child
        sys.exit(run(path, dtype, freedom == "strict") != 0)
    os.makedirs(arguments.tmp, exist_ok=True)
    source = os.path.join(arguments.tmp, "quotients.kop")
    with open(source, "w") as stream:
        stream.write(SOURCE)
    cpus = [f"--cpu={arguments.variants}"] if arguments.variants else []
    runs, failures = 0, 0
    for dtype in TYPES:
        for freedom in ("strict", "contract", "fast"):
            path = os.path.join(arguments.tmp, f"{dtype}-{freedom}.so")
            subprocess.run(["keopsc", source, f"--dtype={dtype}", f"--fp={freedom}", "-o", path, *cpus], check=True)
            for variant in arguments.variants.split(","):
                environment = dict(os.environ, KEOPS_CPU_VARIANT=variant) if variant else dict(os.environ)
                is_strict = freedom == "strict" or (freedom == "contract" and variant in WITHOUT_ESTIMATES)
                expected = "strict" if is_strict else freedom
                command = [sys.executable, __file__, "--tmp", arguments.tmp, "--child", path, dtype, expected]
                runs += 1
                failures += subprocess.run(command, env=environment).returncode != 0
    print(f"{runs} runs, {failures} failures")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
