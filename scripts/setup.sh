#!/usr/bin/env bash
# Installs what building, using and testing Keops needs on Debian 12 or a
# relative of it. Does nothing where all is there, so every script calls it.
#
#   scripts/setup.sh          what building and using Keops needs
#   scripts/setup.sh --tests  that, and what the tests need besides
#
# Needs root or sudo only when a package is missing.
set -euo pipefail

llvm=22
packages=(
  cmake ninja-build gcc g++ make pkg-config
  "libmlir-$llvm-dev" "mlir-$llvm-tools" "llvm-$llvm-dev" "llvm-$llvm-tools"
  "clang-$llvm" "lld-$llvm" libzstd-dev zlib1g-dev libxml2-dev libffi-dev
)
test_packages=(
  git python3 python3-numpy python3-mpmath python3-psutil libgtest-dev
  "clang-format-$llvm" "clang-tidy-$llvm" "libclang-rt-$llvm-dev"
  qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
)

case "${1-}" in
  '') ;;
  --tests) packages+=("${test_packages[@]}") ;;
  *) echo "usage: scripts/setup.sh [--tests]" >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null; then
  echo "setup: no apt-get here: install these or their equivalents yourself:" >&2
  printf '  %s\n' "${packages[@]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [[ $status == 'install ok installed' ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: these packages are missing, and there is neither root nor sudo to install them:" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A source list of someone else's that is out of reach is no reason to stop.
"${as_root[@]}" apt-get -qq update || echo "setup: apt-get update complained; going on" >&2

if ! apt-cache show "libmlir-$llvm-dev" >/dev/null 2>&1; then
  cat >&2 <<MESSAGE
setup: the package lists of this machine hold no libmlir-$llvm-dev.
Keops is built with LLVM and MLIR $llvm. Debian 12 has them in its security
updates (deb http://deb.debian.org/debian-security bookworm-security main);
https://apt.llvm.org has them for other releases. Add one of the two to
/etc/apt/sources.list.d and run this script again.
MESSAGE
  exit 1
fi
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: done"
