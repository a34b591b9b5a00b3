/*===- Visibility.h - which symbols others see ----------------------------===*
 *
 * Several copies of the runtime may meet in one program: every libX.a and
 * libX.so that keopsc writes carries one, perhaps of another version. Three
 * rules keep them from each other's throats:
 *
 * 1. The runtime is one translation unit (Runtime.c) and everything in it is
 *    static except the few functions below, so a linker can never pair halves
 *    of two versions.
 * 2. Those functions are weak: the first definition wins, the others are no
 *    error. Their names carry a version where their meaning could ever change
 *    (keops_rt_call_v1); a runtime keeps all older names, a kernel asks for the
 *    newest it needs, and the linker finds a runtime that has it.
 * 3. What users call has default visibility, and a shared library exports it:
 *    a program linked with libgauss.so alone can ask keops_last_error. What
 * only compiled kernels call is hidden, so each shared library runs its own
 *    copy. The state that all copies must agree on (the error text, the
 *    parallel-for) sits behind two exported functions whose layout is frozen;
 *    see Shared.h.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_VISIBILITY_H
#define KEOPS_RUNTIME_VISIBILITY_H

/** Functions of keops.h, and the frozen ones of Shared.h. */
#define KEOPS_RT_PUBLIC __attribute__((weak, visibility("default")))

/** Functions of abi.h. libkeops_rt.so must export them: objects link to it. */
#ifdef KEOPS_RT_SHARED_LIBRARY
#define KEOPS_RT_ENTRY __attribute__((weak, visibility("default")))
#else
#define KEOPS_RT_ENTRY __attribute__((weak, visibility("hidden")))
#endif

#endif
