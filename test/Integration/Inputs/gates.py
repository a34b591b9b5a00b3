"""What the gates on machine code share: the common kernels, the schedules, the command line, the table."""

import argparse
import re
import subprocess
import tempfile

GAUSS = "kernel f(param g, i x[3], j y[3], j b) = sum_j(exp(-g * sqdist(x, y)) * b)\n"
SOFTMAX = "kernel k(i x[64], j y[64], j b[64]) = softmax_j(dot(x, y), b)"


def gauss(dim, channels=1):
    return f"kernel k(param g, i x[{dim}], j y[{dim}], j b[{channels}]) = sum_j(exp(-g * sqdist(x, y)) * b)"


def schedules(run, target, kind="schedule"):
    """Lanes, rows and columns of the tiles of kernel `k`, one for each pass; `run`: the command line of keopsc."""
    text = subprocess.run([*run, "--emit=mlir:tile", "-o", "-"], check=True, capture_output=True, text=True).stdout
    form = rf"{kind} <lanes = (\d+),[^>]*tile = (\d+) x (\d+)[^}}]*target = \"{re.escape(target)}\""
    return [tuple(map(int, found)) for found in re.findall(form, text[text.index("@k arguments"):])]


def parse(doc, option):
    """The command line; --OPTION names what to compile for."""
    parser = argparse.ArgumentParser(description=doc.split("\n")[0])
    parser.add_argument("--keopsc", default="keopsc")
    parser.add_argument(f"--{option}", action="append")
    parser.add_argument("--only", action="append", help="the gates to look at")
    parser.add_argument("--option", action="append", default=[], help="further options of keopsc")
    parser.add_argument("--details", action="store_true", help="instructions per pair by name")
    parser.add_argument("--report", help="file for the table")
    return parser.parse_args()


def check(gates, targets, heading, measure, report=None):
    """Prints a row for each gate and target, measure(gate, target, folder) -> row, problems. The exit status."""
    lines, failures = [], 0

    def say(line):
        lines.append(line.rstrip())
        print(lines[-1], flush=True)

    say(heading)
    for gate in gates:
        with tempfile.TemporaryDirectory() as folder:
            for target in targets:
                try:
                    row, problems = measure(gate, target, folder)
                except (LookupError, ValueError, OSError, subprocess.CalledProcessError) as problem:
                    row, problems = f"{gate.name:16}{target:11} {problem}", [problem]
                say(row)
                failures += bool(problems)
    say(f"{len(gates)} kernels, {failures} over their limits")
    if report:
        with open(report, "w") as file:
            file.write("\n".join(lines) + "\n")
    return 1 if failures or not gates else 0
