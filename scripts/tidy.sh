#!/usr/bin/env bash
# clang-tidy, in the version the project pins, on the files named or on every
# source of lib/ and tools/.
#
#   scripts/tidy.sh [BUILD_FOLDER [FILE...]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=${1-build-dev}
[[ $# -gt 0 ]] && shift
if [[ ! -f $build/compile_commands.json ]]; then
  echo "tidy: no $build/compile_commands.json: cmake --preset dev && cmake --build --preset dev" >&2
  exit 2
fi
files=("$@")
[[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(git ls-files 'lib/*.cpp' 'tools/*.cpp')
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 1 /usr/lib/llvm-22/bin/clang-tidy -p "$build" --quiet
