"""Follows one trip round a loop of x86-64 code, to count what it executes.

Integer registers are followed as far as they are constants, or differ by constants from what they were, so loops within
the loop that have constant bounds go round as often as they do when the code runs. Where a jump depends on anything
else, the trip takes the shorter way to the end, where rare work is jumped over.
"""

import collections
import re

import control_flow
from assembly import whole

MOST = 1000000  # instructions of a trip
OTHERS = re.compile(r"call|mul[lq]|i?div[lq]|c[lq]t|cw|xchg|rep|cpuid")  # change registers that they do not name
KEEP_FLAGS = re.compile(r"(mov|lea|cmov|set|nop|push|pop|not|call)")
SET_FLAGS = re.compile(r"v?(ptest|u?comis[sd]|testp[sd])|kor?test|ktest")
SIGNED = {"l": "<", "ge": ">=", "le": "<=", "g": ">"}
UNSIGNED = {"b": "<", "ae": ">=", "be": "<=", "a": ">"}
SIGN = {"s": "<", "ns": ">="}
COMPARE = {"<": lambda a, b: a < b, ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b}
ADDRESS = re.compile(r"(-?\d*)\((%\w+)?(?:,(%\w+)(?:,(\d))?)?\)$")


class Unknown:
    """A number, of which only is known that it is the same wherever it is."""


def add(a, b):
    """A value is an Unknown, or None for zero, and a constant to add to it."""
    return (a[0] or b[0], a[1] + b[1]) if not (a[0] and b[0]) else (Unknown(), 0)


def times(a, factor):
    return (None, a[1] * factor) if a[0] is None else a if factor == 1 else (Unknown(), 0)


class Trip:
    """How often each instruction runs, in `counts`."""

    def __init__(self, function, head, body):
        self.function, self.flags = function, None
        self.registers, self.counts = {}, collections.Counter()
        self.constants(head, body)
        distance, at = control_flow.distances(function.follows, head, body), head
        for _ in range(MOST):
            self.counts[at] += 1
            follows = [k for k in function.follows[at] if k in distance]
            jump = self.run(function.instructions[at])
            if jump is not None and len(follows) == 2:
                at = follows[0 if jump else 1]
            else:
                at = min(follows, key=distance.get)
            if at == head:
                return
        raise LookupError(f"{function.name}: a loop without an end")

    def constants(self, head, body):
        """Registers that are set to constants before the loop and stay."""
        changed = {self.function.instructions[k].result() for k in body}
        for at in self.function.instructions[:head]:
            if at.result() and at.result() not in changed:
                self.run(at)

    def value(self, operand):
        if re.match(r"\$-?\d+$", operand):
            return (None, int(operand[1:]))
        name = whole(operand)
        return self.registers.setdefault(name, (Unknown(), 0)) if name else (Unknown(), 0)

    def run(self, at):
        """Whether its jump is taken; None where it is no jump or not known."""
        if at.jump:
            return self.holds(at.name[1:])
        if at.kind == "scalar" and OTHERS.match(at.name):
            self.registers.clear()
        flags, result = self.flags_of(at), self.result(at) if at.result() else None
        if at.result():
            self.registers[at.result()] = result
        self.flags = (result, (None, 0), ("e", "ne", "s", "ns")) if flags == "result" else flags
        return None

    def flags_of(self, at):
        """What jumps compare after an instruction."""
        if at.kind == "scalar" and re.match(r"(cmp|sub|dec)[lq]$", at.name):
            amount = (None, 1) if at.name.startswith("dec") else self.value(at.operands[0])
            return self.value(at.operands[-1]), amount, None
        if re.match(r"test[lq]$", at.name) and at.operands[0] == at.operands[1]:
            return self.value(at.operands[0]), (None, 0), None
        if re.match(r"(add|inc)[lq]$", at.name):
            return "result" if at.result() else None
        changes = SET_FLAGS.match(at.name) or at.kind == "scalar" and not KEEP_FLAGS.match(at.name)
        return None if changes else self.flags

    def address(self, operand):
        parts = ADDRESS.match(operand)
        if not parts or parts.group(2) == "%rip":
            return (Unknown(), 0)
        offset, base, index, scale = parts.groups()
        total = (None, int(offset or "0"))
        total = add(total, self.value(base)) if base else total
        return add(total, times(self.value(index), int(scale or "1"))) if index else total

    def result(self, at):
        """What an instruction leaves in its register."""
        plain, sources = re.sub(r"[lq]$", "", at.name), at.operands
        if plain in ("inc", "dec"):
            return add(self.value(sources[0]), (None, 1 if plain == "inc" else -1))
        if len(sources) != 2:
            return (Unknown(), 0)
        if plain == "lea":
            return self.address(sources[0])
        if plain == "xor" and sources[0] == sources[1]:
            return (None, 0)
        source, old = self.value(sources[0]), self.value(sources[1])
        if plain in ("mov", "movabs"):
            return source
        if plain == "add" or plain == "sub" and source[0] is None:
            return add(old, times(source, 1 if plain == "add" else -1))
        if plain.startswith("cmov"):
            taken = self.holds(plain[4:])
            return (Unknown(), 0) if taken is None else source if taken else old
        if source[0] is None and old[0] is None and plain in ("and", "or", "shl"):
            a, b = old[1], source[1]
            return (None, a & b if plain == "and" else a | b if plain == "or" else a << b)
        return (Unknown(), 0)

    def holds(self, condition):
        """Whether a condition holds; None where that is not known."""
        left, right, conditions = self.flags or ((Unknown(), 0), (None, 0), None)
        if left[0] is not right[0] or conditions and condition not in conditions:
            return None
        a, b = left[1], right[1]
        if condition in ("e", "ne"):
            return (a == b) == (condition == "e")
        if condition in UNSIGNED:
            if left[0] is None:
                a, b = a % 2**64, b % 2**64
            return COMPARE[UNSIGNED[condition]](a, b)
        relation = {**SIGNED, **SIGN}.get(condition)
        return COMPARE[relation](a, b) if relation else None
