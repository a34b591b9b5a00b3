"""The kernels of cases_random, differentiated: formulas that nobody thought of."""

import cases
import cases_random  # noqa: F401, registers its cases
from derivatives import kernel

SIZES = [(1, 1), (7, 9), (9, 7), (0, 3), (3, 0)]

for _case in cases.CASES:
    _sizes = [s for s in SIZES if s in _case.sizes or s[0] and s[1]]
    _data = {v.name: v.data for v in _case.variables}
    kernel(_case.text, sizes=_sizes, kinks=True, rough=True, **_data)
