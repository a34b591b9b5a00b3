"""The independent reference: formulas over all pairs in float64 NumPy, with a running error bound.

A Value holds the exact number `v` and a bound `e` on the rounding error that
any sensible evaluation in a precision of unit roundoff u may make, counted in
units of u, to first order (Higham, Accuracy and Stability of Numerical
Algorithms, 3.3). Arrays are [I, J, D] with I in {1, ni} and J in {1, nj};
`axes` says which of i and j the value depends on, `kind` its element type in
the lattice of the language. A test compares within SLACK * u * e.
"""

import numpy as np

SLACK = 4.0
SUM = 16.0  # rounding errors per term of a blocked sum of some thousand terms
FUNCTION = 4.0  # ulps of an elementary function
ORDER = ["bool", "literal-int", "i32", "i64", "literal", "f16", "bf16", "f32", "f64"]


def kind_of(*kinds):
    """The type that operands of these types meet in."""
    if {"f16", "bf16"} <= set(kinds):
        kinds = kinds + ("f32",)
    best = max(kinds, key=ORDER.index)
    if best == "literal":
        return "literal"
    return best


class Value:
    def __init__(self, v, e=0.0, axes=frozenset(), kind="literal"):
        self.v = np.asarray(v)
        self.e = np.broadcast_to(np.asarray(e, float), self.v.shape)
        self.axes = frozenset(axes)
        self.kind = kind
        self.keys = None  # of an index: the Value it was chosen from, and how

    @property
    def dim(self):
        return self.v.shape[2]

    def _join(self, other):
        other = lift(other)
        return other, self.axes | other.axes, kind_of(self.kind, other.kind)

    def __add__(self, other):
        other, axes, kind = self._join(other)
        v = number(self.v) + number(other.v)
        return Value(v, self.e + other.e + rounding(v, kind), axes, kind)

    def __sub__(self, other):
        return self + (-lift(other))

    def __mul__(self, other):
        other, axes, kind = self._join(other)
        a, b = number(self.v), number(other.v)
        with np.errstate(all="ignore"):
            v = a * b
            return Value(v, np.abs(a) * other.e + np.abs(b) * self.e + rounding(v, kind), axes, kind)

    def __truediv__(self, other):
        other, axes, kind = self._join(other)
        kind = kind if kind in ("f16", "bf16", "f32", "f64") else "literal"
        with np.errstate(all="ignore"):
            v = self.v.astype(float) / other.v
            return Value(v, (self.e + np.abs(v) * other.e) / np.abs(other.v) + 2 * np.abs(v), axes, kind)

    def __pow__(self, n):
        if isinstance(n, int) and n >= 0:
            result = lift(1) + self * 0 if n == 0 else self
            for _ in range(n - 1):
                result = result * self
            return result
        return exp(log(self) * n)

    def __neg__(self):
        return Value(-number(self.v), self.e, self.axes, self.kind)

    def __radd__(self, other):
        return lift(other) + self

    def __rsub__(self, other):
        return lift(other) - self

    def __rmul__(self, other):
        return lift(other) * self

    def __rtruediv__(self, other):
        return lift(other) / self

    def _compare(self, other, operation):
        other, axes, _ = self._join(other)
        return Value(operation(self.v, other.v), 0.0, axes, "bool")

    def __lt__(self, other):
        return self._compare(other, np.less)

    def __le__(self, other):
        return self._compare(other, np.less_equal)

    def __gt__(self, other):
        return self._compare(other, np.greater)

    def __ge__(self, other):
        return self._compare(other, np.greater_equal)

    def eq(self, other):
        return self._compare(other, np.equal)

    def __getitem__(self, part):
        part = slice(part, part + 1) if isinstance(part, int) else part
        return Value(self.v[:, :, part], self.e[:, :, part], self.axes, self.kind)


def lift(x):
    if isinstance(x, Value):
        return x
    kind = "literal-int" if isinstance(x, (int, np.integer)) else "literal"
    return Value(np.full((1, 1, 1), x, int if kind == "literal-int" else float), 0.0, (), kind)


def number(v):
    return v.astype(int) if v.dtype == bool else v


def rounding(v, kind):
    return 0.0 if kind in ("bool", "i32", "i64", "literal-int") else np.abs(v)


