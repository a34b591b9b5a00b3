/*===- Fiber.c - the switch between two stacks ----------------------------===*/
#include "Fiber.h"

#ifdef KEOPS_FIBER_ASSEMBLY
/* clang-format off */
__asm__(".text\n"
        ".globl keopsSwitchStack\n"
        ".hidden keopsSwitchStack\n"
        ".type keopsSwitchStack,@function\n"
        "keopsSwitchStack:\n"
        "  pushq %rbp\n"
        "  pushq %rbx\n"
        "  pushq %r12\n"
        "  pushq %r13\n"
        "  pushq %r14\n"
        "  pushq %r15\n"
        "  movq %rsp, (%rdi)\n"
        "  movq %rsi, %rsp\n"
        "  popq %r15\n"
        "  popq %r14\n"
        "  popq %r13\n"
        "  popq %r12\n"
        "  popq %rbx\n"
        "  popq %rbp\n"
        "  ret\n"
        ".size keopsSwitchStack,.-keopsSwitchStack\n");
/* clang-format on */
#else
typedef int KeopsFiberNeedsNoAssembly;
#endif
