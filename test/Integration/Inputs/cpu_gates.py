"""Holds the machine code of CPU kernels to limits: instructions on vectors per vector of pairs, vectors on the stack,
calls, gathers and divisions in the hot loop. Nothing runs and nothing is timed.

    cpu_gates.py [--keopsc PATH] [--cpu x86-64-v4]... [--only NAME]... [--details] [--report FILE]

A vector of pairs is a register full: 16, 8, 4 pairs in f32 for the three variants. Its share is the shortest way round
the loop over pairs (so rare work, as inserting a new neighbour or raising a maximum, is left out), where loops over
components count as often as they go round, over the vectors of one trip: the register tile of the schedule times what
LLVM unrolled. That is a power of two, and follows from the multiplications, which no rewriting of a formula changes
much; `share` is their number, as a part of what the table expects. Where a kernel chooses between two such loops at
run time, the slower one is in the column `other`. For AArch64 the loop only has to be free of calls.
"""

import collections
import copy
import math
import os
import subprocess
import sys

import gates
from gates import GAUSS, SOFTMAX, gauss

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs"))
import assembly  # noqa: E402
import control_flow  # noqa: E402
import trip  # noqa: E402

VARIANTS = {"x86-64-v4": 64, "x86-64-v3": 32, "x86-64-v2": 16}  # bytes of a vector
ARM = "aarch64"
OTHER = 2  # the slower of two alternatives, as a share of the limit: differences take two operations, not one
FEW = 1.15  # lanes over columns, as a share of the limit
OPERATIONS = ("multiply", "multiply-add", "mask", "other")
VALUES = """kernel k(i x[3], j y[3], j b) = sum_j(%s * b)"""


class Gate:
    """Limits of a kernel `k`. multiplies: multiplications of a pair, fused or not, to within a third. ops: vector
    instructions for v4, v3, v2 that compute, without plain loads, stores and moves. stack: vectors from or to the
    stack. total: all instructions of the loop, as many as today and a twentieth. few: whether the function for few rows
    is looked at too, but for the total. divisions: what the formula has, for v4, v3, v2."""

    def __init__(self, name, text, multiplies, ops, stack, total, dtype="f32", few=False, divisions=(0, 0, 0)):
        self.name, self.text, self.multiplies, self.dtype, self.few = name, text, multiplies, dtype, few
        self.ops, self.stack, self.total, self.divisions = (dict(zip(VARIANTS, limits)) for limits in (ops, stack, total, divisions))
        self.function, self.schedule, self.slack = "accumulate", "schedule", 1

    def functions(self):
        """This gate, and that of the function for few rows."""
        few = copy.copy(self)
        few.name, few.function, few.schedule, few.slack = f"{self.name} few", "accumulate_few", "few", FEW
        few.total = dict.fromkeys(VARIANTS, math.inf)
        return [self, few] if self.few else [self]


