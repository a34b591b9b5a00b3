"""All C and C++ is as clang-format leaves it, in the version the project pins."""

import subprocess
import sys

import tree

root, clang_format = sys.argv[1:]
paths = [p for p in tree.files(root, tree.CPP) if "/Inputs/" not in p]
result = subprocess.run(
    [clang_format, "--dry-run", "--ferror-limit=1", *paths], cwd=root, capture_output=True, text=True
)
wrong = sorted({line.split(":")[0] for line in result.stderr.splitlines() if "clang-format-violations" in line})
tree.finish([f"{path}: clang-format -i {path}" for path in wrong] + ([result.stderr] if result.returncode else []))
