"""The workloads on whole blocks of rows, for NumPy and for PyTorch: the array of pairs is made, its squared distances
by a matrix product, which loses digits. `p` is one of the classes below, made with y."""

import numpy as np


class NumPyOps:
    exp, sqrt = staticmethod(np.exp), staticmethod(np.sqrt)

    def __init__(self, y):
        self.y, self.square = y, (y**2).sum(1)

    def sqdist(self, x):
        return self.positive((x**2).sum(1)[:, None] + self.square - 2 * (x @ self.y.T))

    def positive(self, d):
        return np.maximum(d, 0, out=d)

    def least(self, d):
        return d.min(1)[:, None]

    def first(self, d):
        return d.argmin(1)[:, None]

    def nearest(self, d, count):
        index = np.argpartition(d, count - 1, 1)[:, :count]
        order = np.take_along_axis(d, index, 1).argsort(1)
        return np.take_along_axis(index, order, 1)

    def logsumexp(self, s):
        most = s.max(1)[:, None]
        return np.log(np.exp(s - most).sum(1))[:, None] + most

    def attention(self, x, y, b):
        s = x @ y.T
        s = np.exp(s - s.max(1)[:, None])
        return (s @ b) / s.sum(1)[:, None]

    def unit(self, x):
        return x / np.sqrt((x**2).sum(1))[:, None]


class TorchOps(NumPyOps):
    def __init__(self, y):
        import torch

        self.torch, self.exp, self.sqrt = torch, torch.exp, torch.sqrt
        super().__init__(y)

    def positive(self, d):
        return d.clamp_(min=0)

    def least(self, d):
        return self.torch.amin(d, 1)[:, None]

    def nearest(self, d, count):
        return self.torch.topk(d, count, 1, largest=False).indices

    def logsumexp(self, s):
        return self.torch.logsumexp(s, 1)[:, None]

    def attention(self, x, y, b):
        function = self.torch.nn.functional.scaled_dot_product_attention
        return function(x[None, None], y[None, None], b[None, None], scale=1.0)[0, 0]

    def unit(self, x):
        return x / self.sqrt((x**2).sum(1))[:, None]


def gradient(p, x, y, b):
    k = p.exp(-p.sqdist(x)) * b[:, 0]
    return -2 * (k.sum(1)[:, None] * x - k @ y)


def matern52(p, x, y, b):
    r = p.sqrt(5 * p.sqdist(x))
    return ((1 + r + r * r / 3) * p.exp(-r)) @ b


def anisotropic(p, x, y, b, metric):
    m = metric.reshape(3, 3)
    s = ((x @ m) * x).sum(1)[:, None] + ((y @ m) * y).sum(1) - 2 * (x @ m @ y.T)
    return p.exp(-s) @ b


DENSE = {
    "gauss": lambda p, x, y, b: p.exp(-p.sqdist(x)) @ b,
    "gradient": gradient,
    "logsumexp": lambda p, x, y, b: p.logsumexp(-p.sqdist(x)),
    "argkmin": lambda p, x, y, b: p.nearest(p.sqdist(x), 10),
    "min": lambda p, x, y, b: p.least(p.sqdist(x)),
    "argmin": lambda p, x, y, b: p.first(p.sqdist(x)),
    "attention": lambda p, x, y, b: p.attention(x, y, b),
    "cosine attention": lambda p, x, y, b: p.attention(8 * p.unit(x), p.unit(y), b),
    "laplacian": lambda p, x, y, b: p.exp(-p.sqrt(p.sqdist(x))) @ b,
    "cauchy": lambda p, x, y, b: (1 / (1 + p.sqdist(x))) @ b,
    "matern52": matern52,
    "polynomial": lambda p, x, y, b: (1 + x @ y.T / 2) ** 3 @ b,
    "varifold": lambda p, x, y, b, u, v: (p.exp(-p.sqdist(x)) * (u @ v.T) ** 2) @ b,
    "anisotropic": anisotropic,
}
