"""Reductions of the reference over j, i or both: NumPy on the whole array of pairs."""

import numpy as np

from values import FUNCTION, SUM, Value, kind_of, lift, number, real, where


class Pairs:
    """The pair space of one call, and what a formula may know of it."""

    def __init__(self, ni, nj):
        self.extent = {"i": ni, "j": nj}
        self.size_i, self.size_j = lift(float(ni)), lift(float(nj))
        self.index_i = Value(np.arange(ni).reshape(ni, 1, 1), 0.0, "i", "i64")
        self.index_j = Value(np.arange(nj).reshape(1, nj, 1), 0.0, "j", "i64")

    def spread(self, x, over, axes=frozenset()):
        """x as arrays with every reduced axis, and `axes`, at full extent; the reduced ones
        folded into axis 0: [n, rest, D]."""
        x = lift(x)
        wanted = x.axes | set(over) | axes
        rows = self.extent["i"] if "i" in wanted else 1
        columns = self.extent["j"] if "j" in wanted else 1
        v = np.broadcast_to(x.v, (rows, columns, x.dim))
        e = np.broadcast_to(x.e, (rows, columns, x.dim))
        if over == "j":
            v, e = np.swapaxes(v, 0, 1), np.swapaxes(e, 0, 1)
        elif over == "ij":
            v, e = v.reshape(-1, 1, x.dim), e.reshape(-1, 1, x.dim)
        return v, e

    def back(self, v, e, x, over, kind):
        """[rest, D] as a Value without the reduced axes."""
        axes = lift(x).axes - set(over)
        place = (lambda a: a[:, None, :]) if over == "j" else (lambda a: a[None, :, :])
        return Value(place(v), place(np.broadcast_to(e, v.shape)), axes, kind)

    def sum(self, x, over):
        v, e = self.spread(x, over)
        bound = e.sum(0) + SUM * np.abs(number(v)).sum(0)
        return self.back(number(v).sum(0), bound, x, over, lift(x).kind)

    def mean(self, x, over):
        n = lift(float(np.prod([self.extent[axis] for axis in over])))
        return self.sum(x, over) / n

    def prod(self, x, over):
        v, e = self.spread(x, over)
        p = v.astype(float).prod(0)
        with np.errstate(all="ignore"):
            relative = np.where(v != 0, e / np.abs(v), 0).sum(0) + len(v)
        return self.back(p, np.abs(p) * relative, x, over, lift(x).kind)

    def extreme(self, x, over, sign):
        """(value, index) of the smallest of sign * x; the first of equals; NaN never chosen."""
        v, e = self.spread(x, over)
        key = np.where(np.isnan(v), np.inf, sign * v.astype(float))
        if len(v) == 0:
            shape = v.shape[1:]
            value, index, bound = np.full(shape, sign * np.inf), np.full(shape, -1), np.zeros(shape)
        else:
            first = ((key == key.min(0)) & ~np.isnan(v)).argmax(0)
            value, index, bound = sign * key.min(0), first, e.max(0)
            index = np.where(np.isinf(value) & (value * sign > 0), index_or_none(v, first), index)
        chosen = self.back(value, bound, x, over, lift(x).kind)
        where_ = self.back(index, 0.0, x, over, "i64")
        where_.keys = (key, bound)
        return chosen, where_

    def smallest(self, x, k, over, sign=1):
        """(values, indices) of the k smallest of sign * x, [K, D] row by row; padded with inf and -1."""
        x = lift(x)
        v, e = self.spread(x, over)
        key = np.where(np.isnan(v), np.inf, sign * v.astype(float))
        order = np.argsort(key, axis=0, kind="stable")[:k]
        best = np.take_along_axis(key, order, 0)
        missing = k - len(order)
        if missing > 0:
            pad = ((0, missing), (0, 0), (0, 0))
            best = np.pad(best, pad, constant_values=np.inf)
            order = np.pad(order, pad, constant_values=-1)
        flat = lambda a: np.swapaxes(a, 0, 1).reshape(a.shape[1], k * x.dim)
        bound = e.max(0) if len(e) else np.zeros(v.shape[1:])
        values = self.back(flat(sign * best), np.tile(bound, (1, k)), x, over, lift(x).kind)
        indices = self.back(flat(order), 0.0, x, over, "i64")
        indices.keys = (np.tile(key, (1, 1, k)), np.tile(bound, (1, k)))
        return values, indices

    def weights(self, x, over, axes):
        """exp(x - max), the maximum and the bound on the relative error of each weight."""
        v, e = self.spread(x, over, axes)
        top = v.max(0) if len(v) else np.full(v.shape[1:], -np.inf)
        shift = np.where(np.isfinite(top), top, 0)
        with np.errstate(all="ignore"):
            distance = np.where(np.isfinite(v), np.abs(v - shift), 0)
            return np.exp(v - shift), top, e + 2 * distance + np.abs(shift) + FUNCTION + SUM

    def logsumexp(self, x, w=1, over="j"):
        x, w = lift(x), lift(w)
        joint = Value(np.zeros((1, 1, 1)), 0.0, x.axes | w.axes)
        p, top, relative = self.weights(x, over, joint.axes)
        factor, factor_e = self.spread(w, over, joint.axes)
        terms = p * factor
        with np.errstate(all="ignore"):
            s = terms.sum(0)
            value = np.where(np.isfinite(top), np.log(s) + np.where(np.isfinite(top), top, 0), top)
            bound = ((terms * relative).sum(0) + (p * factor_e).sum(0)) / s + 2 * np.abs(value) + FUNCTION
        bound = np.where(np.isfinite(value), bound, 0)
        return self.back(value, bound, joint, over, real(kind_of(x.kind, w.kind)))

    def softmax(self, x, f, over="j"):
        x, f = lift(x), lift(f)
        joint = Value(np.zeros((1, 1, 1)), 0.0, x.axes | f.axes)
        p, _, relative = self.weights(x, over, joint.axes)
        v, e = self.spread(f, over, joint.axes)
        with np.errstate(all="ignore"):
            s = p.sum(0)
            value = (p * v).sum(0) / s
            bound = (p * np.abs(v) * (2 * relative + SUM) + p * e).sum(0) / s
        bound = np.where(np.isfinite(value), bound, 0)
        return self.back(value, bound, joint, over, real(kind_of(x.kind, f.kind)))

    def any(self, c, over):
        return self.back((self.spread(c, over)[0] != 0).any(0).astype(float), 0.0, c, over, "literal")

    def all(self, c, over):
        return self.back((self.spread(c, over)[0] != 0).all(0).astype(float), 0.0, c, over, "literal")

    def count(self, c, over):
        return self.back((self.spread(c, over)[0] != 0).sum(0), 0.0, c, over, "i64")


