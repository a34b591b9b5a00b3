"""The files of the project and how a lint test reports: shared by all of them."""

import os
import subprocess
import sys

SOURCES = (".cpp", ".h", ".c", ".td", ".py", ".sh", ".kop")
CPP = (".cpp", ".h", ".c")


def files(root, suffixes=None):
    """Paths below root, relative to it, that belong to the project, sorted."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True
    )
    if listed.returncode == 0 and listed.stdout:
        paths = [path for path in listed.stdout.splitlines() if os.path.isfile(os.path.join(root, path))]
    else:  # an export without .git
        paths = []
        for folder, folders, names in os.walk(root):
            folders[:] = [f for f in folders if not f.startswith((".", "build"))]
            paths += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(p for p in paths if suffixes is None or p.endswith(tuple(suffixes)))


def lines(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as text:
        return text.read().split("\n")


def finish(complaints):
    """Prints what is wrong, a line each, and exits."""
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)
