#!/usr/bin/env python3
"""Times the workloads on the CPU beside their peers, in one process, with the error beside every time.

    cpu.py [--quick | --full | --smoke] [--only TEXT] [--dtype f32] [--rows LIST] [--threads 1,2] [--rounds N]
           [--without PEER] [--keopsc PATH] [--json FILE] [--plot FILE] [--markdown FILE]

Peers that are not installed are left out, by name. Rounds of all peers alternate, so that a slow spell of the
machine hits all of them; the best round counts. The error is the largest of |out - exact| / sum_j |terms| over a
sample of rows (for indices: the share of wrong ones). `auto` is as many rows as take keopsc some tens of
milliseconds; N x M is written 5x10000000.

An interrupt ends the measurement; what was measured is written.

Exit status: 0; 1 if a result of keopsc is wrong or missing, with --smoke a result of any peer.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

from calibrate import calibrate, facts
from cpu_workloads import CPU_WORKLOADS
from measure import TYPES, Peers, automatic, measure
from peers import ROOT
from plot import plot, versions
from preparation import preparation
from report import HEAD, groups, lines, write_markdown

TOLERANCE = {"f32": 5e-6, "f64": 1e-13}
LOOSE = {"f32": 0.05, "f64": 1e-7}  # for peers that expand the distance, at the sizes of the smoke test
SHAPES = "5x10000000,10000000x5,1x10000000,10000000x1"


class Preset:
    """seconds: a call of keopsc at `auto` rows. limit: seconds of the slowest call of a peer. sizes: of the
    workloads in `sized`, beside `auto`."""

    def __init__(self, seconds, rounds, limit, rows, sizes="", sized=()):
        self.seconds, self.rounds, self.limit, self.rows = seconds, rounds, limit, rows
        self.sizes, self.sized = sizes, sized


PRESETS = {
    "quick": Preset(0.02, 7, 3, "auto", "100,1000,10000," + SHAPES, [("gauss D=3", "f32")]),
    "full": Preset(0.2, 11, 300, "auto", "100,1000,10000,100000,1000000," + SHAPES,
                   [("gauss D=3", "f32"), ("gauss D=3", "f64"), ("logsumexp D=3", "f32"), ("gauss D=100", "f32")]),
    "smoke": Preset(0, 1, 60, "150,40x230"),
}


def sizes(text):
    return [tuple(int(n) for n in (word.split("x") * 2)[:2]) if word != "auto" else word for word in text.split(",") if word]


def parse():
    parser = argparse.ArgumentParser()
    kind = parser.add_mutually_exclusive_group()
    for name in PRESETS:
        kind.add_argument("--" + name, action="store_const", const=name, dest="preset")
    parser.add_argument("--rows", "--sizes", help="list of N, NxM and auto")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--threads", help="list, increasing; peers run with the last (default: 1 and all)")
    parser.add_argument("--dtype", action="append", choices=TYPES)
    parser.add_argument("--only", default="", help="workloads with this in their name")
    parser.add_argument("--without", action="append", default=[], help="a peer to leave out")
    parser.add_argument("--limit", type=float, help="seconds; slower calls of peers are left out")
    parser.add_argument("--keopsc", default=os.path.join(ROOT, "build", "bin", "keopsc"))
    parser.add_argument("--json", help="file for all figures")
    parser.add_argument("--plot", help="picture, with matplotlib")
    parser.add_argument("--markdown", help="file for the tables; its generated section is replaced if it has one")
    arguments = parser.parse_args()
    preset = PRESETS[arguments.preset or "quick"]
    arguments.smoke = arguments.preset == "smoke"
    arguments.seconds, arguments.chosen = preset.seconds, preset
    arguments.rounds = arguments.rounds or preset.rounds
    arguments.limit = arguments.limit or preset.limit
    cores = len(os.sched_getaffinity(0))
    arguments.threads = [int(n) for n in (arguments.threads or f"1,{cores}").split(",")]
    arguments.threads = list(dict.fromkeys(arguments.threads))
    return arguments


def plan(arguments):
    """Triples of a workload, a type and a size."""
    for dtype in arguments.dtype or TYPES:
        for bench in CPU_WORKLOADS:
            name = bench.workload.name
            if arguments.only not in name:
                continue
            extra = arguments.chosen.sizes if (name, dtype) in arguments.chosen.sized else ""
            for size in sizes(arguments.rows or f"{arguments.chosen.rows},{extra}"):
                yield bench, dtype, size


def complaints(group, arguments):
    for r in group:
        strict = r["peer"].startswith(("keopsc", "ceiling"))
        if strict or arguments.smoke:
            bound = TOLERANCE if strict else LOOSE
            if not r["error"] <= bound[r["dtype"]]:
                yield f"{r['peer']}: {r['workload']} {r['dtype']} {r['rows']}x{r['rows_j']}: error {r['error']:.1e}"


def run(arguments, peers, calibration):
    """Prints and returns all records, and what is wrong."""
    print(HEAD, flush=True)
    records, wrong = [], []
    for bench, dtype, size in plan(arguments):
        try:
            if size == "auto":
                size = (automatic(bench, dtype, arguments),) * 2
            group = measure(bench, dtype, size, peers, calibration)
        except KeyboardInterrupt:
            print("interrupted; writing what was measured", file=sys.stderr)
            peers.interrupted = True
            break
        except Exception as problem:
            wrong.append(f"{bench.workload.name} {dtype} {size}: {problem}")
            continue
        for line in lines(group):
            print(line, flush=True)
        records += group
        wrong += complaints(group, arguments)
    return records, wrong


def command():
    """The command line as a reader repeats it: without the compiler and without files of this machine."""
    words, skip = ["bench/run.sh"], False
    for word in sys.argv[1:]:
        path = word.split("=")[-1]
        if not skip and not word.startswith(("--keopsc", "--json", "--plot")) and not os.path.isabs(path):
            words.append(f"'{word}'" if " " in word else word)
        skip = word in ("--keopsc", "--json", "--plot")
    return " ".join(words)


def main():
    arguments = parse()
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell started it in the background
        signal.signal(number, signal.default_int_handler)
    start = time.perf_counter()
    calibration, peers = calibrate(arguments.threads, arguments.smoke), Peers(arguments)
    machine = facts()
    print("; ".join(f"{key}: {value}" for key, value in machine.items()))
    print("; ".join(f"{key}: {value:.3g} G/s" for key, value in calibration.items()))
    records, wrong = run(arguments, peers, calibration)
    prepared = None
    if not arguments.only and not peers.interrupted:
        with_keops = "KeOps" not in {*peers.left_out, *arguments.without} and not arguments.smoke
        try:
            prepared = preparation(arguments, with_keops)
        except KeyboardInterrupt:  # what was measured is worth more
            peers.interrupted = True
    version = subprocess.run([arguments.keopsc, "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    data = {"machine": machine, "calibration": calibration, "threads": arguments.threads, "keopsc": version,
            "command": command(), "left_out": peers.left_out, "interrupted": peers.interrupted, "versions": versions(), "preparation": prepared,
            "records": records, "wrong": wrong}
    if prepared:
        print(json.dumps(prepared))
    if arguments.json:
        with open(arguments.json, "w") as output:
            json.dump(data, output, indent=1)
    if arguments.plot and records:
        most = arguments.threads[-1]
        plot([r for r in records if r["threads"] == most and r["rows"] == r["rows_j"]], arguments.plot)
    if arguments.markdown:
        write_markdown(data, arguments.markdown)
    print(f"{len(groups(records))} measurements in {time.perf_counter() - start:.0f} s")
    for line in wrong:
        print("wrong: " + line)
    return 1 if wrong or not records else 0


if __name__ == "__main__":
    sys.exit(main())
