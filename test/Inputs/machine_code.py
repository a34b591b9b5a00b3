"""Counts the instructions of a cubin's loops, without a disassembler.

A cubin is an ELF file; the code of a kernel is a section `.text.NAME` of 16-byte
instructions. The low 12 bits of an instruction say what it does; the top 3 of
these tell register, immediate and constant operands apart.
"""

import struct

# Opcodes of sm_80 to sm_121, without the bits that tell the kind of operand.
BRANCH = 0x947
NAMES = {
    0x021: "FADD", 0x023: "FFMA", 0x020: "FMUL", 0x109: "MUFU", 0x108: "MUFU",
    0x184: "LDS", 0x188: "STS", 0x181: "LDG", 0x186: "STG", 0x183: "LDL", 0x187: "STL",
    0x009: "FMNMX", 0x00B: "FSETP", 0x008: "FSEL", 0x029: "DADD", 0x02B: "DFMA",
    0x028: "DMUL", 0x02A: "DSETP", 0x010: "IADD3", 0x024: "IMAD", 0x011: "LEA",
    0x012: "LOP3", 0x019: "SHF", 0x00C: "ISETP", 0x007: "SEL", 0x017: "IMNMX",
    0x147: "BRA", 0x00F: "VIMNMX3", 0x002: "MOV", 0x01D: "BAR", 0x14D: "EXIT",
}


def sections(cubin):
    """Name and bytes of every section."""
    offset, = struct.unpack_from("<Q", cubin, 40)
    size, count, names = struct.unpack_from("<HHH", cubin, 58)
    headers = [struct.unpack_from("<IIQQQQ", cubin, offset + k * size) for k in range(count)]
    strings = headers[names][4]
    for name, _, _, _, start, length in headers:
        text = cubin[strings + name:cubin.index(b"\0", strings + name)]
        yield text.decode(), cubin[start:start + length] if length else b""


def decode(code):
    """The instructions: (name, target of a branch or None)."""
    instructions = []
    for ip in range(0, len(code) - 15, 16):
        low, high = struct.unpack_from("<QQ", code, ip)
        opcode = low & 0xFFF
        name = NAMES.get(opcode & 0x1FF, hex(opcode))
        target = None
        if opcode & 0x1FF == 0x147:
            bits = (low >> 16 & 0xFF) | ((low >> 34 | high << 30) & ((1 << 48) - 1)) << 8
            if bits >> 55 & 1:
                bits -= 1 << 56
            target = ip + 16 + 4 * bits
        instructions.append((name, target))
    return instructions


def loops(instructions):
    """First and last instruction of every backward branch."""
    for last, (_, target) in enumerate(instructions):
        if target is not None and 0 <= target <= 16 * last:
            yield target // 16, last


def count(instructions):
    counts = {}
    for name, _ in instructions:
        counts[name] = counts.get(name, 0) + 1
    return counts


def innermost(instructions):
    """The innermost loops, the longest first: lists of instructions."""
    ranges = list(loops(instructions))
    inner = [(a, b) for a, b in ranges
             if not any((c, d) != (a, b) and a <= c and d <= b for c, d in ranges)]
    return sorted((instructions[a:b + 1] for a, b in inner), key=len, reverse=True)


def kernels(path):
    """Name and instructions of each kernel of a cubin."""
    with open(path, "rb") as file:
        cubin = file.read()
    for name, code in sections(cubin):
        if name.startswith(".text."):
            yield name[len(".text."):], decode(code)


if __name__ == "__main__":
    import sys
    for name, instructions in kernels(sys.argv[1]):
        print(name, len(instructions), "instructions")
        for loop in innermost(instructions):
            print("  loop of", len(loop), dict(sorted(count(loop).items(), key=lambda kv: -kv[1])))
