/*===- Fiber.h - threads that take turns on one host thread ---------------===*
 *
 * A simulated block has hundreds of threads that wait for each other many
 * times, so switching must be cheap: a dozen instructions on x86-64, where
 * swapcontext would ask the kernel for the signal mask each time. Elsewhere
 * swapcontext does it.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_SIMULATOR_FIBER_H
#define KEOPS_SIMULATOR_FIBER_H

#include <stddef.h>
#include <stdint.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEOPS_FIBER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define KEOPS_FIBER_ASAN 1
#endif

#ifdef KEOPS_FIBER_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

#if defined(__x86_64__) && !defined(KEOPS_FIBER_PORTABLE)
#define KEOPS_FIBER_ASSEMBLY 1
#else
#include <ucontext.h>
#endif

typedef struct Fiber {
#ifdef KEOPS_FIBER_ASSEMBLY
  void *sp; /* while it does not run */
#else
  ucontext_t context;
#endif
  const void *stack; /* its lowest address */
  size_t stackBytes;
  void *fakeStack; /* AddressSanitizer's */
} Fiber;

#ifdef KEOPS_FIBER_ASSEMBLY
/** Saves what a function must preserve, and goes on where `to` stopped. */
void keopsSwitchStack(void **from, void *to);
#endif

/** What a switch is for. */
enum FiberSwitch { fiberReturns, fiberEnds };

static inline void switchFiber(Fiber *from, Fiber *to,
                               enum FiberSwitch purpose) {
#ifdef KEOPS_FIBER_ASAN
  __sanitizer_start_switch_fiber(purpose == fiberEnds ? NULL : &from->fakeStack,
                                 to->stack, to->stackBytes);
#else
  (void)purpose;
#endif
#ifdef KEOPS_FIBER_ASSEMBLY
  keopsSwitchStack(&from->sp, to->sp);
#else
  swapcontext(&from->context, &to->context);
#endif
#ifdef KEOPS_FIBER_ASAN
  __sanitizer_finish_switch_fiber(from->fakeStack, NULL, NULL);
#endif
}

/** A fiber that will run `start`, which never returns and first calls
 *  beginFiber. */
static inline void makeFiber(Fiber *fiber, char *stack, size_t bytes,
                             void (*start)(void)) {
  fiber->stack = stack;
  fiber->stackBytes = bytes;
  fiber->fakeStack = NULL;
#ifdef KEOPS_FIBER_ASSEMBLY
  /* As if `start` had been called from nowhere: an address to return to, which
   * is aligned as the calling convention says, above six saved registers. */
  enum { savedRegisters = 6 };
  uintptr_t top = ((uintptr_t)stack + bytes) / 16 * 16;
  void **slots = (void **)(top - 16);
  slots[0] = (void *)(uintptr_t)start;
  slots[1] = NULL;
  for (int r = 1; r <= savedRegisters; ++r)
    slots[-r] = NULL;
  fiber->sp = slots - savedRegisters;
#else
  getcontext(&fiber->context);
  fiber->context.uc_stack.ss_sp = stack;
  fiber->context.uc_stack.ss_size = bytes;
  fiber->context.uc_link = NULL;
  makecontext(&fiber->context, start, 0);
#endif
}

/** The first thing on a new fiber; learns the stack of who switched to it. */
static inline void beginFiber(Fiber *caller) {
#ifdef KEOPS_FIBER_ASAN
  __sanitizer_finish_switch_fiber(NULL, &caller->stack, &caller->stackBytes);
#else
  (void)caller;
#endif
}

#endif
