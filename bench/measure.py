"""Times one workload at one size with every peer that can run it, and compares results with float64."""

import sys
import time

import numpy as np

from calibrate import roof
from cpu_peers import CPU_PEERS
from workloads import distances

TYPES = {"f32": np.float32, "f64": np.float64}
SPENT = 1.0  # seconds; a peer that has used them up is called twice, one whose first call takes three times as much once
SHORTEST = 2e-3  # calls are repeated in a round until it is this long
OURS = ("keopsc", "ceiling")
NARROW = 16  # rows; with fewer, of i or of j, the hand-written kernels are no ceiling: their lanes run over i


def error(workload, got, arrays, rows):
    """Largest |out - exact| / sum_j |terms|. For indices, the share whose distance is farther than that of the
    right one by more than rounding explains: ties count as right."""
    sample = workload.sample(arrays, rows)
    exact, scale = workload.reference(*sample)
    got = got[rows].reshape(exact.shape)
    if not workload.indices:
        value = float((np.abs(got - exact) / scale).max())
        return value if np.isfinite(value) else float("inf")
    if got.min() < 0 or got.max() >= len(sample[1]):
        return 1.0
    d = distances(*sample[:2])
    found, best = (np.take_along_axis(d, index.astype(np.int64), 1) for index in (got, exact))
    slack = 8 * np.finfo(sample[0].dtype).eps
    return float((np.abs(found - best) > slack * best).mean())


class Peers:
    """Remembers who is left out, and how fast each was, so that nothing takes longer than `limit` seconds."""

    def __init__(self, arguments):
        self.arguments, self.left_out, self.rates, self.interrupted = arguments, {}, {}, False

    def say(self, name, reason):
        if name not in self.left_out:
            self.left_out[name] = reason
            print(f"  {name}: left out: {reason}", file=sys.stderr)

    def made(self, bench, dtype, arrays):
        pairs = len(arrays[0]) * len(arrays[1])
        for peer in CPU_PEERS:
            if peer.name in self.left_out or peer.name in self.arguments.without:
                continue
            if peer.name == "ceiling" and min(len(arrays[0]), len(arrays[1])) < NARROW:
                continue
            rate = self.rates.get((bench.workload.name, dtype, peer.name))
            if rate and pairs / rate > self.arguments.limit * (4 if peer.name == "keopsc" else 1):
                print(f"  {peer.name}: too slow for {len(arrays[0])} x {len(arrays[1])}", file=sys.stderr)
                continue
            try:
                runner = peer(bench, dtype, arrays, self.arguments)
            except LookupError:
                continue
            except ImportError as problem:
                self.say(peer.name, str(problem).splitlines()[0])
                continue
            runner.family = peer.name
            yield runner

    def ran(self, bench, dtype, runner, pairs, seconds):
        """Small sizes say little: the best rate so far counts."""
        key = bench.workload.name, dtype, runner.family
        self.rates[key] = max(self.rates.get(key, 0), pairs / seconds)


def timed(runner, threads, repeat=1):
    start = time.perf_counter()
    for _ in range(repeat):
        runner(threads)
    return (time.perf_counter() - start) / repeat


def automatic(bench, dtype, arguments):
    """Rows, i and j alike, 1, 2 or 5 times a power of ten, that take keopsc about `arguments.seconds`."""
    n = 500
    arrays = bench.workload.data(np.random.default_rng(), n, n, TYPES[dtype])
    ours = CPU_PEERS[0](bench, dtype, arrays, arguments)
    ours(arguments.threads[-1])
    best = min(timed(ours, arguments.threads[-1]) for _ in range(20))
    most = max(n, n * (arguments.seconds / best) ** 0.5)
    return max(k * 10**e for e in range(2, 6) for k in (1, 2, 5) if k * 10**e <= most)


def rounds(runners, first, arguments):
    """The least seconds by runner and number of threads; rounds of all alternate. Only keopsc and the ceiling run with
    fewer threads than the most. `first`: seconds of each runner's first call with the most; a long one is not repeated,
    since a warm cache would not change it."""
    most = arguments.threads[-1]
    best = {(runner, most): seconds for runner, seconds in first.items() if seconds > 3 * SPENT}
    spent = dict(best)
    for number in range(arguments.rounds):
        for runner in runners:
            for threads in arguments.threads if runner.family in OURS else [most]:
                key = runner, threads
                if spent.get(key, 0) > SPENT * (3 if number == 1 else 1):
                    continue
                once = best.get(key)
                repeat = 1 if arguments.smoke or once is None else max(1, min(1000, int(SHORTEST / once)))
                seconds = timed(runner, threads, repeat)
                best[key] = min(once or seconds, seconds)
                spent[key] = spent.get(key, 0) + repeat * seconds
    return best


def measure(bench, dtype, size, peers, found):
    """Records of one workload at one size; the first is keopsc's. None if keopsc itself would exceed the limit."""
    arguments, workload, (ni, nj) = peers.arguments, bench.workload, size
    arrays = workload.data(np.random.default_rng(), ni, nj, TYPES[dtype])
    count = int(max(1, min(ni, 20, 2e7 / (nj * workload.dim))))
    rows = np.random.default_rng().choice(ni, count, replace=False)
    runners, errors, first = list(peers.made(bench, dtype, arrays)), {}, {}
    if not runners or runners[0].family != "keopsc":
        return []
    for runner in runners:  # warm, and right?
        start = time.perf_counter()
        out = runner(arguments.threads[-1])
        first[runner] = time.perf_counter() - start
        errors[runner] = error(workload, np.asarray(out), arrays, rows)
    best = rounds(runners, first, arguments)
    records = []
    for (runner, threads), seconds in best.items():
        if threads == arguments.threads[-1]:
            peers.ran(bench, dtype, runner, ni * nj, seconds)
        most = roof(found, bench.operations, dtype, threads)
        records.append({
            "workload": workload.name, "dtype": dtype, "rows": ni, "rows_j": nj, "peer": runner.name, "threads": threads,
            "seconds": seconds, "pairs_per_second": ni * nj / seconds,
            "share_of_roof": ni * nj / seconds / most if most else None,
            "preparation_seconds": runner.compile_time, "error": errors[runner],
        })
    order = {runner.name: k for k, runner in enumerate(runners)}
    return sorted(records, key=lambda r: (order[r["peer"]], -r["threads"]))
