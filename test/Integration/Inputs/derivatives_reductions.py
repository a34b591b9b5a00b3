"""Every reduction over j, i and both, with variables in all roles, and reductions combined."""

import numpy as np

from cases import positive
from derivatives import SIZES, kernel

FILLED = [size for size in SIZES if size[0] and size[1]]  # a mean of nothing is NaN
FEW = [(1, 1), (7, 9), (9, 7), (0, 7), (7, 0)]  # products of many factors leave the range of f32
HEAD = "param p, i x[2], j y[2]"
PAIR = "sin(x - y) * p + x * y"


def one_zero(data):
    """One factor in the product over the first row and over the first column."""
    if len(data["x"]) and len(data["y"]):
        data["y"][0] = data["x"][0]


def two_zeros(data):
    """Two factors where there are as many."""
    if len(data["x"]) and len(data["y"]) > 1:
        data["y"][:2] = data["x"][0]
    elif len(data["x"]) > 1 and len(data["y"]):
        data["x"][:2] = data["y"][0]


def many_zeros(data):
    """One, two and three in rows 0, 1 and 2, two in a column."""
    x, y = data["x"], data["y"]
    if min(len(x), len(y)) >= 7:
        y[0], y[1:3], y[3:6], x[3:5] = x[0], x[1], x[2], y[6]


def absent(data):
    """Some entries are -inf; over i, all entries of those j."""
    data["h"][1::3] = -np.inf


for axis in ("j", "i", "ij"):
    kernel(f"kernel sum_{axis}({HEAD}) = sum_{axis}({PAIR})")
    kernel(f"kernel mean_{axis}({HEAD}) = mean_{axis}({PAIR})", sizes=FILLED)
    kernel(f"kernel prod_{axis}({HEAD}) = prod_{axis}(1 + p * sin(x - y) / 4)", sizes=FEW, loose=10)
    for zeros in (one_zero, two_zeros, many_zeros)[: 2 if axis == "ij" else 3]:
        kernel(f"kernel prod_{zeros.__name__}_{axis}(param p, i x, j y) = prod_{axis}(p * (x - y))", p=positive,
               sizes=[(1, 1), (2, 3), (3, 2)] if axis == "ij" else FEW, edit=zeros, loose=10)
    kernel(f"kernel logsumexp_{axis}({HEAD}) = logsumexp_{axis}({PAIR})")
    kernel(f"kernel logsumexp_absent_{axis}(i x, j y, j h) = logsumexp_{axis}(h - (x - y)^2)", edit=absent, loose=10,
           sizes=[(1, 5), (17, 40), (5, 0)])
    kernel(f"kernel logsumexp_weighted_{axis}(param p, i x[2], j y[2], j w[3], i q) = "
           f"logsumexp_{axis}(p * dot(x, y), w * q)", w=positive, q=positive, loose=10)
    kernel(f"kernel softmax_{axis}(param p, i x[2], j y[2], j v[3], i a) = softmax_{axis}(p * dot(x, y), v * sin(a * v))",
           sizes=FILLED, loose=10)
    for name in ("min", "max"):
        kernel(f"kernel {name}_{axis}({HEAD}) = sin({name}_{axis}({PAIR}))", kinks=True, sizes=FILLED)
        kernel(f"kernel {name}_arg{name}_{axis}({HEAD}) -> (v, n) = {name}_arg{name}_{axis}({PAIR})", kinks=True,
               sizes=FILLED, indices="n")
        kernel(f"kernel k{name}_{axis}({HEAD}) = k{name}_{axis}({PAIR}, 3) * p", kinks=True,
               sizes=[s for s in FILLED if s != (1, 1)])
        kernel(f"kernel k{name}_argk{name}_{axis}({HEAD}) -> (v, n) = k{name}_argk{name}_{axis}({PAIR}, 2)", kinks=True,
               indices="n")
