#!/usr/bin/env python3
"""Times the workloads on a GPU beside their peers, in one process, with the error beside every time.

    gpu.py [--rows 1000,10000,auto] [--dtype f32] [--only TEXT] [--keopsc PATH] [--json FILE] [--plot FILE] [--smoke]

`auto` is as many rows as keep the GPU busy for a tenth of a second. All arrays live on the device; CUDA events on
one stream measure, after a warm-up; rounds of all peers alternate, so that a slow spell hits all of them. Peers that
are not installed are left out, by name. The error is the largest of |out - exact| / sum_j |terms| over a sample of
rows (for indices: how much farther the row is than the right one). The roof is what the instructions per pair
of the best known kernel allow at the clock that the driver names.

Exit status: 0; 1 if a result of keopsc is wrong or missing. Without a driver or a GPU it says so, and that is 0.
"""

import argparse
import json
import os
import statistics
import sys

import numpy as np

from cuda import Device, NoDevice
from gpu_peers import GPU_PEERS, STORED
from gpu_workloads import GPU_WORKLOADS
from peers import ROOT
from plot import plot, versions
from cinterface import load, store
from workloads import distances

TOLERANCE = {"f32": 5e-6, "f64": 1e-13, "bf16": 1e-2}
SECONDS = 0.1  # a call at `auto` rows
ROUND_SECONDS = 2e-3  # calls are repeated in a round until it is this long
SLOWEST = 2.0  # seconds; what is slower runs in one round only


def rows_of(word, bench, dtype, rate):
    """A number, or the number of rows, 1, 2 or 5 times a power of ten, that takes about SECONDS."""
    if word != "auto":
        return int(word)
    roof = bench.pairs_per_second(dtype, rate) or 1e12
    most = (SECONDS * roof / 2) ** 0.5
    return max(n for n in (k * 10**e for e in range(3, 8) for k in (1, 2, 5)) if n <= max(most, 1000))


def draw(workload, dtype, n):
    """The data as the C interface stores it, and the same numbers in float32 or float64."""
    arrays = workload.data(np.random.default_rng(), n, n, np.float64 if dtype == "f64" else np.float32)
    stored = [store(a, dtype) for a in arrays]
    return stored, [load(a, dtype).astype(arrays[0].dtype) for a in stored]


def error(workload, got, numbers, rows):
    worst = 0.0
    for row in rows:
        sample = [a.astype(float) for a in workload.sample(numbers, [row])]
        exact, scale = workload.reference(*sample)
        if workload.indices:
            d = distances(*sample[:2])
            found, best = (np.take_along_axis(d, index.astype(int).reshape(1, -1), 1) for index in (got[row], exact))
            value = np.abs(found / best - 1).max()
        else:
            value = (np.abs(got[row] - exact) / scale).max()
        worst = max(worst, float(value) if np.isfinite(value) else float("inf"))
    return worst


def prepare(bench, dtype, stored, numbers, device, keopsc, missing):
    """The peers that can run the workload, made and warm. Only ours must."""
    for peer in GPU_PEERS:
        try:
            runner = peer(bench, dtype, stored, numbers, device, keopsc)
            runner()
            yield runner
        except LookupError:
            pass
        except Exception as problem:
            if peer is GPU_PEERS[0]:
                raise
            line = f"{peer.name}: left out: {str(problem).splitlines()[0] if str(problem) else type(problem).__name__}"
            if line not in missing:
                print("  " + line, file=sys.stderr)
                missing.append(line)


