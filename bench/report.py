"""The figures of cpu.py for people: lines while it runs, and tables in Markdown for docs/Performance.md."""

import time

from plot import versions

BEGIN, END = "<!-- generated: results -->", "<!-- end of results -->"
PEERS = {"KeOps": "KeOps", "gcc -Ofast": "best gcc -Ofast loop", "gcc -O3": "gcc -O3, 1 thread", "NumPy": "NumPy",
         "PyTorch": "PyTorch", "FAISS": "FAISS"}
HEAD = (f"{'workload':28}{'type':5}{'rows':>15}  {'peer':26}{'threads':>7}{'ms':>11}{'Gpairs/s':>10}{'ours/peer':>10}"
        f"{'ceiling':>8}{'roof':>6}{'error':>9}")


def percent(share):
    return "" if share is None else f"{100 * share:.0f} %"


def size(record):
    return str(record["rows"]) if record["rows"] == record["rows_j"] else f"{record['rows']}x{record['rows_j']}"


def fastest(group, prefix, threads):
    """The record of the fastest peer whose name begins so, or None."""
    chosen = [r for r in group if r["peer"].startswith(prefix) and r["threads"] == threads]
    return max(chosen, key=lambda r: r["pairs_per_second"], default=None)


def ratio(ours, other):
    return None if not ours or not other else ours["pairs_per_second"] / other["pairs_per_second"]


def lines(group):
    for r in group:
        ours, ceiling = (fastest(group, name, r["threads"]) for name in ("keopsc", "ceiling"))
        times = ratio(ours, r)
        yield (f"{r['workload']:28}{r['dtype']:5}{size(r):>15}  {r['peer']:26}{r['threads']:7}{1e3 * r['seconds']:11.4f}"
               f"{r['pairs_per_second'] / 1e9:10.4f}{times or 0:10.2f}{percent(ratio(r, ceiling)):>8}"
               f"{percent(r['share_of_roof']):>6}{r['error']:9.0e}")


def groups(records):
    found = {}
    for r in records:
        found.setdefault((r["workload"], r["dtype"], r["rows"], r["rows_j"]), []).append(r)
    return list(found.values())


def table(head, rows):
    """Columns without any entry are left out."""
    rows = list(rows)
    kept = [k for k in range(len(head)) if any(row[k] != "" for row in rows)]
    head, rows = [head[k] for k in kept], [[row[k] for k in kept] for row in rows]
    yield "| " + " | ".join(head) + " |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
    yield ""


def compared(groups_, threads):
    """The table of workloads: peers that took part only."""
    taking = [p for p in PEERS if any(fastest(g, p, threads[-1]) for g in groups_)]
    head = ["workload", "type", "rows", "Gpairs/s", "error", "share of ceiling", "of roof", f"{threads[-1]} threads / {threads[0]}"]
    rows = []
    for group in groups_:
        ours = fastest(group, "keopsc", threads[-1])
        share = ratio(ours, fastest(group, "ceiling", threads[-1]))
        scaling = ratio(ours, fastest(group, "keopsc", threads[0])) if len(threads) > 1 else None
        row = [ours["workload"], ours["dtype"], size(ours), f"{ours['pairs_per_second'] / 1e9:.3g}", f"{ours['error']:.0e}",
               percent(share), percent(ours["share_of_roof"]), f"{scaling:.2f}" if scaling else ""]
        for peer in taking:
            other = fastest(group, peer, threads[-1])
            row.append(f"{ratio(ours, other):.2g} ({other['error']:.0e})" if other else "")
        rows.append(row)
    return table(head + [PEERS[p] for p in taking], rows)


