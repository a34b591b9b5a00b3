"""Counts the operations of a kernel in MLIR text, but for those on numbers that are the same for all pairs: parameters,
constants and what follows from them is computed once.

    count_operations.py FILE.mlir KERNEL NAME<=N|NAME=N...

NAME is an operation of the dialect, as `exp` (which stands for `exp2` too), or `all`. A constant counts where an
operation that counts uses it.
"""

import re
import sys


def counted(text, kernel):
    """Names of the operations that count."""
    head, body = re.search(rf"keops\.kernel @{kernel} arguments \[(.*?)\] results .*?\n(.*?keops\.return)", text, re.S).groups()
    roles = re.findall(r'#keops\.argument<"[^"]*", (\w+),', head)
    same = {f"%arg{k}" for k, role in enumerate(roles) if role == "param"}
    names, constants, used = [], set(), set()
    for result, name, operands in re.findall(r"(%\w+)(?::\d+)? = keops\.(\w+)([^:]*)", body):
        operands = set(re.findall(r"%\w+", operands))
        if name == "constant":
            constants.add(result)
        elif operands and operands <= same | constants:
            same.add(result)
        else:
            names.append(name)
            used |= operands
    return names + ["constant"] * len(constants & used)


def main():
    path, kernel, *limits = sys.argv[1:]
    with open(path) as text:
        names = counted(text.read(), kernel)
    for limit in limits:
        name, relation, bound = re.fullmatch(r"(\w+)(<=|=)(\d+)", limit).groups()
        found = sum(name in ("all", n) or (name, n) == ("exp", "exp2") for n in names)
        if found > int(bound) or (relation == "=" and found < int(bound)):
            sys.exit(f"{kernel}: {found} times {name}, {relation} {bound} expected\n{' '.join(names)}")


main()
