#!/usr/bin/env bash
# Builds, installs the peers that pip has into .venv (once), and runs bench/cpu.py,
# or bench/gpu.py on a machine with an NVIDIA GPU.
#
#   bench/run.sh [--device cpu|cuda] [options of cpu.py or gpu.py]
#
# With --device cuda, PyTorch comes along: some gigabytes. KEOPS_BENCH_PEERS= (empty)
# installs no peers but NumPy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

device=cpu
case ${1:-} in
  --device) device=${2:-}; shift; shift || true ;;
  --device=*) device=${1#*=}; shift ;;
esac
case $device in
  cpu) program=bench/cpu.py peers='pykeops==2.3' modules='pykeops' ;;
  cuda) program=bench/gpu.py peers='pykeops==2.3 torch matplotlib' modules='pykeops, torch, matplotlib' ;;
  *) echo "bench: no device '$device'; use cpu or cuda" >&2; exit 2 ;;
esac
if [[ -z ${KEOPS_BENCH_PEERS-yes} ]]; then
  peers='' modules='numpy'
fi

scripts/build.sh release
if [[ ! -x .venv/bin/python ]]; then
  python3 -m venv .venv || { echo "bench: needs python3-venv: apt-get install python3-venv" >&2; exit 1; }
fi
# shellcheck disable=SC2086  # several words
.venv/bin/python -c "import numpy, $modules" >/dev/null 2>&1 || .venv/bin/pip -q install numpy $peers
exec .venv/bin/python $program "$@"
