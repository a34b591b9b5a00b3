#!/usr/bin/env bash
# Sets up, builds in release mode with assertions, and runs every test.
# The last line is `N passed, N failed, N skipped`; the exit status is 0 when
# nothing failed.
#
#   scripts/test.sh [PATH...]   all tests, or those under test/PATH
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh --tests
scripts/build.sh release all keops-test-depends

build=build/test
where=("$build")
[[ $# -gt 0 ]] && where=("${@/#/$build/}")
lit=$(sed -n 's/^KEOPS_LIT:[A-Z]*=//p' build/CMakeCache.txt)
report=$build/report.json
rm -f "$report"
"$lit" -sv --timeout 600 -o "$report" "${where[@]}" || true
exec python3 scripts/summary.py "$report"
