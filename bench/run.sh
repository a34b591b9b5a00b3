#!/usr/bin/env bash
# Builds, installs the peers that pip has into .venv (once), and runs bench/cpu.py.
#
#   bench/run.sh [options of cpu.py]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/build.sh release
if [[ ! -x .venv/bin/python ]]; then
  python3 -m venv .venv || { echo "bench: needs python3-venv: apt-get install python3-venv" >&2; exit 1; }
fi
.venv/bin/python -c 'import numpy, pykeops' >/dev/null 2>&1 || .venv/bin/pip -q install numpy 'pykeops==2.3'
exec .venv/bin/python bench/cpu.py "$@"
