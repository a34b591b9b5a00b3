"""The JSON file of bench/gpu.py has every workload, and all that is said of each: check_gpu_bench.py FILE"""

import json
import sys

FIELDS = ["workload", "dtype", "peer", "rows", "seconds", "best_seconds", "pairs_per_second", "share_of_roof",
          "preparation_seconds", "error"]
WORKLOADS = ["argkmin K=10 D=3", "argmin D=3", "attention D=64 E=64", "cauchy D=3", "gauss D=10", "gauss D=100", "gauss D=3",
             "gauss D=3 E=64", "gauss D=50", "gauss D=784", "gradient D=3", "laplacian D=3", "logsumexp D=3", "min D=3",
             "value and gradient D=3"]

with open(sys.argv[1]) as text:
    data = json.load(text)
for field in ("device", "capability", "clock", "instructions_per_second", "versions", "left_out"):
    assert field in data, field
ours = [r for r in data["records"] if r["peer"] == "keopsc"]
for record in ours:
    assert sorted(record) == sorted(FIELDS), record
    assert 0 < record["best_seconds"] <= record["seconds"], record
    assert record["error"] < {"f32": 5e-6, "f64": 1e-13, "bf16": 1e-2}[record["dtype"]], record
assert sorted({r["workload"] for r in ours}) == WORKLOADS, ours
assert {r["dtype"] for r in ours} == {"f32", "f64", "bf16"}, ours