def prepared(found):
    """Compilation and calls."""
    rows = [(f["workload"], f"{f['keopsc_seconds']:.2f}", f["object_bytes"] // 1024,
             "" if f["keops_seconds"] is None else f"{f['keops_seconds']:.1f}") for f in found["files"]]
    yield from table(["file with one kernel, three CPU variants", "keopsc, s", "object, KiB", "first call of KeOps, s"], rows)
    yield f"`keopsc --version`: {found['start_up_seconds']:.3f} s (target: under 0.15 s; compilation under 0.5 s)."
    if "gcc_seconds" in found:
        yield f"gcc -Ofast on the loop of the first: {found['gcc_seconds']:.2f} s."
        calls = ", ".join(f"{1e6 * s:.2f} µs with threads={n}" for n, s in found["call_seconds"].items())
        yield f"A call with N = M = 10, first file: {calls}."
    yield ""


def busy(calibration, threads):
    """A warning where threads did not even run registers-only loops side by side."""
    first, last = (calibration.get(f"256-bit multiply-adds, {n} thread{'s' * (n > 1)}") for n in (threads[0], threads[-1]))
    if first and last < 0.8 * first * threads[-1] / threads[0]:
        yield (f"**It was busy with other work**: multiply-adds with {threads[-1]} threads reached {percent(last / first)} of those with "
               f"{threads[0]}. Figures with several threads, and ratios to peers that ran in a bad moment, say little.")


def described(data):
    machine = "; ".join(f"{key}: {value}" for key, value in data["machine"].items())
    software = ", ".join(f"{name} {version}" for name, version in versions().items())
    yield f"Measured {time.strftime('%Y-%m-%d')} by `{data['command']}`, with {data['keopsc']}; {software}."
    if data["interrupted"]:
        yield "The run was interrupted: workloads are missing."
    yield ""
    yield f"Machine: {machine}."
    yield from busy(data["calibration"], data["threads"])
    if "hypervisor" in str(data["machine"]).lower():
        yield "It is a virtual machine that shares its cores: what else runs there shows in the figures."
    if "avx512f" not in data["machine"].get("Flags", ""):
        yield "It has no AVX-512, so there is no share of the roof, which is stated for AVX-512; the ceiling is its AVX2 version."
    yield ""
    yield from table(["measured limit", "1e9 per second"], [(k, f"{v:.3g}") for k, v in data["calibration"].items()])
    if data["left_out"]:
        yield "Left out: " + "; ".join(f"{name} ({reason})" for name, reason in data["left_out"].items()) + "."
        yield ""


def markdown(data):
    """The generated section, as lines."""
    threads = data["threads"]
    ordinary, sizes, seen = [], [], set()
    for group in groups(data["records"]):
        key = (group[0]["workload"], group[0]["dtype"])
        (sizes if key in seen else ordinary).append(group)
        seen.add(key)
    order = {name: k for k, name in reversed(list(enumerate(r["workload"] for r in data["records"])))}
    ordinary.sort(key=lambda group: order[group[0]["workload"]])  # both types of a workload side by side
    yield from described(data)
    yield (f"`Gpairs/s` and `error` are keopsc's, with {threads[-1]} thread{'s' * (threads[-1] > 1)}; columns of peers say how many times faster keopsc is, and "
           "the peer's error in brackets.")
    yield ""
    yield from compared(ordinary, threads)
    if sizes:
        yield "### Sizes and shapes"
        yield ""
        yield from compared(sizes, threads)
    if data["preparation"]:
        yield "### Compilation and calls"
        yield ""
        yield from prepared(data["preparation"])


def write_markdown(data, path):
    """Replaces the generated section of a file that has one; otherwise writes the section alone."""
    section = BEGIN + "\n\n" + "\n".join(markdown(data)).rstrip() + "\n\n" + END
    try:
        with open(path, encoding="utf-8") as text:
            old = text.read()
    except FileNotFoundError:
        old = ""
    if BEGIN in old and END in old:
        section = old[: old.index(BEGIN)] + section + old[old.index(END) + len(END):]
    with open(path, "w", encoding="utf-8") as text:
        text.write(section.rstrip() + "\n")
