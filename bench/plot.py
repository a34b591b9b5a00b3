"""What the benchmarks on the CPU and on a GPU show alike: a picture of the rates, and who took part."""

import importlib.metadata
import sys


def plot(records, path):
    """Pairs per second of each peer at each workload's largest size."""
    try:
        import matplotlib
    except ImportError:
        print("  the plot is left out: matplotlib is not installed", file=sys.stderr)
        return
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    largest = {}
    for r in records:
        key = f"{r['workload']} {r['dtype']}"
        largest[key] = max(largest.get(key, 0), r["rows"])
    figure, axes = plt.subplots(figsize=(9, 1 + 0.4 * len(largest)))
    for name in dict.fromkeys(r["peer"] for r in records):
        points = [(k, r["pairs_per_second"]) for k, key in enumerate(largest) for r in records
                  if f"{r['workload']} {r['dtype']}" == key and r["rows"] == largest[key] and r["peer"] == name]
        axes.plot([p[1] for p in points], [p[0] for p in points], "o", label=name)
    axes.set(xscale="log", xlabel="pairs per second", yticks=range(len(largest)), yticklabels=list(largest))
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


def versions():
    """Of the peers that pip installed."""
    found = {}
    for name in ("numpy", "torch", "pykeops", "faiss-cpu"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found
