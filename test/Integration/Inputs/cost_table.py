"""cost_table.py KEOPSC PAGE.md FILE.kop: the page's table of passes and exponentials is what keopsc reports of the kernels in FILE.kop.

A row of the table is `| `NAME` | passes | exponentials |`. Every kernel of the file has one.
"""

import re
import subprocess
import sys

keopsc, page, kop = sys.argv[1:]
with open(page, encoding="utf-8") as stream:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", stream.read(), re.M)
told = {name: (int(passes), int(exponentials)) for name, passes, exponentials in rows}

command = [keopsc, kop, "-o", "-", "--emit=mlir:tile", "--report"]
run = subprocess.run(command, capture_output=True, text=True, check=True)
report = run.stderr + run.stdout
found = {}
for line in report.splitlines():
    if re.fullmatch(r"\w+", line):
        passes = exponentials = 0
        name = line
    elif line.startswith("  pass over"):
        passes += 1
        exponentials += bool(re.search("logsumexp|softmax", line))
    elif line.startswith("    per pair:"):
        within = re.search(r" with (\d*) ?exp2?\b", line)
        exponentials += int(within[1] or 1) if within else 0
        found[name] = (passes, exponentials)

for name in sorted(set(told) | set(found)):
    if told.get(name) != found.get(name):
        print(f"{name}: the page says {told.get(name)}, keopsc {found.get(name)}")
sys.exit(told != found)
