"""Reads the assembly that LLVM writes for x86-64 (AT&T syntax) and AArch64: functions, and what their instructions do.

    python3 assembly.py FILE.s      the loops of each function and what they hold
"""

import collections
import re

import control_flow

# What an instruction does, by its name without the v of AVX. The rest of what touches vectors is "other".
MOVE = re.compile(r"(mov(aps|apd|ups|upd|ss|sd|d|q|dq[au]\d*|hps|lps|hpd|lpd|ntps|ntpd|ntdqa?)|lddqu|maskmovp[sd])$")
BROADCAST = re.compile(r"(p?broadcast\w+|movddup)$")
MULTIPLY_ADD = re.compile(r"fn?m(add|sub)(\d|ps|pd|ss|sd)|fmaddsub|fmsubadd")
MULTIPLY = re.compile(r"mul[ps][sdh]$")
DIVIDE = re.compile(r"i?div([ps][sdh]|[bwlq])$")
SAME = re.compile(r"(p?xor|xorp[sd])[dq]?$")  # of one register: it becomes zero
VECTOR = re.compile(r"%[xyz]mm\d|%k[0-7]|\b[vq]\d+\b")
NARROW = re.compile(r"%(?:(?:[re]?([a-d])x|([a-d])[lh])|[re]?([sd]i|[sb]p)l?|(r\d+)[dwb]?)$")
JUMP = re.compile(r"j[a-z]+$|b(\.[a-z]+)?$|br$|[ct]bn?z$")
SLOT = re.compile(r"-?\d*\(%rsp\)$")
LABEL = re.compile(r'"?([.$\w-]+)"?:')
ENDS = {"retq", "ret", "ud2", "brk", "hlt"}


class Instruction:
    def __init__(self, text):
        self.name, _, rest = text.partition("\t")
        self.text = text
        self.operands = [part.strip() for part in re.findall(r"(?:\([^)]*\)|\[[^]]*\]|\{\w[^}]*,[^}]*\}|[^,])+", rest)]
        self.base = self.name[1:] if self.name.startswith("v") else self.name
        self.jump = bool(JUMP.match(self.name))
        self.call = self.name in ("callq", "call", "bl", "blr")
        self.memory = next((o for o in self.operands if "(" in o or o.startswith("[")), None)
        self.kind = self.find_kind()

    def find_kind(self):
        """scalar, load, store, move, multiply-add, multiply, mask or other."""
        if not VECTOR.search(self.text):
            return "scalar"
        if self.name.startswith(("ld", "st")):  # of AArch64
            return "load" if self.name.startswith("ld") else "store"
        if self.name in ("mov", "movi"):
            return "move"
        if MOVE.match(self.base):
            if self.memory:
                return "store" if self.stores() else "load"
            # A masked move is a selection; one from an integer register costs as much as arithmetic.
            same = len(self.operands) == 2 and all(re.match(r"%[xyz]mm\d+$", o) for o in self.operands)
            return "move" if same else "other"
        if BROADCAST.match(self.base) and self.memory:
            return "load"
        if SAME.match(self.base) and len(set(self.operands)) == 1:
            return "move"
        if MULTIPLY_ADD.match(self.base) or self.name in ("fmla", "fmls"):
            return "multiply-add"
        if MULTIPLY.match(self.base) or self.name in ("fmul", "fnmul"):
            return "multiply"
        return "mask" if re.match(r"k[a-z]+[bwdq]$", self.name) else "other"

    def stores(self):
        return self.memory is not None and self.operands[-1] == self.memory and not self.name.startswith("ld")

    def loads(self):
        """Whether it reads memory, by itself or beside what it computes."""
        return self.kind != "scalar" and self.memory is not None and not self.stores()

    def result(self):
        """The integer register, or place on the stack, that it writes."""
        return whole(self.operands[-1]) if self.operands and not self.name.startswith(("cmp", "test")) else None

    def packed(self):
        """Whether it multiplies in every lane."""
        if not self.kind.startswith("multiply"):
            return False
        return bool(re.search(r"p[sd]$", self.name)) or bool(re.search(r"\bv\d+\.\d+[sd]", self.text))


class Function:
    """Instructions, and for each of them in `follows` where execution may go on."""

    def __init__(self, name, lines, labels, tables):
        self.name = name
        self.instructions = [Instruction(line) for line in lines]
        self.follows = []
        for k, at in enumerate(self.instructions):
            targets = []
            if at.jump:
                to = at.operands[-1]
                targets = [labels[to]] if to in labels else [] if not to.startswith("*") and at.name != "br" else tables
            if at.name not in ENDS and at.name not in ("jmp", "jmpq", "b", "br") and k + 1 < len(lines):
                targets = targets + [k + 1]
            self.follows.append(targets)
        # %rbp is the frame only where the function made it so.
        starts = (re.match(r"movq\t%rsp, (%\w+)$", line) for line in lines[:40])
        self.frame = {"%rsp", "sp"} | {match.group(1) for match in starts if match}

    def loops(self):
        return control_flow.loops(self.follows)

    def shortest(self, head, body):
        return control_flow.shortest(self.follows, head, body)

    def on_stack(self, index):
        """Whether it moves vectors from or to the stack, by itself or beside what it computes."""
        at = self.instructions[index]
        base = re.search(r"[(\[](%?\w+)", at.memory) if at.memory else None
        return at.kind != "scalar" and bool(base) and base.group(1) in self.frame


def whole(operand):
    """`r8` for %r8d, `a` for %eax and %al, `8(%rsp)` for a place on the stack; None for what holds no integer."""
    match = NARROW.match(operand)
    return next(name for name in match.groups() if name) if match else operand if SLOT.match(operand) else None


def functions(text):
    """{name: Function} of an assembly file."""
    made, name, lines, labels, tables = {}, None, [], {}, collections.defaultdict(list)
    table, parts = None, {}
    for line in text.splitlines():
        line = re.sub(r"\s+(#\s.*|//.*)$", "", line)
        label = LABEL.match(line)
        if label:
            table = label.group(1) if "JTI" in label.group(1) else None
            if label.group(1).startswith("keops.") or re.match(r"[A-Za-z_]\w*$", label.group(1)):
                name, lines, labels = label.group(1), [], {}
            elif label.group(1).startswith(".Lfunc_end") and name:
                parts[name], name = (lines, labels), None
            elif name:
                labels[label.group(1)] = len(lines)
        elif table and (entry := re.search(r"\.(?:long|quad|word|hword|byte)\s+\(?(\.LBB\w+)", line)):
            tables[re.sub(r"\D*(\d+)_.*", r"\1", table)].append(entry.group(1))
        elif name and re.match(r"\s+[a-z]", line):
            lines.append("\t".join(line.split(None, 1)))
    for name, (lines, labels) in parts.items():
        # The tables of a function carry its number, as its labels do.
        numbers = {re.sub(r"\D*(\d+)_.*", r"\1", label) for label in labels if label.startswith(".LBB")}
        targets = sorted({labels[t] for n in numbers for t in tables[n] if t in labels})
        made[name] = Function(name, lines, labels, targets)
    return made


if __name__ == "__main__":
    import sys
    for function in functions(open(sys.argv[1]).read()).values():
        print(function.name, len(function.instructions), "instructions")
        for head, body in sorted(function.loops().items()):
            path = function.shortest(head, body)
            counts = collections.Counter(function.instructions[k].kind for k in path)
            print(f"  {head}: loop of {len(body)}, {len(path)} the shortest way:", dict(counts))