def measure(bench, dtype, n, arguments, device, missing):
    stored, numbers = draw(bench.workload, dtype, n)
    runners = list(prepare(bench, dtype, stored, numbers, device, arguments.keopsc, missing))
    once = {runner: device.time(runner, 1) for runner in runners}
    times = {runner: [] for runner in runners}
    for number in range(arguments.rounds):
        for runner in runners:
            if number == 0 or once[runner] < SLOWEST:
                repeat = 1 if arguments.smoke else max(1, min(1000, int(ROUND_SECONDS / once[runner])))
                times[runner].append(device.time(runner, repeat))
    roof = bench.pairs_per_second(dtype, device.issue_rate())
    sample = np.random.default_rng().choice(n, min(n, 16), replace=False)
    for runner in runners:
        median = statistics.median(times[runner])
        yield {
            "workload": bench.workload.name,
            "dtype": dtype,
            "peer": runner.name,
            "rows": n,
            "seconds": median,
            "best_seconds": min(times[runner]),
            "pairs_per_second": n * n / median,
            "share_of_roof": n * n / median / roof if roof else None,
            "preparation_seconds": runner.preparation,
            "error": error(bench.workload, runner.result(), numbers, sample),
        }
        runner.close()


def show(group):
    ours = group[0]
    for r in group:
        share = "" if r["share_of_roof"] is None else f"{100 * r['share_of_roof']:.0f} %"
        print(f"{r['workload']:24}{r['dtype']:5}{r['rows']:9}  {r['peer']:14}{1e3 * r['seconds']:10.3f}"
              f"{1e3 * r['best_seconds']:10.3f}{r['pairs_per_second'] / 1e9:10.1f}{share:>7}"
              f"{ours['seconds'] and r['seconds'] / ours['seconds']:10.2f}{r['error']:10.1e}", flush=True)


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="1000,10000,auto", help="numbers of rows, i and j alike")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--dtype", action="append", choices=STORED)
    parser.add_argument("--only", default="", help="workloads with this in their name")
    parser.add_argument("--ordinal", type=int, default=0, help="which device")
    parser.add_argument("--keopsc", default=os.path.join(ROOT, "build", "bin", "keopsc"))
    parser.add_argument("--json", help="file for all figures")
    parser.add_argument("--plot", help="picture, with matplotlib")
    parser.add_argument("--smoke", action="store_true", help="tiny, once: does it run, is it right")
    arguments = parser.parse_args()
    if arguments.smoke:
        arguments.rows, arguments.rounds = "150", 1
    return arguments


def main():
    arguments = parse()
    try:
        device = Device(arguments.ordinal)
    except NoDevice as problem:
        print(f"nothing measured: {problem}")
        return 0
    rate = device.issue_rate()
    print(f"{device.name}, compute capability {'.'.join(map(str, device.capability()))}, "
          + (f"{rate / 1e12:.1f}e12 instructions per second; " if rate else "") + f"timed by {device.clock}")
    print(f"{'workload':24}{'type':5}{'rows':>9}  {'peer':14}{'median ms':>10}{'best ms':>10}{'Gpairs/s':>10}{'roof':>7}"
          f"{'peer/ours':>10}{'error':>10}")
    records, missing, wrong = [], [], []
    chosen = [(b, dtype) for b in GPU_WORKLOADS for dtype in b.slots
              if arguments.only in b.workload.name and dtype in (arguments.dtype or STORED)]
    for bench, dtype in chosen:
        for n in dict.fromkeys(rows_of(word, bench, dtype, rate) for word in arguments.rows.split(",")):
            try:
                group = list(measure(bench, dtype, n, arguments, device, missing))
            except Exception as problem:
                wrong.append(f"{bench.workload.name} {dtype} {n}: {problem}")
                continue
            show(group)
            records += group
            if not group[0]["error"] < TOLERANCE[dtype]:
                wrong.append(f"{bench.workload.name} {dtype} {n}: error {group[0]['error']:.1e}")
    if arguments.json:
        with open(arguments.json, "w") as output:
            json.dump({"device": device.name, "capability": device.capability(), "clock": device.clock, "left_out": missing,
                       "instructions_per_second": rate, "versions": versions(), "records": records}, output, indent=1)
    if arguments.plot and records:
        plot(records, arguments.plot)
    for line in wrong:
        print("wrong: " + line)
    return 1 if wrong or not records else 0


if __name__ == "__main__":
    sys.exit(main())
