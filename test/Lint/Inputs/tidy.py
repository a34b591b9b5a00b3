"""clang-tidy on the sources below the folders named: those whose headers are light, so that it stays quick.

scripts/tidy.sh runs it on everything.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tree


def check(arguments):
    tool, build, path = arguments
    result = subprocess.run([tool, "-p", build, "--quiet", path], capture_output=True, text=True)
    return result.stdout.strip() if result.returncode else ""


root, build, tool, *folders = sys.argv[1:]
database = os.path.join(build, "compile_commands.json")
if not os.path.exists(database):
    sys.exit(f"{database}: none: configure with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
with open(database) as stream:
    known = {os.path.realpath(entry["file"]) for entry in json.load(stream)}
paths = [os.path.join(root, p) for p in tree.files(root, [".cpp"]) if p.startswith(tuple(folders))]
paths = [p for p in paths if os.path.realpath(p) in known]
with ThreadPoolExecutor(os.cpu_count()) as pool:
    tree.finish([c for c in pool.map(check, [(tool, build, p) for p in paths]) if c] or ([] if paths else ["no sources"]))
