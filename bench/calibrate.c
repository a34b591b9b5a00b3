/*===- calibrate.c - what the machine does at most ------------------------===*
 *
 * Each function does a known amount of one kind of work; the caller times it.
 * The FMA loops keep ten independent chains, more than latency times rate on
 * any core so far; assembly keeps the compiler from merging or moving them.
 *
 *===----------------------------------------------------------------------===*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Dependent additions, one per clock. Of a register: some processors add
 * constants while they rename registers, several in a clock. */
#ifdef __aarch64__
#define ADD "add %0, %0, %1\n\t"
#else
#define ADD "add %1, %0\n\t"
#endif
int64_t scalarClock(int64_t count) {
  int64_t x = 0, one = 1;
  for (int64_t k = 0; k < count; k += 8)
    __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x) : "r"(one));
  return x;
}

#ifdef __x86_64__
#define TEN(one)                                                               \
  one(0) one(1) one(2) one(3) one(4) one(5) one(6) one(7) one(8) one(9)
#define FMA_YMM(k) "vfmadd132ps %%ymm" #k ", %%ymm" #k ", %%ymm" #k "\n\t"
#define FMA_ZMM(k) "vfmadd132ps %%zmm" #k ", %%zmm" #k ", %%zmm" #k "\n\t"
#define CLEAR(k) "vxorps %%ymm" #k ", %%ymm" #k ", %%ymm" #k "\n\t"
#define CLOBBER                                                                \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9"

#define FMA_LOOP(name, isa, instruction)                                       \
  __attribute__((target(isa))) void name(int threads, int64_t count) {         \
    _Pragma("omp parallel num_threads(threads)") {                             \
      __asm__ volatile(TEN(CLEAR)::: CLOBBER);                                 \
      for (int64_t k = 0; k < count; k += 10)                                  \
        __asm__ volatile(TEN(instruction)::: CLOBBER);                         \
    }                                                                          \
  }
FMA_LOOP(fma256, "avx2,fma", FMA_YMM)
FMA_LOOP(fma512, "avx512f", FMA_ZMM)

int supports256(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
int supports512(void) { return __builtin_cpu_supports("avx512f"); }
#endif

/* Reads `bytes` bytes with each thread on its own part; returns their sum. */
int64_t readMemory(int threads, const int64_t *data, int64_t bytes) {
  int64_t sum = 0;
#pragma omp parallel for reduction(+ : sum) num_threads(threads)
  for (int64_t k = 0; k < bytes / 8; ++k)
    sum += data[k];
  return sum;
}
