#!/usr/bin/env bash
# From nothing to an answer: installs what is missing, builds the compiler,
# compiles examples/density/density.kop, links a C program with it, and runs
# the program on Fisher's measurements of irises. Prints numbers and a map in
# characters; writes build/demo/density.png.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/build.sh release

# Shows a command, then runs it.
run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

out=build/demo
mkdir -p "$out"
PATH=$PWD/build/bin:$PATH
example=examples/density
run keopsc "$example/density.kop" -o "$out/density.o"
read -ra link <<<"$(keopsc --link-flags)"
run cc -O2 "$example/main.c" "$out/density.o" -I"$out" "${link[@]}" -lm -o "$out/density"
run "$out/density" "$example/data/iris.csv" "$out/density.png"
