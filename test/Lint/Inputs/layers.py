"""Arrows point down only: `#include "keops/..."` against the table of docs/Architecture.md.

tools -> Compiler -> Pipelines, Target, Frontend -> Conversion, Transforms -> Analysis -> Dialect -> Formula -> Support
"""

import re
import sys

import tree

BELOW = {"Support": set()}
BELOW["Formula"] = {"Support"}
BELOW["Dialect"] = {"Formula", "Support"}
BELOW["Analysis"] = BELOW["Dialect"] | {"Dialect"}
BELOW["Transforms"] = BELOW["Analysis"] | {"Analysis"}
BELOW["Conversion"] = BELOW["Analysis"] | {"Analysis"}
BELOW["Frontend"] = BELOW["Dialect"] | {"Dialect"}
BELOW["Target"] = BELOW["Dialect"] | {"Dialect"}
BELOW["Pipelines"] = BELOW["Transforms"] | {"Transforms", "Conversion", "Frontend", "Target"}
BELOW["Compiler"] = BELOW["Pipelines"] | {"Pipelines"}
BELOW["Runtime"] = set()

# What a layer may not see of the world outside.
BANNED = {
    "Formula": r"mlir/",
    "Runtime": r"(mlir|llvm|llvm-c|mlir-c)/",
}
RUNTIME_HEADERS = {"keops/keops.h", "keops/abi.h"}
INCLUDE = re.compile(r'\s*#\s*include\s*["<]([^">]+)[">]')


def layer(path):
    """The layer a file belongs to: `lib/Formula/Lexer.cpp` and `include/keops/Formula/Lexer.h` to Formula."""
    parts = path.split("/")
    if parts[0] == "lib":
        return parts[1]
    if parts[:2] == ["include", "keops"] and len(parts) > 3:
        return parts[2]
    return None


def complaints(root):
    for path in tree.files(root, tree.CPP):
        own = layer(path)
        if own is None:
            continue
        if own not in BELOW:
            yield f"{path}: no layer '{own}' in docs/Architecture.md"
            continue
        for number, line in enumerate(tree.lines(root, path), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            header = match.group(1)
            if own in BANNED and re.match(BANNED[own], header):
                yield f"{path}:{number}: {own} may not include {header}"
            if not header.startswith("keops/") or header in RUNTIME_HEADERS:
                continue
            other = header.split("/")[1]
            if other != own and other not in BELOW[own]:
                yield f"{path}:{number}: {own} may not depend on {other} ({header})"


tree.finish(list(complaints(sys.argv[1])))
