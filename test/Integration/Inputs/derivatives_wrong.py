"""Derivatives that are wrong by little, each of another kernel than the one they are compared with."""

from derivatives import kernel

RIGHT = "i x[2], j y[2]) = sum_j(exp(-sqdist(x, y)))"
WRONG = "i x[2], j y[2]) = sum_j(exp(-1.000001 * sqdist(x, y)))"
SIZES = [(7, 9)]

for _suffix in ("_r", "_t", "_h", "_s"):
    kernel(f"kernel wrong{_suffix}({RIGHT}", sizes=SIZES, wrong={_suffix: f"kernel other{_suffix}({WRONG}"})
kernel(f"kernel kink({RIGHT}", sizes=SIZES, kinks=True, wrong={"_t": f"kernel other_kink({WRONG}"})
