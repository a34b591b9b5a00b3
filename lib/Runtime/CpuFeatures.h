/*===- CpuFeatures.h - where each feature's bit is ------------------------===*
 *
 * Names are LLVM's, since the compiler writes LLVM features into a variant. A
 * feature is usable when the processor has it and the operating system saves
 * its registers. LLVM's list for a processor also names what only system code
 * or explicit intrinsics use, and those are often switched off (SGX) or hidden
 * by a virtual machine: a kernel does without. A name in neither list is
 * unusable.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CPUFEATURES_H
#define KEOPS_RUNTIME_CPUFEATURES_H

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)

enum { EAX, EBX, ECX, EDX };

/** Registers that the operating system must save: bits of XCR0. */
enum { OS_ANY = 0, OS_YMM = 0x6, OS_ZMM = 0xe6, OS_APX = 0x80000 };

typedef struct CpuFeature {
  const char *name;
  uint32_t leaf, subleaf;
  uint8_t reg, bit;
  uint32_t os;
} CpuFeature;

static const CpuFeature cpuFeatures[] = {
    {"sse3", 1, 0, ECX, 0, OS_ANY},
    {"ssse3", 1, 0, ECX, 9, OS_ANY},
    {"fma", 1, 0, ECX, 12, OS_YMM},
    {"cx16", 1, 0, ECX, 13, OS_ANY},
    {"sse4.1", 1, 0, ECX, 19, OS_ANY},
    {"sse4.2", 1, 0, ECX, 20, OS_ANY},
    {"movbe", 1, 0, ECX, 22, OS_ANY},
    {"popcnt", 1, 0, ECX, 23, OS_ANY},
    {"xsave", 1, 0, ECX, 27, OS_ANY}, /* OSXSAVE: usable, not just present */
    {"avx", 1, 0, ECX, 28, OS_YMM},
    {"f16c", 1, 0, ECX, 29, OS_YMM},
    {"bmi", 7, 0, EBX, 3, OS_ANY},
    {"avx2", 7, 0, EBX, 5, OS_YMM},
    {"bmi2", 7, 0, EBX, 8, OS_ANY},
    {"avx512f", 7, 0, EBX, 16, OS_ZMM},
    {"evex512", 7, 0, EBX, 16, OS_ZMM},
    {"avx512dq", 7, 0, EBX, 17, OS_ZMM},
    {"avx512ifma", 7, 0, EBX, 21, OS_ZMM},
    {"avx512cd", 7, 0, EBX, 28, OS_ZMM},
    {"avx512bw", 7, 0, EBX, 30, OS_ZMM},
    {"avx512vl", 7, 0, EBX, 31, OS_ZMM},
    {"avx512vbmi", 7, 0, ECX, 1, OS_ZMM},
    {"avx512vbmi2", 7, 0, ECX, 6, OS_ZMM},
    {"gfni", 7, 0, ECX, 8, OS_ANY},
    {"avx512vnni", 7, 0, ECX, 11, OS_ZMM},
    {"avx512bitalg", 7, 0, ECX, 12, OS_ZMM},
    {"avx512vpopcntdq", 7, 0, ECX, 14, OS_ZMM},
    {"avx512vp2intersect", 7, 0, EDX, 8, OS_ZMM},
    {"avx512fp16", 7, 0, EDX, 23, OS_ZMM},
    {"avxvnni", 7, 1, EAX, 4, OS_YMM},
    {"avx512bf16", 7, 1, EAX, 5, OS_ZMM},
    {"cmpccxadd", 7, 1, EAX, 7, OS_ANY},
    {"avxifma", 7, 1, EAX, 23, OS_YMM},
    {"avxvnniint8", 7, 1, EDX, 4, OS_YMM},
    {"avxneconvert", 7, 1, EDX, 5, OS_YMM},
    {"avxvnniint16", 7, 1, EDX, 10, OS_YMM},
    {"avx10.1", 7, 1, EDX, 19, OS_ZMM},
    {"avx10.2", 0x24, 0, EBX, 1, OS_ZMM}, /* a version number: 2 and 3 */
    {"ccmp", 7, 1, EDX, 21, OS_APX},
    {"egpr", 7, 1, EDX, 21, OS_APX},
    {"ndd", 7, 1, EDX, 21, OS_APX},
    {"nf", 7, 1, EDX, 21, OS_APX},
    {"ppx", 7, 1, EDX, 21, OS_APX},
    {"push2pop2", 7, 1, EDX, 21, OS_APX},
    {"zu", 7, 1, EDX, 21, OS_APX},
    {"sahf", 0x80000001, 0, ECX, 0, OS_ANY},
    {"lzcnt", 0x80000001, 0, ECX, 5, OS_ANY},
    {"sse4a", 0x80000001, 0, ECX, 6, OS_ANY},
    {"xop", 0x80000001, 0, ECX, 11, OS_YMM},
    {"fma4", 0x80000001, 0, ECX, 16, OS_YMM},
    {"tbm", 0x80000001, 0, ECX, 21, OS_ANY},
};

/** What compiled kernels never use, or every x86-64 has. */
static const char *const unusedFeatures[] = {
    "64bit",       "adx",        "aes",       "amx-avx512", "amx-bf16",
    "amx-complex", "amx-fp16",   "amx-fp8",   "amx-int8",   "amx-movrs",
    "amx-tf32",    "amx-tile",   "cldemote",  "clflushopt", "clwb",
    "clzero",      "cmov",       "crc32",     "cx8",        "enqcmd",
    "fsgsbase",    "fxsr",       "hreset",    "invpcid",    "kl",
    "lwp",         "mmx",        "movdir64b", "movdiri",    "movrs",
    "mwaitx",      "pclmul",     "pconfig",   "pku",        "prefetchi",
    "prfchw",      "ptwrite",    "raoint",    "rdpid",      "rdpru",
    "rdrnd",       "rdseed",     "rtm",       "serialize",  "sgx",
    "sha",         "sha512",     "shstk",     "sm3",        "sm4",
    "sse",         "sse2",       "tsxldtrk",  "uintr",      "usermsr",
    "vaes",        "vpclmulqdq", "waitpkg",   "wbnoinvd",   "widekl",
    "x87",         "xsavec",     "xsaveopt",  "xsaves",     NULL};

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

static const char *const unusedFeatures[] = {NULL};

#else

typedef struct CpuFeature {
  const char *name;
} CpuFeature;

static const CpuFeature cpuFeatures[] = {{"none"}};
static const char *const unusedFeatures[] = {NULL};

#endif

enum { numCpuFeatures = sizeof(cpuFeatures) / sizeof(cpuFeatures[0]) };

#endif
