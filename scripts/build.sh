#!/usr/bin/env bash
# Sets up, configures and builds a preset (default: release). Quiet unless
# something fails.
#
#   scripts/build.sh [PRESET [TARGET...]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=${1-release}
[[ $# -gt 0 ]] && shift
scripts/setup.sh

options=()
command -v ccache >/dev/null &&
  options+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "build: configuring ($preset)"
cmake --preset "$preset" "${options[@]}" >"$log" 2>&1 || { cat "$log"; exit 1; }
echo "build: compiling (a few minutes the first time)"
targets=()
[[ $# -gt 0 ]] && targets=(--target "$@")
cmake --build --preset "$preset" "${targets[@]}" >"$log" 2>&1 || { cat "$log"; exit 1; }
