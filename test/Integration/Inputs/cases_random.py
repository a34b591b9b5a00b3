"""Kernels drawn at random: text and reference come from the same draw, so they say the same thing twice.

KEOPS_RANDOM_SEED and KEOPS_RANDOM_COUNT choose others than the tests': to search for long.
"""

import os
import random

import values as f
from cases import case, labels, positive

SEED = int(os.environ.get("KEOPS_RANDOM_SEED", "1"))
COUNT = int(os.environ.get("KEOPS_RANDOM_COUNT", "40"))
SIZES = [(1, 1), (0, 3), (3, 0), (17, 16), (5, 101), (101, 5), (67, 131)]
NO_EMPTY = [s for s in SIZES if s[0] and s[1]]


class Draw:
    """A random formula of dimension dim as (text, function of the environment)."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.dim = self.rng.choice([1, 2, 3, 5, 8])
        d = self.dim
        self.pool = [("s", 1), ("c", d), ("x", d), ("u", 1), ("y", d), ("b", 1)]
        self.signature = (
            f"param s, param c[{d}], i x[{d}], i u, j y[{d}], j b, j n : i32"
        )

    def variable(self, dim):
        name, size = self.rng.choice([v for v in self.pool if v[1] in (1, dim)])
        return name, lambda e: e[name]

    def number(self):
        value = self.rng.choice([0.5, 1.0, 2.0, 0.25, 3.0])
        return f"{value:g}" if value != int(value) else str(int(value)), lambda e: f.lift(value)

    def formula(self, dim, depth):
        if depth == 0:
            return self.variable(dim) if self.rng.random() < 0.85 else self.number()
        kinds = ["add", "subtract", "multiply", "divide", "function", "extreme", "where", "power", "negate"]
        kinds += ["contract"] * 3 if dim == 1 else ["concat"]
        return getattr(self, self.rng.choice(kinds))(dim, depth - 1)

    def two(self, dim, depth):
        """Two operands of which at least one has the full dimension or is broadcast."""
        a, b = self.formula(dim, depth), self.formula(self.rng.choice([1, dim]), self.rng.randint(0, depth))
        return (a, b) if self.rng.random() < 0.5 else (b, a)

    def add(self, dim, depth):
        (a, u), (b, v) = self.two(dim, depth)
        return f"({a} + {b})", lambda e: u(e) + v(e)

    def subtract(self, dim, depth):
        (a, u), (b, v) = self.two(dim, depth)
        return f"({a} - {b})", lambda e: u(e) - v(e)

    def multiply(self, dim, depth):
        (a, u), (b, v) = self.two(dim, depth)
        return f"{a} * {b}", lambda e: u(e) * v(e)

    def divide(self, dim, depth):
        (a, u), (b, v) = self.two(dim, depth)
        return f"({a} / (1 + ({b}) ^ 2))", lambda e: u(e) / (1 + v(e) ** 2)

    def negate(self, dim, depth):
        a, u = self.formula(dim, depth)
        return f"(-({a}))", lambda e: -u(e)

    def power(self, dim, depth):
        a, u = self.formula(dim, depth)
        return f"({a}) ^ 2", lambda e: u(e) ** 2

    def function(self, dim, depth):
        a, u = self.formula(dim, depth)
        return self.rng.choice([
            (f"sin({a})", lambda e: f.sin(u(e))),
            (f"cos({a})", lambda e: f.cos(u(e))),
            (f"tanh({a})", lambda e: f.tanh(u(e))),
            (f"abs({a})", lambda e: f.absolute(u(e))),
            (f"exp(-({a}) ^ 2)", lambda e: f.exp(-(u(e) ** 2))),
            (f"sqrt(1 + ({a}) ^ 2)", lambda e: f.sqrt(1 + u(e) ** 2)),
            (f"log(1 + ({a}) ^ 2)", lambda e: f.log(1 + u(e) ** 2)),
            (f"sigmoid({a})", lambda e: f.sigmoid(u(e))),
        ])

    def extreme(self, dim, depth):
        (a, u), (b, v) = self.two(dim, depth)
        if self.rng.random() < 0.5:
            return f"max({a}, {b})", lambda e: f.maximum(u(e), v(e))
        return f"min({a}, {b})", lambda e: f.minimum(u(e), v(e))

    def where(self, dim, depth):
        (a, u), (b, v) = self.two(dim, depth)
        text, condition = self.rng.choice([
            ("u < b", lambda e: e["u"] < e["b"]),
            ("n == 1", lambda e: e["n"].eq(1)),
            ("index_i >= index_j", lambda e: e["p"].index_i >= e["p"].index_j),
            ("s > u", lambda e: e["s"] > e["u"]),
        ])
        return f"where({text}, {a}, {b})", lambda e: f.where(condition(e), u(e), v(e))

    def contract(self, dim, depth):
        wide = self.dim
        a, u = self.wide(wide, depth)
        b, v = self.wide(wide, depth)
        return self.rng.choice([
            (f"dot({a}, {b})", lambda e: f.dot(u(e), v(e))),
            (f"sqdist({a}, {b})", lambda e: f.sqdist(u(e), v(e))),
            (f"sum({a})", lambda e: f.total(u(e))),
            (f"sqnorm({b})", lambda e: f.sqnorm(v(e))),
            (f"({a})[{wide - 1}]", lambda e: u(e)[wide - 1]),
        ])

    def wide(self, dim, depth):
        """A formula that has dimension dim for certain: a variable of it takes part."""
        name = self.rng.choice([v for v, size in self.pool if size == dim])
        a, u = self.formula(dim, depth)
        return f"({a} + {name})", lambda e: u(e) + e[name]

    def concat(self, dim, depth):
        a, u = self.wide(self.dim, depth)
        b, v = self.formula(1, depth)
        return (f"[({a})[1:{self.dim}], {b} * u]", lambda e: f.concat(u(e)[1 : self.dim], v(e) * e["u"]))

    def reduction(self):
        dim = self.rng.choice([1, self.dim])
        over = self.rng.choice(["j", "j", "j", "i", "ij"])
        a, u = self.wide(dim, self.rng.randint(1, 3)) if dim > 1 else self.formula(1, self.rng.randint(1, 3))
        kind = self.rng.choice(["sum", "sum", "sum", "mean", "min", "max", "logsumexp", "softmax"])
        if kind == "softmax":
            b, v = self.formula(1, 1)
            return f"softmax_{over}({b}, {a})", lambda e: getattr(e["p"], f"softmax_{over}")(v(e), u(e)), kind, over
        return f"{kind}_{over}({a})", lambda e: getattr(e["p"], f"{kind}_{over}")(u(e)), kind, over


def kernel(number):
    draw = Draw(1000 * SEED + number)
    parts = [draw.reduction() for _ in range(draw.rng.randint(1, 3))]
    over = {part[3] for part in parts}
    if over == {"i", "j"} or len(over) > 1:  # one index set for one result: keep the first kind only
        parts = [part for part in parts if part[3] == parts[0][3]]
    names = [f"r{k}" for k in range(len(parts))]
    text = f"kernel random{number}({draw.signature}) -> ({', '.join(names)}) =\n  (" + ",\n   ".join(
        f"{part[0]} * {k + 1} + 1" for k, part in enumerate(parts)) + ")"
    if len(parts) == 1:
        text = text.replace("=\n  (", "=\n  ").removesuffix(")")
    # An empty minimum is inf: times a number it is exact, so empty sizes stay in.
    sizes = NO_EMPTY if any(part[2] in ("mean", "softmax") for part in parts) else SIZES

    @case(text, n=labels(3), s=positive, sizes=sizes)
    def reference(p, s, c, x, u, y, b, n):
        e = {"p": p, "s": s, "c": c, "x": x, "u": u, "y": y, "b": b, "n": n}
        results = tuple(part[1](e) * (k + 1) + 1 for k, part in enumerate(parts))
        return results if len(results) > 1 else results[0]


for _number in range(COUNT):
    kernel(_number)
