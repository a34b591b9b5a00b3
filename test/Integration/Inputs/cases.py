"""How a test of values is written: the text of a kernel and, below it, its reference.

    @case("kernel nw(param s, i x[3], j y[3], j v) = ...", s=positive)
    def nw(p, s, x, y, v):
        k = exp(-sqdist(x, y) / (2 * s**2))
        return p.sum_j(k * v) / p.sum_j(k)

The reference takes the pair space and the variables as Values. Keywords give
the data of a variable (standard normal by default) or an option:
  sizes=[(ni, nj), ...]  instead of the common ones
  exact=True   all arithmetic is exact on this data: no tolerance, ties count
  unit="f32"   precision the arithmetic has, where it is not the result's
"""

import re

import numpy as np

CASES = []
OPTIONS = {"sizes": None, "exact": False, "unit": None, "const": {}}

# 0, 1, around the lanes of a vector, a prime, several tiles; for i and for j.
SMALL = [(0, 0), (0, 5), (5, 0), (1, 1), (1, 17), (17, 1), (15, 16), (16, 15), (16, 17), (17, 16), (101, 37), (37, 101)]
COMMON = SMALL + [(1, 2311), (3, 1031), (2311, 3), (523, 1031)]
NARROW = SMALL + [(131, 263)]


def normal(rng, shape):
    return rng.standard_normal(shape)


def positive(rng, shape):
    return rng.uniform(0.5, 2.0, shape)


def integers(rng, shape):
    return rng.integers(-3, 4, shape)


def labels(count):
    return lambda rng, shape: rng.integers(0, count, shape)


def scaled(factor, shift=0.0):
    return lambda rng, shape: shift + factor * rng.standard_normal(shape)


class Variable:
    def __init__(self, role, name, dim, kind, data):
        self.role, self.name, self.dim, self.kind, self.data = role, name, dim, kind, data

    def rows(self, ni, nj):
        return {"param": 1, "i": ni, "j": nj}[self.role]


class Case:
    def __init__(self, text, reference, keywords):
        options = {key: keywords.pop(key, default) for key, default in OPTIONS.items()}
        self.__dict__.update(options)
        self.text, self.reference = text.strip() + "\n", reference
        head = re.search(r"kernel\s+(\w+)\s*\((.*?)\)\s*(?:->|=)", text, re.S)
        self.name = head.group(1)
        self.variables = [self.variable(v, keywords) for v in re.split(r",(?![^\[]*\])", head.group(2))]
        self.sizes = self.sizes or COMMON

    def variable(self, text, keywords):
        match = re.fullmatch(r"\s*(param|i|j)\s+(\w+)\s*(?:\[([^\]]*)\])?\s*(?::\s*(\w+))?\s*", text, re.S)
        role, name, dims, kind = match.groups()
        dim = 1
        for factor in (dims or "1").split(","):
            dim *= int(eval(factor, {}, dict(self.const)))
        return Variable(role, name, dim, kind, keywords.get(name, normal))


def case(text, **keywords):
    def register(reference):
        CASES.append(Case(text, reference, keywords))
        return reference

    return register


def draw(variable, seed, ni, nj):
    """Numbers for a variable: [rows, dim]."""
    rng = np.random.default_rng(seed)
    return variable.data(rng, (variable.rows(ni, nj), variable.dim))
