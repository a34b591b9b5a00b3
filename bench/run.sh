#!/usr/bin/env bash
# Builds, installs the peers that pip has into .venv (once), and runs bench/cpu.py,
# or bench/gpu.py on a machine with an NVIDIA GPU.
#
#   bench/run.sh [--device cpu|cuda] [options of cpu.py or gpu.py]
#
# KEOPS_BENCH_PEERS names what pip installs beside NumPy: by default
# "pykeops faiss-cpu torch matplotlib" (cpu), "pykeops torch matplotlib" (cuda).
# PyTorch is large, on CUDA and from some indices some gigabytes: leave it out of
# the list on a small machine. Empty installs no peers. What cannot be installed
# is said, and left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

device=cpu
case ${1:-} in
  --device) device=${2:-}; shift; shift || true ;;
  --device=*) device=${1#*=}; shift ;;
esac
case $device in
  cpu) program=bench/cpu.py peers='pykeops faiss-cpu torch matplotlib' ;;
  cuda) program=bench/gpu.py peers='pykeops torch matplotlib' ;;
  *) echo "bench: no device '$device'; use cpu or cuda" >&2; exit 2 ;;
esac
peers=${KEOPS_BENCH_PEERS-$peers}

pip_install() { .venv/bin/pip -q --retries 1 install "$@"; }

# install PACKAGE: unless it is there. The index of PyTorch has one without CUDA.
install() {
  local name=$1
  .venv/bin/pip -q show "$name" >/dev/null 2>&1 && return
  echo "bench: installing $name"
  case $device-$name in
    *-pykeops) pip_install pykeops==2.3 ;;
    cpu-torch) pip_install torch --index-url https://download.pytorch.org/whl/cpu 2>/dev/null || pip_install torch ;;
    *) pip_install "$name" ;;
  esac || echo "bench: $name cannot be installed; going on without it" >&2
}

scripts/build.sh release
if [[ ! -x .venv/bin/python ]]; then
  python3 -m venv .venv || { echo "bench: needs python3-venv: apt-get install python3-venv" >&2; exit 1; }
fi
for peer in numpy $peers; do
  install "$peer"
done
exec .venv/bin/python $program "$@"
