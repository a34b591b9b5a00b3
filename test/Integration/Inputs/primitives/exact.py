"""Primitives in high precision: the references that formulas of records are evaluated with.

A reference is a formula of the language that is an expression of Python as well (no `let`), so it is
evaluated by Python on numbers of mpmath; names are those of the public primitives.
"""

from collections import ChainMap

import mpmath

DIGITS = 60
INF, NAN = mpmath.inf, mpmath.nan


def guarded(function):
    """A pole or a point outside the domain is NaN, as in the language; infinities are given as special points."""

    def call(*operands):
        if any(mpmath.isnan(x) for x in operands):
            return NAN
        try:
            value = function(*operands)
        except (ValueError, ZeroDivisionError, OverflowError, mpmath.NoConvergence):
            return NAN
        return NAN if isinstance(value, mpmath.mpc) else value

    return call


def half_away(x):
    return mpmath.sign(x) * mpmath.floor(abs(x) + mpmath.mpf(0.5))


FUNCTIONS = {
    "exp": mpmath.exp,
    "exp2": lambda x: mpmath.power(2, x),
    "expm1": mpmath.expm1,
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10,
    "log1p": mpmath.log1p,
    "pow": lambda a, b: NAN if a < 0 else mpmath.power(a, b),
    "sqrt": mpmath.sqrt,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "hypot": mpmath.hypot,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "atan2": mpmath.atan2,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "erf": mpmath.erf,
    "erfc": mpmath.erfc,
    "lgamma": lambda x: mpmath.re(mpmath.loggamma(x)),
    "digamma": mpmath.digamma,
    "floor": mpmath.floor,
    "ceil": mpmath.ceil,
    "trunc": lambda x: mpmath.sign(x) * mpmath.floor(abs(x)),
    "round": half_away,
    "roundeven": mpmath.nint,
    "abs": abs,
    "min": min,
    "max": max,
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda x: -x,
    "lt": lambda a, b: mpmath.mpf(a < b),
    "le": lambda a, b: mpmath.mpf(a <= b),
    "gt": lambda a, b: mpmath.mpf(a > b),
    "ge": lambda a, b: mpmath.mpf(a >= b),
    "eq": lambda a, b: mpmath.mpf(a == b),
    "ne": lambda a, b: mpmath.mpf(a != b),
    # Conditions are numbers here; the kernels test them with `> 0`.
    "and": lambda a, b: mpmath.mpf(a > 0 and b > 0),
    "or": lambda a, b: mpmath.mpf(a > 0 or b > 0),
    "not": lambda a: mpmath.mpf(not a > 0),
    "select": lambda c, a, b: a if c > 0 else b,
    "copysign": lambda a, b: abs(a) if b >= 0 else -abs(a),
}

NAMES = {name: guarded(function) for name, function in FUNCTIONS.items()}
NAMES.update(
    where=lambda condition, a, b: a if condition else b,
    pi=mpmath.mp.pi,
    inf=INF,
    nan=NAN,
)


class Reference:
    """The exact value of one primitive of the generated JSON, as a function of numbers of mpmath."""

    def __init__(self, test, references):
        self.operands, self.references = test["operands"], references
        self.function = NAMES.get(test["name"])
        formula = test["reference"] or test["value"]
        if test["reference"] or not self.function:
            if "let " in formula:
                raise ValueError(f"'{test['name']}' needs a `reference` without 'let', or an entry in exact.py")
            self.function = None
            self.code = compile(" ".join(formula.split()), test["name"], "eval")

    def __call__(self, *operands):
        numbers = [x if isinstance(x, mpmath.mpf) else mpmath.mpf(float(x)) for x in operands]
        with mpmath.workdps(DIGITS):
            if self.function:
                return self.function(*numbers)
            names = ChainMap(dict(zip(self.operands, numbers)), NAMES, self.references)
            try:
                return mpmath.mpf(eval(self.code, {}, names))  # The repository's own formulas.
            except (ValueError, ZeroDivisionError, OverflowError):
                return NAN


class References(dict):
    """References by the name of the primitive, each made when it is first asked for: by a test, or by the formula of another."""

    def __init__(self, tests):
        super().__init__()
        self.tests = {test["name"]: test for test in tests}

    def __missing__(self, name):
        self[name] = Reference(self.tests[name], self)
        return self[name]
