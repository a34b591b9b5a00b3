#!/usr/bin/env python3
"""Times the workloads on the CPU beside their peers, in one process, with the error beside every time.

    cpu.py [--rows N] [--dtype f32] [--only TEXT] [--keopsc PATH] [--json FILE]

Peers that are not installed are left out, by name. Rounds of all peers alternate, so that a slow spell of the
machine hits all of them; the best round counts. The error is the largest of |out - exact| / sum_j |terms| over a
sample of rows (for indices: the share of wrong ones).
"""

import argparse
import json
import os
import sys
import time

import numpy as np

from peers import PEERS, ROOT
from workloads import WORKLOADS

TYPES = {"f32": np.float32, "f64": np.float64}


def error(workload, result, arrays, sample):
    exact, scale = workload.reference(*workload.sample(arrays, sample))
    got = np.asarray(result)[sample].reshape(exact.shape)
    if workload.indices:
        return float((got.astype(np.int64) != exact).mean())
    return float((np.abs(got - exact) / scale).max())


def prepare(workload, dtype, arrays, keopsc):
    """The peers that can run the workload, made and warm."""
    for peer in PEERS:
        try:
            runner = peer(workload, dtype, *arrays, keopsc)
            runner()
            yield runner
        except LookupError:
            pass
        except ImportError as problem:
            print(f"  {peer.name}: left out: {problem}", file=sys.stderr)


def measure(workload, dtype, n, rounds, keopsc):
    rng = np.random.default_rng()
    arrays = workload.data(rng, n, n, TYPES[dtype])
    runners = list(prepare(workload, dtype, arrays, keopsc))
    best = {runner: float("inf") for runner in runners}
    for _ in range(rounds):
        for runner in runners:
            start = time.perf_counter()
            runner()
            best[runner] = min(best[runner], time.perf_counter() - start)
    sample = rng.choice(n, 50, replace=False)
    for runner in runners:
        yield {
            "workload": workload.name,
            "dtype": dtype,
            "peer": runner.name,
            "rows": n,
            "seconds": best[runner],
            "pairs_per_second": n * n / best[runner],
            "preparation_seconds": runner.compile_time,
            "error": error(workload, runner(), arrays, sample),
        }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dtype", action="append", choices=TYPES)
    parser.add_argument("--only", default="")
    parser.add_argument("--keopsc", default=os.path.join(ROOT, "build", "bin", "keopsc"))
    parser.add_argument("--json")
    arguments = parser.parse_args()
    records = []
    print(f"{'workload':22}{'type':5}{'peer':12}{'Gpairs/s':>9}{'ours/peer':>10}{'error':>10}{'compile, s':>11}")
    for workload in WORKLOADS:
        if arguments.only not in workload.name:
            continue
        for dtype in arguments.dtype or ["f32", "f64"]:
            rows = max(500, int(arguments.rows / max(1.0, workload.dim / 10) ** 0.5))
            group = list(measure(workload, dtype, rows, arguments.rounds, arguments.keopsc))
            ours = next(r["pairs_per_second"] for r in group if r["peer"] == "keopsc")
            for r in group:
                ratio = ours / r["pairs_per_second"]
                print(f"{r['workload']:22}{dtype:5}{r['peer']:12}{r['pairs_per_second'] / 1e9:9.3f}{ratio:10.2f}"
                      f"{r['error']:10.1e}{r['preparation_seconds']:11.2f}", flush=True)
            records += group
    if arguments.json:
        with open(arguments.json, "w") as output:
            json.dump(records, output, indent=1)
    return 0 if records else 1


if __name__ == "__main__":
    sys.exit(main())
