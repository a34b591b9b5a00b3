/*===- CpuFeatures.h - where each feature's bit is ------------------------===*
 *
 * Names are LLVM's, since the compiler writes LLVM features into a variant. A
 * feature is usable when the processor has it and the operating system saves
 * its registers; a name missing here counts as unusable.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CPUFEATURES_H
#define KEOPS_RUNTIME_CPUFEATURES_H

#include <stdint.h>

#if defined(__x86_64__)

enum { EAX, EBX, ECX, EDX };

/** Registers that the operating system must save: bits of XCR0. */
enum { OS_ANY = 0, OS_YMM = 0x6, OS_ZMM = 0xe6, OS_TILE = 0x60000 };

typedef struct CpuFeature {
  const char *name;
  uint32_t leaf, subleaf;
  uint8_t reg, bit;
  uint32_t os;
} CpuFeature;

static const CpuFeature cpuFeatures[] = {
    {"cx8", 1, 0, EDX, 8, OS_ANY},
    {"cmov", 1, 0, EDX, 15, OS_ANY},
    {"mmx", 1, 0, EDX, 23, OS_ANY},
    {"fxsr", 1, 0, EDX, 24, OS_ANY},
    {"sse", 1, 0, EDX, 25, OS_ANY},
    {"sse2", 1, 0, EDX, 26, OS_ANY},
    {"x87", 1, 0, EDX, 0, OS_ANY},
    {"sse3", 1, 0, ECX, 0, OS_ANY},
    {"pclmul", 1, 0, ECX, 1, OS_ANY},
    {"ssse3", 1, 0, ECX, 9, OS_ANY},
    {"fma", 1, 0, ECX, 12, OS_YMM},
    {"cx16", 1, 0, ECX, 13, OS_ANY},
    {"sse4.1", 1, 0, ECX, 19, OS_ANY},
    {"sse4.2", 1, 0, ECX, 20, OS_ANY},
    {"crc32", 1, 0, ECX, 20, OS_ANY},
    {"movbe", 1, 0, ECX, 22, OS_ANY},
    {"popcnt", 1, 0, ECX, 23, OS_ANY},
    {"aes", 1, 0, ECX, 25, OS_ANY},
    {"xsave", 1, 0, ECX, 27, OS_ANY}, /* OSXSAVE: usable, not just present */
    {"avx", 1, 0, ECX, 28, OS_YMM},
    {"f16c", 1, 0, ECX, 29, OS_YMM},
    {"rdrnd", 1, 0, ECX, 30, OS_ANY},
    {"fsgsbase", 7, 0, EBX, 0, OS_ANY},
    {"sgx", 7, 0, EBX, 2, OS_ANY},
    {"bmi", 7, 0, EBX, 3, OS_ANY},
    {"avx2", 7, 0, EBX, 5, OS_YMM},
    {"bmi2", 7, 0, EBX, 8, OS_ANY},
    {"invpcid", 7, 0, EBX, 10, OS_ANY},
    {"rtm", 7, 0, EBX, 11, OS_ANY},
    {"avx512f", 7, 0, EBX, 16, OS_ZMM},
    {"evex512", 7, 0, EBX, 16, OS_ZMM},
    {"avx512dq", 7, 0, EBX, 17, OS_ZMM},
    {"rdseed", 7, 0, EBX, 18, OS_ANY},
    {"adx", 7, 0, EBX, 19, OS_ANY},
    {"avx512ifma", 7, 0, EBX, 21, OS_ZMM},
    {"clflushopt", 7, 0, EBX, 23, OS_ANY},
    {"clwb", 7, 0, EBX, 24, OS_ANY},
    {"avx512cd", 7, 0, EBX, 28, OS_ZMM},
    {"sha", 7, 0, EBX, 29, OS_ANY},
    {"avx512bw", 7, 0, EBX, 30, OS_ZMM},
    {"avx512vl", 7, 0, EBX, 31, OS_ZMM},
    {"avx512vbmi", 7, 0, ECX, 1, OS_ZMM},
    {"pku", 7, 0, ECX, 4, OS_ANY},
    {"waitpkg", 7, 0, ECX, 5, OS_ANY},
    {"avx512vbmi2", 7, 0, ECX, 6, OS_ZMM},
    {"shstk", 7, 0, ECX, 7, OS_ANY},
    {"gfni", 7, 0, ECX, 8, OS_ANY},
    {"vaes", 7, 0, ECX, 9, OS_YMM},
    {"vpclmulqdq", 7, 0, ECX, 10, OS_YMM},
    {"avx512vnni", 7, 0, ECX, 11, OS_ZMM},
    {"avx512bitalg", 7, 0, ECX, 12, OS_ZMM},
    {"avx512vpopcntdq", 7, 0, ECX, 14, OS_ZMM},
    {"rdpid", 7, 0, ECX, 22, OS_ANY},
    {"kl", 7, 0, ECX, 23, OS_ANY},
    {"cldemote", 7, 0, ECX, 25, OS_ANY},
    {"movdiri", 7, 0, ECX, 27, OS_ANY},
    {"movdir64b", 7, 0, ECX, 28, OS_ANY},
    {"enqcmd", 7, 0, ECX, 29, OS_ANY},
    {"uintr", 7, 0, EDX, 5, OS_ANY},
    {"avx512vp2intersect", 7, 0, EDX, 8, OS_ZMM},
    {"serialize", 7, 0, EDX, 14, OS_ANY},
    {"tsxldtrk", 7, 0, EDX, 16, OS_ANY},
    {"pconfig", 7, 0, EDX, 18, OS_ANY},
    {"amx-bf16", 7, 0, EDX, 22, OS_TILE},
    {"avx512fp16", 7, 0, EDX, 23, OS_ZMM},
    {"amx-tile", 7, 0, EDX, 24, OS_TILE},
    {"amx-int8", 7, 0, EDX, 25, OS_TILE},
    {"sha512", 7, 1, EAX, 0, OS_YMM},
    {"sm3", 7, 1, EAX, 1, OS_YMM},
    {"sm4", 7, 1, EAX, 2, OS_YMM},
    {"avxvnni", 7, 1, EAX, 4, OS_YMM},
    {"avx512bf16", 7, 1, EAX, 5, OS_ZMM},
    {"cmpccxadd", 7, 1, EAX, 7, OS_ANY},
    {"amx-fp16", 7, 1, EAX, 21, OS_TILE},
    {"hreset", 7, 1, EAX, 22, OS_ANY},
    {"avxifma", 7, 1, EAX, 23, OS_YMM},
    {"avxvnniint8", 7, 1, EDX, 4, OS_YMM},
    {"avxneconvert", 7, 1, EDX, 5, OS_YMM},
    {"amx-complex", 7, 1, EDX, 8, OS_TILE},
    {"avxvnniint16", 7, 1, EDX, 10, OS_YMM},
    {"prefetchi", 7, 1, EDX, 14, OS_ANY},
    {"usermsr", 7, 1, EDX, 15, OS_ANY},
    {"avx10.1", 7, 1, EDX, 19, OS_ZMM},
    {"xsaveopt", 0xd, 1, EAX, 0, OS_ANY},
    {"xsavec", 0xd, 1, EAX, 1, OS_ANY},
    {"xsaves", 0xd, 1, EAX, 3, OS_ANY},
    {"ptwrite", 0x14, 0, EBX, 4, OS_ANY},
    {"sahf", 0x80000001, 0, ECX, 0, OS_ANY},
    {"lzcnt", 0x80000001, 0, ECX, 5, OS_ANY},
    {"sse4a", 0x80000001, 0, ECX, 6, OS_ANY},
    {"prfchw", 0x80000001, 0, ECX, 8, OS_ANY},
    {"xop", 0x80000001, 0, ECX, 11, OS_YMM},
    {"fma4", 0x80000001, 0, ECX, 16, OS_YMM},
    {"tbm", 0x80000001, 0, ECX, 21, OS_ANY},
    {"mwaitx", 0x80000001, 0, ECX, 29, OS_ANY},
    {"64bit", 0x80000001, 0, EDX, 29, OS_ANY},
    {"clzero", 0x80000008, 0, EBX, 0, OS_ANY},
    {"rdpru", 0x80000008, 0, EBX, 4, OS_ANY},
    {"wbnoinvd", 0x80000008, 0, EBX, 9, OS_ANY},
};

#elif defined(__aarch64__)

/** Bits of getauxval(AT_HWCAP) (word 0) and AT_HWCAP2 (word 1), as Linux
 *  numbers them. */
typedef struct CpuFeature {
  const char *name;
  uint8_t word, bit;
} CpuFeature;

static const CpuFeature cpuFeatures[] = {
    {"fp-armv8", 0, 0},   {"neon", 0, 1},     {"aes", 0, 3},
    {"sha2", 0, 6},       {"crc", 0, 7},      {"lse", 0, 8},
    {"fullfp16", 0, 10},  {"rdm", 0, 12},     {"jsconv", 0, 13},
    {"complxnum", 0, 14}, {"rcpc", 0, 15},    {"sha3", 0, 17},
    {"sm4", 0, 19},       {"dotprod", 0, 20}, {"sve", 0, 22},
    {"fp16fml", 0, 23},   {"sve2", 1, 1},     {"i8mm", 1, 13},
    {"bf16", 1, 14},
};

#else

typedef struct CpuFeature {
  const char *name;
} CpuFeature;

static const CpuFeature cpuFeatures[] = {{"none"}};

#endif

enum { numCpuFeatures = sizeof(cpuFeatures) / sizeof(cpuFeatures[0]) };

#endif