def index_or_none(v, first):
    """Where every candidate is NaN or infinitely bad there may be no index: -1 for all-NaN columns."""
    return np.where(np.isnan(v).all(0), -1, first)


def _suffixed(name, *extra):
    for over in ("i", "j", "ij"):
        def method(self, *arguments, _over=over, **keywords):
            return getattr(self, name)(*arguments, over=_over, **keywords)
        setattr(Pairs, f"{name}_{over}", method)


for _name in ("sum", "mean", "prod", "logsumexp", "softmax", "any", "all", "count"):
    _suffixed(_name)
for _over in ("i", "j", "ij"):
    for _name, _sign in (("min", 1), ("max", -1)):
        setattr(Pairs, f"{_name}_{_over}", lambda s, x, o=_over, g=_sign: s.extreme(x, o, g)[0])
        setattr(Pairs, f"arg{_name}_{_over}", lambda s, x, o=_over, g=_sign: s.extreme(x, o, g)[1])
        setattr(Pairs, f"{_name}_arg{_name}_{_over}", lambda s, x, o=_over, g=_sign: s.extreme(x, o, g))
        setattr(Pairs, f"k{_name}_{_over}", lambda s, x, k, o=_over, g=_sign: s.smallest(x, k, o, g)[0])
        setattr(Pairs, f"argk{_name}_{_over}", lambda s, x, k, o=_over, g=_sign: s.smallest(x, k, o, g)[1])
        setattr(Pairs, f"k{_name}_argk{_name}_{_over}", lambda s, x, k, o=_over, g=_sign: s.smallest(x, k, o, g))
