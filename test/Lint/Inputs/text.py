"""Plain text hygiene: no paths of somebody's machine, no tabs, no trailing blanks, no bare TODO,
one newline at the end; sources open with a comment that says what the file is for."""

import re
import sys

import tree

MACHINE_PATH = re.compile(r"(?<![\w.$}/])/(home|work|root|Users)/\w")
BARE_TODO = re.compile(r"\b(TODO|FIXME|XXX)\b(?!: \S+ \S+)")
HEAD = {
    ".cpp": ("//",), ".h": ("//", "/*"), ".c": ("/*", "//"), ".td": ("//",), ".py": ('"""', "#"), ".sh": ("#!",),
}
TABS_ALLOWED = (".md", "Makefile", ".mk", ".mk.in", ".gitmodules")
BINARY = (".png", ".npy", ".gz", ".bin")


def complaints(root):
    for path in tree.files(root):
        if path.endswith(BINARY) or "/Fuzz/" in path or "/data/" in path or path == "LICENSE":
            continue
        try:
            text = tree.lines(root, path)
        except UnicodeDecodeError:
            yield f"{path}: not UTF-8"
            continue
        if text == [""]:
            yield f"{path}: empty"
            continue
        if text[-1] != "" or (len(text) > 1 and text[-2] == ""):
            yield f"{path}: ends without exactly one newline"
        suffix = next((s for s in HEAD if path.endswith(s)), None)
        if suffix and not path.startswith("test/") and not text[0].startswith(HEAD[suffix]):
            yield f"{path}:1: no comment says what the file is for"
        for number, line in enumerate(text, 1):
            where = f"{path}:{number}"
            if "\t" in line and not path.endswith(TABS_ALLOWED):
                yield f"{where}: a tab"
            if line != line.rstrip() and not path.startswith("test/Frontend"):
                yield f"{where}: blanks at the end of the line"
            if MACHINE_PATH.search(line):
                yield f"{where}: a path of one machine"
            if suffix and BARE_TODO.search(line) and not path.startswith("test/Lint/"):
                yield f"{where}: a TODO without what to do and why"
            if line.startswith(("<<<<<<<", ">>>>>>>")):
                yield f"{where}: a conflict marker"


tree.finish(list(complaints(sys.argv[1])))