# v4: the targets, and a tenth (log-sum-exp: 15 and a twentieth, the target being 13.5): 2 D for a distance by differences, D by norms where D > 4, 7 for an exponential (12 in
# f64), 1 for a sum. v3: 5 more for an exponential, without reduce and scalef. v2: its multiply-adds are two each, and a
# column's numbers take a shuffle each. Rows and constants that are read from the stack, instead of from where they were
# staged, cost the same; allowed are as many as there are today. Instead of a division, ten clocks and more of the divider,
# v4 has 8 operations in f32 and 11 in f64. The gradient's pairs, side by side, leave their differences
# there in AVX2, from where the sums read them: one chain after the other needs less and takes longer.
GATES = [
    #    name          kernel                                                multiplies  ops: v4, v3, v2   stack: v4, v3, v2   total
    Gate("gauss",        gauss(3),                                               10, (15.4, 21, 31), (0, 2, 5), (17.5, 27.6, 45.2), few=True),
    Gate("gradient",     GAUSS + "kernel k = grad(f, x)",                        14, (18.7, 25, 38), (0, 8, 6), (20.5, 38.7, 62.5), few=True),
    Gate("logsumexp",    "kernel k(i x[3], j y[3]) = logsumexp_j(-sqdist(x, y))", 9, (15.8, 21, 31), (0, 2, 5), (17.4, 27.7, 46.8), few=True),
    Gate("argkmin-10",   "kernel k(i x[3], j y[3]) = argkmin_j(sqdist(x, y), 10)", 3, (8.6, 8.3, 11.4), (0, 0, 0), (13.8, 12, 18.3), few=True),
    Gate("anisotropic",  "kernel k(i x[3], j y[3], j b, param A[3, 3]) = sum_j(exp(-wsqdist(A, x, y)) * b)", 16, (20, 25, 38), (0, 12.2, 15.5), (24, 40.5, 64), few=True),
    Gate("min",          "kernel k(i x[3], j y[3]) = min_j(sqdist(x, y))",        3, (7.7, 7.7, 11), (0, 0, 2), (9.3, 10.1, 17.5)),
    Gate("argmin",       "kernel k(i x[3], j y[3]) = argmin_j(sqdist(x, y))",     3, (7.7, 7.7, 11), (0, 0, 1), (8.7, 10.1, 18.3)),
    Gate("d10",          gauss(10),                                              17, (19.8, 26, 48), (0, 2, 2), (21.7, 42.5, 72.2)),
    Gate("d50",          gauss(50),                                              58, (64, 70, 150), (2, 2, 2), (95.7, 123, 231)),
    Gate("d100",         gauss(100),                                            108, (119, 125, 280), (2, 3, 2), (178, 222, 434)),
    Gate("d784",         gauss(784),                                            792, (871, 880, 2050), (32, 32, 32), (1504, 1711, 3309)),
    Gate("channels-3",   gauss(3, 3),                                            12, (17.6, 24, 39), (0, 2, 3), (19.5, 36.3, 58.3)),
    Gate("channels-8",   gauss(3, 8),                                            17, (23.1, 29, 54), (0, 5, 6), (24.9, 48.8, 82.4)),
    Gate("d20-16",       gauss(20, 16),                                          43, (47.3, 53, 112), (0, 0, 0), (76.3, 99.9, 184)),
    Gate("softmax-64",   SOFTMAX,                                               134, (151, 157, 350), (2, 3, 2), (250, 305, 586), few=True),
    Gate("gauss-f64",    gauss(3),                                               16, (21, 26.5, 40), (0, 3, 6), (22.8, 34, 53), "f64"),
    Gate("matern52",     'import "std/kernels.kop"\n' + VALUES % "matern52(x, y, 0.5)", 15, (23, 28, 40), (1, 4, 6), (26.5, 35.8, 55.2)),
    Gate("polynomial",   VALUES % "(dot(x, y) + 1)^3",                            6, (7.5, 7.5, 13), (0, 0, 1), (9.5, 11.1, 19.9)),
    Gate("cauchy",       VALUES % "1 / (1 + sqdist(x, y))",                       5, (12.6, 11, 17), (0, 0, 2), (14.7, 13.2, 23.1), divisions=(0, 1, 1)),
    Gate("cauchy-f64",   VALUES % "1 / (1 + sqdist(x, y))",                     5.7, (14.7, 11, 17), (0, 0, 2), (17.9, 13.2, 23.1), "f64", divisions=(0, 1, 1)),
]


class Way:
    """A trip round one loop, with its inner loops."""

    def __init__(self, function, loops, head, vectors, gate):
        self.function, self.loops, self.head, self.body = function, loops, head, loops[head]
        self.counts = collections.Counter()
        for index, times in trip.Trip(function, head, self.body).counts.items():
            self.add(function.instructions[index], function.on_stack(index), times)
        self.share = self.counts["packed"] / (vectors * gate.multiplies)
        self.tile, self.vectors = vectors, vectors * max(1, 2 ** round(math.log2(self.share or 1)))

    def add(self, at, on_stack, times):
        self.counts["total"] += times
        self.counts[at.kind] += times
        self.counts["ops"] += times * (at.kind in OPERATIONS)
        self.counts["packed"] += times * at.packed()
        self.counts["loads"] += times * at.loads()
        self.counts["stack"] += times * on_stack
        self.counts["unaligned"] += times * (on_stack and at.base.startswith("movup"))
        self.counts["divisions"] += times * bool(assembly.DIVIDE.match(at.base))
        self.counts["gathers"] += times * ("gather" in at.name or "scatter" in at.name)
        self.counts["=" + at.name] += times * (at.kind != "scalar")

    def goes_on_to(self, other):
        """Whether the other loop runs after this one, in the same trip of the loops around both."""
        around = {head for head, body in self.loops.items() if self.body | other.body < body}
        follows = [[k for k in targets if k not in around] for targets in self.function.follows]
        return other is not self and other.head in control_flow.flood(self.body, follows, None)

    def expected(self):
        """Multiplications, as a share of those that the gate names."""
        return self.share * self.tile / self.vectors

    def details(self):
        names = sorted((name for name in self.counts if name[0] == "=" and self.counts[name]), key=lambda name: -self.counts[name])
        numbers = " ".join(f"{name[1:]} {self.per_vector(name):.2f}" for name in names)
        return f"\n    {self.per_vector('ops'):.2f}: {numbers}"

    def calls(self):
        return sum(self.function.instructions[k].call for k in self.body)

    def per_vector(self, kind):
        return self.counts[kind] / self.vectors


def hot_loops(function, gate, vectors):
    """The loops over pairs, the best first: the innermost ones that have all multiplications of a tile. There are two
    where the kernel chooses between alternatives at run time."""
    loops = function.loops()
    ways = (Way(function, loops, head, vectors, gate) for head in loops)
    found = [way for way in ways if way.share >= 0.7]
    found = [way for way in found if not any(other.body < way.body for other in found)]
    if not found:
        raise LookupError(f"{function.name}: no loop found that has all multiplications of a pair")
    # Loops over what the tiles leave do less in a trip, or follow the loop over tiles.
    most = max(way.counts["packed"] for way in found)
    found = [way for way in found if way.counts["packed"] >= 0.6 * most]
    found = [way for way in found if not any(other.goes_on_to(way) for other in found)]
    return sorted(found, key=lambda way: way.per_vector("ops"))


