#!/usr/bin/env python3
"""Counts the results in a report of lit and prints the closing line.

A test that could not run here is skipped; everything that neither passed nor
was skipped has failed. No test at all is a failure too.
"""

import collections
import json
import sys

PASSED = {"PASS", "XFAIL", "FLAKYPASS"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def main():
    try:
        with open(sys.argv[1]) as report:
            tests = json.load(report)["tests"]
    except (OSError, ValueError, KeyError) as error:
        print(f"summary: no report of the tests: {error}")
        print("0 passed, 1 failed, 0 skipped")
        return 1
    counts = collections.Counter()
    for test in tests:
        code = test["code"]
        kind = "passed" if code in PASSED else "skipped" if code in SKIPPED else "failed"
        counts[kind] += 1
        if kind != "passed":
            reason = test["output"].strip().splitlines()
            print(f"{kind}: {test['name']}" + (f": {reason[-1]}" if kind == "skipped" and reason else ""))
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
