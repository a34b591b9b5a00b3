"""Holds the machine code of GPU kernels to limits: instructions and special functions per pair in the main
loop, registers, and no local memory at all. Needs ptxas, but no GPU.

    gpu_gates.py [--keopsc PATH] [--arch sm_90a]... [--only NAME]... [--details] [--report FILE]

A pair's share is the shortest way round the main loop (so rare work, as inserting a new neighbour, is left
out) over its pairs: the register tile of the schedule, times what ptxas unrolled, as the loads show. Where a kernel
chooses between two such loops at run time, the slower one is in the column `other`.
"""

import os
import re
import subprocess
import sys

import gates
from gates import GAUSS, SOFTMAX, gauss

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs"))
import machine_code  # noqa: E402

ARCHS = ["sm_80", "sm_90a", "sm_100"]
OTHER = 1.25  # the slower of two alternatives, as a share of the limit


class Gate:
    """Limits of a kernel `k` (local: architectures on which it may use local memory): instructions per pair, least and most special functions per pair, registers per
    thread. multiplies: multiply-adds per pair, to know how often loops over components go round."""

    def __init__(self, name, text, slots, special, registers, dtype="f32", multiplies=0, local=()):
        self.name, self.text, self.slots, self.special, self.registers = name, text, slots, special, registers
        self.dtype, self.multiplies, self.local = dtype, multiplies, local


# Where 255 registers are not enough: 8 to 30 instructions at the end of a tile. On sm_80 ptxas keeps two registers of
# the value-and-gradient kernel in memory of its own accord.
ALL = ("sm_80", "sm_90a", "sm_100")
# log-sum-exp: 0.05 of its instructions tell a sum that is not a number, where a weight 0 met an infinite power.
# Up to 128 registers, a multiprocessor holds four blocks of 128 threads.
GATES = [
    #    name              kernel                                              slots  special     registers
    Gate("gauss",          gauss(3),                                             8.8, (0.8, 1),   128),
    Gate("gradient",       GAUSS + "kernel k = grad(f, x)",                     12.5, (0.8, 1),   128),
    Gate("value-gradient", """kernel k(param g, i x[3], j y[3], j b) -> (value, slope[3]) =
                                let f = sum_j(exp(-g * sqdist(x, y)) * b)
                                in (f, grad(f, x, 1))""",                       13.5, (0.8, 1),   128, local=("sm_80",)),
    Gate("hessian",        GAUSS + "kernel k = jvp(grad(f, x), x)",             22,   (0.8, 1),   128),
    Gate("logsumexp",      "kernel k(i x[3], j y[3]) = logsumexp_j(-sqdist(x, y))", 9.6, (0.8, 1.25), 168),
    Gate("argkmin-10",     "kernel k(i x[3], j y[3]) = argkmin_j(sqdist(x, y), 10)", 9, (0, 0),    128),
    Gate("min",            "kernel k(i x[3], j y[3]) = min_j(sqdist(x, y))",     8.5, (0, 0),     128),
    Gate("argmin",         "kernel k(i x[3], j y[3]) = argmin_j(sqdist(x, y))",  10.5, (0, 0),     128),
    Gate("laplacian",      "kernel k(i x[3], j y[3], j b) = sum_j(exp(-dist(x, y)) * b)", 10, (1.8, 2), 128),
    Gate("cauchy",         "kernel k(i x[3], j y[3], j b) = sum_j(b / (1 + sqdist(x, y)))", 10.5, (0.8, 1), 128),
    Gate("d10",            gauss(10),                                           24,   (0.8, 1),   128, multiplies=10),
    Gate("d50",            gauss(50),                                          118,   (0.8, 1),   255, multiplies=50),
    Gate("d64",            gauss(64),                                          150,   (0.8, 1),   255, multiplies=64),
    Gate("channels-64",    gauss(3, 64),                                        91,   (0.8, 1),   255, multiplies=64),
    Gate("softmax-64",     SOFTMAX,                                            170,   (0.8, 1.25), 255, multiplies=128),
    Gate("softmax-64-bf16", SOFTMAX,                                           170,   (0.8, 1.25), 255, "bf16", multiplies=128, local=ALL),
    Gate("gauss-f64",      gauss(3),                                            36,   (0, 1),     128, "f64"),
]
# Larger than the registers: measured when named with --only, and held to nothing but the multiply-adds twice.
LARGE = [
    Gate("d100", gauss(100), 230, (0.8, 1), 255, multiplies=100, local=ALL),
    Gate("d784", gauss(784), 1700, (0.8, 1), 255, multiplies=784, local=ALL),
]


def compile_kernel(arguments, gate, arch, folder):
    """The path of the cubin, and rows and columns of the register tile."""
    source = os.path.join(folder, "k.kop")
    with open(source, "w") as text:
        text.write(gate.text + "\n")
    run = [arguments.keopsc, source, f"--dtype={gate.dtype}", f"--cuda={arch}", "--cpu=x86-64-v2", "--no-header", *arguments.option]
    cubin = os.path.join(folder, "k.cubin")
    subprocess.run([*run, "--emit=cubin", "-o", cubin], check=True)
    _, rows, columns = gates.schedules(run, "cuda")[0]
    return cubin, rows, columns