def complaints(way, ops, stack, total, divisions):
    if way.per_vector("ops") > ops:
        yield f"{way.per_vector('ops'):.1f} operations, not {ops:.3g}"
    if way.per_vector("stack") > stack:
        yield f"{way.per_vector('stack'):.1f} vectors on the stack, not {stack:g}"
    if way.per_vector("total") > total:
        yield f"{way.per_vector('total'):.1f} instructions in all, not {total:g}"
    if way.per_vector("divisions") > divisions:
        yield f"{way.per_vector('divisions'):.1f} divisions"
    if way.counts["unaligned"]:
        yield f"{way.counts['unaligned']} vectors on the stack that may lie across two cache lines"
    if way.counts["gathers"]:
        yield f"{way.counts['gathers']} gathers or scatters"
    if way.calls():
        yield f"{way.calls()} calls"


def compile_kernel(arguments, gate, folder, target):
    """Functions, and the command line."""
    source = os.path.join(folder, "k.kop")
    with open(source, "w") as text:
        text.write(gate.text + "\n")
    machine = ["--target-triple=aarch64-linux-gnu"] if target == ARM else ["--target-triple=x86_64-linux-gnu", f"--cpu={target}"]
    run = [arguments.keopsc, source, f"--dtype={gate.dtype}", *machine, "--no-header", *arguments.option]
    done = subprocess.run([*run, "--emit=asm", "-o", "-"], check=True, capture_output=True, text=True)
    return assembly.functions(done.stdout), run


def pick(functions, tiles, target, gate):
    """The loops over pairs of the first pass that has such, and its tile in lane groups."""
    size, missing = 8 if gate.dtype == "f64" else 4, LookupError(f"no schedule for {target}")
    for number, (lanes, rows, columns) in enumerate(tiles):
        vectors = max(1, lanes * size // VARIANTS[target]) * rows * columns
        try:
            return hot_loops(functions[f"keops.k.{number}.{target}.{gate.function}"], gate, vectors), rows, columns
        except LookupError as problem:
            missing = problem
    raise missing


def arm_calls(functions, gate):
    """Calls in the loop over pairs of AArch64: the innermost of those with the most multiplications."""
    function = functions[f"keops.k.0.generic.{gate.function}"]
    loops = function.loops()
    work = {h: sum(function.instructions[k].packed() for k in function.shortest(h, loops[h])) for h in loops}
    hot = [head for head in loops if work[head] and work[head] >= 0.6 * max(work.values())]
    hot = [head for head in hot if not any(loops[other] < loops[head] for other in hot)]
    if not hot:
        raise LookupError("no loop over pairs found")
    return max(sum(function.instructions[k].call for k in loops[head]) for head in hot)


def measure(gate, target, arguments, folder):
    """One row of the table, and what is wrong."""
    functions, run = compile_kernel(arguments, gate, folder, target)
    if target == ARM:
        calls = arm_calls(functions, gate)
        return f"{gate.name:16}{target:11}{calls:8} calls", [f"{calls} calls"] if calls else []
    ways, rows, columns = pick(functions, gates.schedules(run, target, gate.schedule), target, gate)
    main, last, limit = ways[0], ways[-1], gate.ops[target] * gate.slack
    problems = list(complaints(main, limit, gate.stack[target], gate.total[target], gate.divisions[target]))
    if len(ways) > 1:
        doubled = (OTHER * most for most in (limit, gate.stack[target], gate.total[target]))
        slower = complaints(last, *doubled, gate.divisions[target])
        problems += ["the other loop: " + problem for problem in slower]
    tile = f"{rows}x{columns}" + (f" *{main.vectors / (rows * columns):g}" if main.vectors != rows * columns else "")
    other = f"{last.per_vector('ops'):.2f}" if len(ways) > 1 else ""
    numbers = "".join(f"{main.per_vector(k):8.2f}" for k in ("multiply-add", "move", "loads", "store", "stack", "total"))
    row = (f"{gate.name:16}{target:11}{main.per_vector('ops'):8.2f}{limit:8.4g}{other:>8}{numbers}  {tile:8}"
           f"{main.expected():5.2f}  {'; '.join(problems)}")
    if arguments.details:
        row += "".join(way.details() for way in ways)
    return row, problems


def main():
    arguments = gates.parse(__doc__, "cpu")
    chosen = [g for gate in GATES for g in gate.functions() if not arguments.only or g.name in arguments.only]
    heading = (f"{'kernel':16}{'':11}{'ops':>8}{'limit':>8}{'other':>8}{'fma':>8}{'moves':>8}{'loads':>8}{'stores':>8}"
               f"{'stack':>8}{'total':>8}  {'tile':8}share")
    return gates.check(chosen, arguments.cpu or [*VARIANTS, ARM], heading,
                       lambda gate, target, folder: measure(gate, target, arguments, folder), arguments.report)


if __name__ == "__main__":
    sys.exit(main())
