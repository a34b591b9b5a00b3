"""Counts the operations of a kernel in MLIR text.

    count_operations.py FILE.mlir KERNEL NAME<=N|NAME=N...

NAME is an operation of the dialect, as `exp` (which stands for `exp2` too), or `all`.
"""

import re
import sys

path, kernel, *limits = sys.argv[1:]
with open(path) as text:
    body = re.search(rf"keops\.kernel @{kernel} .*?keops\.return", text.read(), re.S).group()
names = re.findall(r"= keops\.(\w+)", body)
for limit in limits:
    name, relation, bound = re.fullmatch(r"(\w+)(<=|=)(\d+)", limit).groups()
    found = len(names) if name == "all" else names.count(name) + (names.count("exp2") if name == "exp" else 0)
    if found > int(bound) or (relation == "=" and found < int(bound)):
        sys.exit(f"{kernel}: {found} times {name}, {relation} {bound} expected\n{body}")