def real(kind):
    return kind if kind in ("f16", "bf16", "f32", "f64") else "literal"


def function(f, condition):
    """An elementary function; condition(x, f(x)) is |f'(x)|."""

    def apply(x):
        x = lift(x)
        with np.errstate(all="ignore"):
            v = f(x.v.astype(float))
            slope = np.abs(condition(x.v.astype(float), v))
            e = slope * (x.e + 2 * np.abs(x.v)) + FUNCTION * np.abs(v)
        return Value(v, np.where(np.isfinite(v), e, 0), x.axes, real(x.kind))

    return apply


exp = function(np.exp, lambda x, y: y)
log = function(np.log, lambda x, y: 1 / x)
sqrt = function(np.sqrt, lambda x, y: 0.5 / y)
sin = function(np.sin, lambda x, y: 1)
cos = function(np.cos, lambda x, y: 1)
tanh = function(np.tanh, lambda x, y: 1 - y * y)
rsqrt = function(lambda x: 1 / np.sqrt(x), lambda x, y: 0.5 * y / x)
sigmoid = function(lambda x: 1 / (1 + np.exp(-x)), lambda x, y: y * (1 - y))


def absolute(x):
    return Value(np.abs(x.v), x.e, x.axes, x.kind)


def where(condition, a, b):
    condition, a, b = lift(condition), lift(a), lift(b)
    chosen = condition.v != 0
    return Value(
        np.where(chosen, a.v, b.v),
        np.where(chosen, a.e, b.e),
        condition.axes | a.axes | b.axes,
        kind_of(a.kind, b.kind),
    )


def both(a, b):
    return Value((a.v != 0) & (b.v != 0), 0.0, a.axes | b.axes, "bool")


def maximum(a, b):
    return where(lift(a) >= b, a, b)


def minimum(a, b):
    return where(lift(a) <= b, a, b)


# --- One row's vector ------------------------------------------------------


def total(x):
    """sum(x) over the components."""
    bound = x.e.sum(2, keepdims=True) + SUM * np.abs(x.v).sum(2, keepdims=True)
    return Value(number(x.v).sum(2, keepdims=True), bound, x.axes, x.kind)


def dot(x, y):
    return total(x * y)


def sqnorm(x):
    return dot(x, x)


def sqdist(x, y):
    return sqnorm(x - y)


def norm(x):
    return sqrt(sqnorm(x))


def concat(*parts):
    parts = [lift(p) for p in parts]
    rows = max(p.v.shape[0] for p in parts) if all(p.v.shape[0] for p in parts) else 0
    columns = max(p.v.shape[1] for p in parts) if all(p.v.shape[1] for p in parts) else 0
    spread = lambda a: np.broadcast_to(a, (rows, columns, a.shape[2]))
    return Value(
        np.concatenate([spread(p.v) for p in parts], 2),
        np.concatenate([spread(p.e) for p in parts], 2),
        frozenset().union(*(p.axes for p in parts)),
        kind_of(*(p.kind for p in parts)),
    )


def matvec(matrix, x, rows):
    """A x for a row-major matrix of `rows` rows in one row's vector."""
    width = matrix.dim // rows
    return concat(*(dot(matrix[r * width : (r + 1) * width], x) for r in range(rows)))


def vecmat(x, matrix, columns):
    return concat(*(dot(x, matrix[c :: columns]) for c in range(columns)))


def outer(x, y):
    return concat(*(x[r] * y for r in range(x.dim)))


def iota(size):
    return Value(np.arange(size).reshape(1, 1, size), 0.0, (), "i64")


def onehot(label, size):
    return Value(label.v == np.arange(size).reshape(1, 1, size), 0.0, label.axes, "literal")


def elem(x, label):
    """x[label] with a label that differs from row to row."""
    return total(where(Value(label.v == np.arange(x.dim), 0.0, label.axes, "bool"), x, 0))


def over_components(x, choose, arg):
    v = choose(x.v, 2)
    index = Value(np.expand_dims(arg(x.v, 2), 2), 0.0, x.axes, "i64")
    bound = x.e.max(2, keepdims=True) if x.dim else x.e
    return Value(np.expand_dims(v, 2), bound, x.axes, x.kind), index