def row_bytes(gate):
    """What a column takes in shared memory: its numbers, 16 bits widened, up to a multiple of 16 bytes."""
    head = re.search(r"kernel \w+\((.*?)\)", gate.text, re.S).group(1)
    numbers = sum(int(size or 1) for size in re.findall(r"\bj \w+(?:\[(\d+)\])?", head))
    return -(-numbers * (8 if gate.dtype == "f64" else 4) // 16) * 16


def main_loops(kernel, gate, rows, columns):
    """The loops over pairs, those with the shortest ways first. There are two where the kernel chooses between
    alternatives of a formula at run time."""
    loops, found = kernel.loops(), []
    for head, body in loops.items():
        path = kernel.shortest(head, body)
        counts = kernel.count(path)
        # Shared memory is filled by all threads between two barriers.
        if "LDS" in counts and not {"STS", "BAR", "LDGSTS", "0x11d"} & set(counts):
            found.append((len(path), head, body, path))
    if not found:
        raise LookupError("no loop over pairs found")
    longest = max(found)[0]
    # Loops over what the tiles leave take one column at a time, others lie within those over pairs.
    chosen = [f for f in found if f[0] >= 0.6 * longest and not any(f[2] < g[2] for g in found)]
    made = [MainLoop(kernel, gate, rows, columns, loops, head, path) for _, head, _, path in chosen]
    # A way that skips the work is none.
    made = [way for way in made if "HMMA" in way.counts or way.per_pair("FFMA") >= 0.9 * gate.multiplies]
    if not made:
        raise LookupError("no loop found that has all multiply-adds of a pair")
    return sorted(made, key=MainLoop.per_pair)


class MainLoop:
    """One loop over pairs; `path` is its shortest way round."""

    def __init__(self, kernel, gate, rows, columns, loops, head, path):
        self.kernel, self.head, self.body, self.path = kernel, head, loops[head], path
        self.counts = kernel.count(self.path)
        self.pairs = rows * columns * self.unrolled(gate, columns)
        self.add_inner_loops(gate, loops)

    def unrolled(self, gate, columns):
        loaded = sum(self.kernel.instructions[k].bytes for k in self.path if self.kernel.instructions[k].name == "LDS")
        times, rest = divmod(loaded, columns * row_bytes(gate))
        return times if times and not rest else 1

    def add_inner_loops(self, gate, loops):
        """Counts loops over the components as often as they go round."""
        inner = [h for h in loops if h in self.path and h != self.head and loops[h] < self.body]
        paths = [self.kernel.shortest(h, loops[h]) for h in inner]
        once = sum(self.kernel.count(path).get("FFMA", 0) for path in paths)
        self.rounds = round(self.pairs * gate.multiplies / once) if once else 1
        for path in paths:
            for name, number in self.kernel.count(path).items():
                self.counts[name] += (self.rounds - 1) * number

    def per_pair(self, name=None):
        return (self.counts.get(name, 0) if name else sum(self.counts.values())) / self.pairs


def complaints(gate, arch, ways, kernels):
    main, special = ways[0], ways[0].per_pair("MUFU")
    # The targets are those of sm_90a; elsewhere ptxas adds an instruction here and there.
    if main.per_pair() > gate.slots * (1 if arch == "sm_90a" else 1.01):
        yield f"{main.per_pair():.2f} instructions per pair, not {gate.slots:g}"
    if ways[-1].per_pair() > OTHER * gate.slots:
        yield f"{ways[-1].per_pair():.2f} instructions per pair in the other loop, not {OTHER * gate.slots:g}"
    if not gate.special[0] <= special <= gate.special[1]:
        yield f"{special:.2f} special functions per pair"
    if main.kernel.registers > gate.registers:
        yield f"{main.kernel.registers} registers, not {gate.registers}"
    for kernel in [] if arch in gate.local else kernels:
        counts = kernel.count()
        local = counts.get("LDL", 0) + counts.get("STL", 0)
        if local:
            yield f"{kernel.name} uses local memory: {local} instructions"


def measure(gate, arch, arguments, folder):
    """One row of the table, and what is wrong."""
    cubin, rows, columns = compile_kernel(arguments, gate, arch, folder)
    kernels = [k for k in machine_code.kernels(cubin) if re.fullmatch(r"k_\d+_\w+", k.name)]
    ways = main_loops(next(k for k in kernels if re.fullmatch(r"k_\d+_accumulate", k.name)), gate, rows, columns)
    problems, main = list(complaints(gate, arch, ways, kernels)), ways[0]
    counts = main.kernel.count()
    tile = f"{rows}x{columns}" + (f" *{main.pairs // (rows * columns)}" if main.pairs != rows * columns else "")
    other = f"{ways[-1].per_pair():.2f}" if len(ways) > 1 else ""
    row = (f"{gate.name:16}{arch:8}{main.per_pair():9.2f}{gate.slots:8g}{other:>8}{main.per_pair('MUFU'):8.2f}"
           f"{main.kernel.registers:6}{counts.get('LDL', 0) + counts.get('STL', 0):7}  {tile:8}"
           f"{len(main.path):5} of {len(main.body):5}  {'; '.join(problems)}")
    if arguments.details:
        for way in ways:
            names = sorted(way.counts, key=lambda name: -way.counts[name])
            row += f"\n    {way.per_pair():.2f}: " + " ".join(f"{name} {way.per_pair(name):.2f}" for name in names)
    return row, problems


def main():
    arguments = gates.parse(__doc__, "arch")
    chosen = [g for g in GATES + LARGE if g.name in arguments.only] if arguments.only else GATES
    heading = f"{'kernel':16}{'':8}{'per pair':>9}{'limit':>8}{'other':>8}{'special':>8}{'regs':>6}{'local':>7}  {'tile':8}  way   loop"
    return gates.check(chosen, arguments.arch or ARCHS, heading,
                       lambda gate, arch, folder: measure(gate, arch, arguments, folder), arguments.report)


if __name__ == "__main__":
    sys.exit(main())
