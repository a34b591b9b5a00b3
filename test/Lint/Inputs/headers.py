"""Every header of the compiler compiles on its own.

Most are shown to by the build: the first #include of some source file. Only
those that no source opens with are compiled here.
"""

import os
import re
import subprocess
import sys
import tempfile

import tree

INCLUDE = re.compile(r'\s*#\s*include\s*["<]([^">]+)[">]')


def opened(root):
    """Headers that some source file includes before anything else."""
    for path in tree.files(root, [".cpp", ".c"]):
        for line in tree.lines(root, path):
            match = INCLUDE.match(line)
            if match:
                yield match.group(1)
                break


def complaints(root, cxx, flags):
    proved = set(opened(root))
    left = [h for h in tree.files(root, [".h"]) if h.startswith("include/")]
    left = [h for h in left if h[len("include/") :] not in proved]
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "header.cpp")
        for header in left:
            with open(source, "w") as text:
                text.write(f'#include "{header[len("include/"):]}"\n')
            result = subprocess.run([cxx, "-fsyntax-only", *flags, source], capture_output=True, text=True)
            if result.returncode:
                yield f"{header}: does not compile on its own\n{result.stderr[:2000]}"


root, cxx, *flags = sys.argv[1:]
tree.finish(list(complaints(root, cxx, flags)))
