"""Checks what cpu_gates.py says of code written by hand: what it counts, and that each of its complaints can come."""

import cpu_gates
from cpu_gates import assembly, trip

# Two rows of lanes, columns one by one. A loop over ten components whose last turn is elsewhere, rare work behind a
# jump, a loop over pairs that begins in the middle, a tail, and the same pairs by another formula.
CODE = """
keops.k.0.x86-64-v4.accumulate:
    pushq %rbp
    movl $36, %r9d
    testq %rsi, %rsi
    je .LBB0_8
    jmp .LBB0_2
.LBB0_1:
    incq %rcx
    cmpq %rcx, %rdx
    je .LBB0_6
.LBB0_2:
    vxorps %xmm1, %xmm1, %xmm1
    vmovaps %zmm1, %zmm2
    xorl %eax, %eax
.LBB0_3:
    vbroadcastss (%rbp,%rax), %zmm0             # a number of y
    vfmadd231ps (%r8,%rax,8), %zmm0, %zmm1
    vfmadd231ps 64(%r8,%rax,8), %zmm0, %zmm2
    addq $4, %rax
    cmpq %r9, %rax
    jne .LBB0_3
    vfmadd231ps 36(%rbp){1to16}, %zmm0, %zmm1
    vfmadd231ps 36(%rbp){1to16}, %zmm0, %zmm2
    vmovups %zmm1, (%rdi)
    vmulps .LCPI0_0(%rip){1to16}, %zmm1, %zmm1
    vmulps %zmm2, %zmm2, %zmm2 {%k1} {z}
    vcmpltps %zmm1, %zmm2, %k1
    kortestw %k1, %k1
    je .LBB0_1
    vmulps %zmm1, %zmm2, %zmm3
    vmulps %zmm1, %zmm2, %zmm3
    jmp .LBB0_1
.LBB0_6:
    vmulps %zmm1, %zmm2, %zmm3
    vmulps %zmm1, %zmm2, %zmm3
    decq %rsi
    jne .LBB0_6
    retq
.LBB0_8:
    vmulps %zmm1, %zmm2, %zmm3
    vaddps %zmm1, %zmm2, %zmm3
    vaddps %zmm1, %zmm2, %zmm3
    vaddps %zmm1, %zmm2, %zmm3
    {}
    decq %rsi
    jne .LBB0_8
    retq
.Lfunc_end0:
""".replace("{}", "\n".join(["    vmulps %zmm1, %zmm2, %zmm3"] * 21))
# Ten components in blocks of four, counted up in another register.
BLOCKS = """
keops.k.0.x86-64-v4.accumulate:
    movq $0, 8(%rsp)
.LBB0_1:
    xorl %r8d, %r8d
.LBB0_2:
    leaq 4(%r8), %r11
    cmpq $10, %r11
    movl $10, %r10d
    cmovbq %r11, %r10
    xorl %eax, %eax
.LBB0_3:
    vmulps (%rdi), %zmm1, %zmm1
    leaq (%r8,%rax), %rdx
    incq %rdx
    incq %rax
    cmpq %r10, %rdx
    jb .LBB0_3
    cmpq $6, %r8
    movq %r11, %r8
    jb .LBB0_2
    subq $1, %rsi
    jne .LBB0_1
    retq
.Lfunc_end0:
"""
ARM = """
keops.k.0.generic.accumulate:
    cbz x0, .LBB0_2
.LBB0_1:
    ld1r { v0.4s }, [x1], #4
    fmla v1.4s, v0.4s, v2.4s
    bl expf
    subs x0, x0, #1
    b.ne .LBB0_1
.LBB0_2:
    bl memset
    ret
.Lfunc_end0:
"""
MAIN = "kortestw %k1, %k1"
GATE = cpu_gates.Gate("k", "", 11, (15, 0, 0), (0, 0, 0), (35, 0, 0))


def ways(code):
    function = assembly.functions(code)["keops.k.0.x86-64-v4.accumulate"]
    return cpu_gates.hot_loops(function, GATE, 2)


def found(instruction, ops=15, total=35):
    """The complaints when an instruction is put into the loop."""
    way = ways(CODE.replace(MAIN, MAIN + "\n    " + instruction))[0]
    return [problem.split(", ")[0] for problem in cpu_gates.complaints(way, ops, 0, total, 0)]


def same(what, got, expected):
    if got != expected:
        raise SystemExit(f"{what}: {got}, not {expected}")


main, other = ways(CODE)
# 2 x 10 multiply-adds, 2 multiplications, a comparison, a mask operation; two registers set.
expected = {"ops": 24, "multiply-add": 20, "multiply": 2, "mask": 1, "other": 1, "move": 2, "load": 9, "store": 1, "loads": 30, "stack": 0}
same("counts", {kind: main.counts[kind] for kind in expected}, expected)
same("instructions", main.counts["total"], 3 + 3 + 9 * 6 + 8)
same("pairs", (main.vectors, other.vectors), (2, 2))
same("alternative", other.per_vector("ops"), 12.5)
same("a rest that follows", len(ways(CODE.replace("retq\n.LBB0_8", "nop\n.LBB0_8"))), 1)
same("unrolled", ways(CODE.replace("$36, %r9d", "$84, %r9d"))[0].vectors, 4)

blocks = assembly.functions(BLOCKS)["keops.k.0.x86-64-v4.accumulate"]
counts = trip.Trip(blocks, 1, blocks.loops()[1]).counts
same("blocks", {blocks.instructions[k].name: n for k, n in counts.items()}["vmulps"], 10)
same("calls on AArch64", cpu_gates.arm_calls(assembly.functions(ARM), GATE), 1)

same("fine", found("nop"), [])
same("operations", found("nop", 11.9), ["12.0 operations"])
same("instructions in all", found("nop", total=34), ["34.5 instructions in all"])
same("call", found("callq expf@PLT"), ["1 calls"])
same("gather", found("vgatherdps (%rax,%zmm5,4), %zmm4 {%k1}"), ["1 gathers or scatters"])
same("division", found("vdivps %zmm4, %zmm5, %zmm5"), ["0.5 divisions"])
same("stack", found("vmovaps 64(%rsp), %zmm9"), ["0.5 vectors on the stack"])
same("unaligned", found("vmovups 32(%rsp), %zmm9")[1:], ["1 vectors on the stack that may lie across two cache lines"])
same("operand on the stack", found("vaddps 32(%rsp){1to16}, %zmm9, %zmm9"), ["0.5 vectors on the stack"])
same("spilled integer", found("movq 8(%rsp), %rax"), [])
same("array at %rbp", found("vmovups 32(%rbp), %zmm9"), [])
framed = CODE.replace("pushq %rbp", "pushq %rbp\n    movq %rsp, %rbp")
same("frame at %rbp", ways(framed)[0].counts["stack"], 11)
try:
    ways(CODE.replace("$36, %r9d", "$8, %r9d").replace("vmulps %zmm1, %zmm2, %zmm3", "nop"))
except LookupError as problem:
    same("no loop", str(problem), "keops.k.0.x86-64-v4.accumulate: no loop found that has all multiplications of a pair")
else:
    raise SystemExit("a loop without the work counts")
