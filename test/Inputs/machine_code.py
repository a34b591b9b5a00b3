"""Counts the instructions of a cubin's loops, without a disassembler.

A cubin is an ELF file; the code of a kernel is a section `.text.NAME` of 16-byte
instructions. The low 12 bits of an instruction say what it does; the top 3 of
these tell register, immediate and constant operands apart.
"""

import struct

import control_flow

# Opcodes of sm_80 to sm_121, without the bits that tell the kind of operand.
NAMES = {
    0x002: "MOV", 0x007: "SEL", 0x008: "FSEL", 0x009: "FMNMX", 0x00B: "FSETP", 0x00C: "ISETP", 0x00F: "VIMNMX3",
    0x010: "IADD3", 0x011: "LEA", 0x012: "LOP3", 0x016: "PRMT", 0x017: "IMNMX", 0x019: "SHF", 0x01C: "PLOP3",
    0x01D: "BAR", 0x020: "FMUL", 0x021: "FADD", 0x023: "FFMA", 0x024: "IMAD", 0x025: "IMAD.WIDE", 0x027: "IMAD.HI",
    0x028: "DMUL", 0x029: "DADD", 0x02A: "DSETP", 0x02B: "DFMA", 0x030: "HADD2", 0x031: "HFMA2", 0x032: "HMUL2",
    0x035: "HFMA2.MMA", 0x036: "VIADD", 0x03B: "LDSM", 0x03C: "HMMA", 0x03E: "F2FP", 0x048: "VIMNMX", 0x082: "UMOV",
    0x087: "USEL", 0x08C: "UISETP", 0x090: "UIADD3", 0x091: "ULEA", 0x092: "ULOP3", 0x099: "USHF", 0x0A4: "UIMAD",
    0x0A5: "UIMAD.WIDE", 0x0B9: "ULDC", 0x104: "F2F", 0x105: "F2I", 0x106: "I2F", 0x108: "MUFU", 0x109: "POPC",
    0x110: "F2F.64", 0x111: "F2I.64", 0x112: "I2F.64", 0x118: "NOP", 0x119: "S2R", 0x141: "BSYNC", 0x142: "BREAK",
    0x143: "CALL", 0x144: "CALL", 0x145: "BSSY", 0x147: "BRA", 0x148: "WARPSYNC", 0x149: "BRX", 0x14D: "EXIT",
    0x150: "RET", 0x180: "LD", 0x181: "LDG", 0x182: "LDC", 0x183: "LDL", 0x184: "LDS", 0x185: "ST", 0x186: "STG",
    0x187: "STL", 0x188: "STS", 0x189: "SHFL", 0x1AE: "LDGSTS", 0x1C2: "R2UR", 0x1C3: "S2UR",
}
REGISTERS = 0x2F  # attribute of .nv.info
ENDS = {"EXIT", "RET", "BRX"}


class Instruction:
    """target: where a branch goes, an index; guarded: may fall through instead; bytes: what a load of memory fetches."""

    def __init__(self, low, high, index, sm):
        self.name = NAMES.get(low & 0x1FF, hex(low & 0x1FF))
        self.target = None
        # A predicate guards every instruction; branches have a second one, or a uniform one.
        self.guarded = low >> 12 & 7 != 7
        if self.name == "BRA":
            self.guarded |= high >> 23 & 7 != 7 or low & 0xFFF != 0x947
            offset, width = (low >> 34 | high << 30) & ((1 << 48) - 1), 48
            if sm >= 90:  # eight more bits below these
                offset, width = offset << 8 | low >> 16 & 0xFF, 56
            offset -= offset >> (width - 1) << width
            self.target = index + 1 + offset // 4
        self.bytes = {4: 4, 5: 8, 6: 16}.get(high >> 9 & 7, 4) if self.name[:2] == "LD" else 0


class Kernel:
    def __init__(self, name, code, registers, sm):
        self.name, self.registers = name, registers
        words = struct.iter_unpack("<QQ", code)
        self.instructions = [Instruction(low, high, k, sm) for k, (low, high) in enumerate(words)]
        self.follows = [self.next(k) for k in range(len(self.instructions))]

    def next(self, index):
        """Where execution may go on."""
        at = self.instructions[index]
        follows = [] if at.target is None else [at.target]
        if at.guarded or (at.target is None and at.name not in ENDS):
            follows.append(index + 1)
        return [k for k in follows if 0 <= k < len(self.instructions)]

    def loops(self):
        return control_flow.loops(self.follows)

    def shortest(self, head, body):
        return control_flow.shortest(self.follows, head, body)

    def count(self, indices=None):
        counts = {}
        for k in range(len(self.instructions)) if indices is None else indices:
            name = self.instructions[k].name
            counts[name] = counts.get(name, 0) + 1
        return counts


def attributes(info, wanted):
    """Symbol and value of the attributes of one kind in a section .nv.info."""
    at = 0
    while at < len(info):
        form, kind, size = struct.unpack_from("<BBH", info, at)
        at += 4
        if form == 4:  # otherwise `size` is the value
            if kind == wanted:
                yield struct.unpack_from("<II", info, at)
            at += size


def kernels(path):
    """The kernels of a cubin."""
    with open(path, "rb") as file:
        cubin = file.read()
    flags, = struct.unpack_from("<I", cubin, 48)
    sm = flags >> 8 & 0xFF if cubin[8] >= 8 else flags & 0xFF
    offset, = struct.unpack_from("<Q", cubin, 40)
    size, count, names = struct.unpack_from("<HHH", cubin, 58)
    headers = [struct.unpack_from("<IIQQQQII", cubin, offset + k * size) for k in range(count)]
    strings = headers[names][4]
    text = lambda at: cubin[at:cubin.index(b"\0", at)].decode()
    parts = {text(strings + h[0]): cubin[h[4]:h[4] + h[5]] for h in headers}
    first = next(h[4] for h in headers if text(strings + h[0]) == ".strtab")
    symbols = [text(first + n) for n, _, _ in struct.iter_unpack("<I4xQQ", parts[".symtab"])]
    registers = {symbols[index]: number for index, number in attributes(parts[".nv.info"], REGISTERS)}
    for name, code in parts.items():
        if name.startswith(".text."):
            name = name[len(".text."):]
            yield Kernel(name, code, registers[name], sm)


if __name__ == "__main__":
    import sys
    for kernel in kernels(sys.argv[1]):
        print(kernel.name, len(kernel.instructions), "instructions", kernel.registers, "registers")
        for head, body in sorted(kernel.loops().items()):
            path = kernel.shortest(head, body)
            counts = sorted(kernel.count(path).items(), key=lambda kv: -kv[1])
            print(f"  {head}: loop of {len(body)}, {len(path)} the shortest way:", dict(counts))
