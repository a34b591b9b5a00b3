#!/usr/bin/env bash
# clang-format, in the version the project pins, on every C and C++ file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
git ls-files -co --exclude-standard '*.cpp' '*.h' '*.c' | grep -v '^test/.*/Inputs/' |
  xargs /usr/lib/llvm-22/bin/clang-format -i
