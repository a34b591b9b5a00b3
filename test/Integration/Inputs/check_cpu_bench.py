"""The JSON file of bench/cpu.py has every workload in both types, and all that is said of each: check_cpu_bench.py FILE"""

import json
import sys

FIELDS = ["workload", "dtype", "rows", "rows_j", "peer", "threads", "seconds", "pairs_per_second", "share_of_roof",
          "preparation_seconds", "error"]
WORKLOADS = ["anisotropic D=3", "argkmin K=10 D=3", "argmin D=3", "attention D=64 E=64", "cauchy D=3",
             "cosine attention D=64 E=64", "gauss D=10", "gauss D=100", "gauss D=20 E=16", "gauss D=3", "gauss D=3 E=3",
             "gauss D=3 E=64", "gauss D=3 E=8", "gauss D=3000", "gauss D=50", "gauss D=784", "gradient D=3", "laplacian D=3",
             "logsumexp D=3", "matern52 D=3", "min D=3", "polynomial D=10", "varifold D=3"]

with open(sys.argv[1]) as text:
    data = json.load(text)
for field in ("machine", "calibration", "threads", "keopsc", "command", "left_out", "versions", "preparation"):
    assert field in data, field
assert data["wrong"] == [], data["wrong"]
for record in data["records"]:
    assert sorted(record) == sorted(FIELDS), record
    assert record["seconds"] > 0, record
ours = [r for r in data["records"] if r["peer"] == "keopsc"]
for record in ours:
    assert record["error"] < {"f32": 5e-6, "f64": 1e-13}[record["dtype"]], record
for dtype in ("f32", "f64"):
    assert sorted({r["workload"] for r in ours if r["dtype"] == dtype}) == WORKLOADS, dtype
assert {"NumPy"} <= {r["peer"] for r in data["records"]}
for file in data["preparation"]["files"]:
    assert file["keopsc_seconds"] > 0 and file["object_bytes"] > 0, file
