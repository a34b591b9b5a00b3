/*===- Cpu.h - which variant of a kernel this machine runs ----------------===*
 *
 * A variant names an LLVM CPU. The levels of the x86-64 ABI are known here;
 * any other name ("native:znver3", "cortex-a72") comes with the list of
 * features its code uses, and runs where all of them are. The choice is made
 * per call, so it costs two string comparisons: what is slow is remembered.
 *
 * KEOPS_CPU_VARIANT in the environment (read once) forces a variant, for tests.
 *
 *===----------------------------------------------------------------------===*/
#ifndef KEOPS_RUNTIME_CPU_H
#define KEOPS_RUNTIME_CPU_H

#include "CpuFeatures.h"
#include "Error.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

/** What each level of the x86-64 ABI adds to the one before. */
typedef struct CpuLevel {
  const char *name, *features;
} CpuLevel;

static const CpuLevel cpuLevels[] = {
#if defined(__x86_64__)
    {"x86-64", ""},
    {"x86-64-v2", "cx16,sahf,popcnt,sse3,ssse3,sse4.1,sse4.2"},
    {"x86-64-v3", "avx,avx2,bmi,bmi2,f16c,fma,lzcnt,movbe,xsave"},
    {"x86-64-v4", "avx512f,avx512bw,avx512cd,avx512dq,avx512vl"},
#endif
    {"generic", ""},
};

enum { numCpuLevels = sizeof(cpuLevels) / sizeof(cpuLevels[0]) };

#if defined(__x86_64__)

static uint64_t savedRegisters(void) {
  uint32_t regs[4];
  __cpuid(1, regs[EAX], regs[EBX], regs[ECX], regs[EDX]);
  if (!(regs[ECX] >> 27 & 1)) /* no OSXSAVE, so no xgetbv */
    return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static bool machineHas(const CpuFeature *feature) {
  uint32_t regs[4];
  if (!__get_cpuid_count(feature->leaf, feature->subleaf, &regs[EAX],
                         &regs[EBX], &regs[ECX], &regs[EDX]))
    return false;
  return (regs[feature->reg] >> feature->bit & 1) &&
         (savedRegisters() & feature->os) == feature->os;
}

#elif defined(__aarch64__) && defined(__linux__)

static bool machineHas(const CpuFeature *feature) {
  unsigned long bits = getauxval(feature->word ? AT_HWCAP2 : AT_HWCAP);
  return bits >> feature->bit & 1;
}

#else

static bool machineHas(const CpuFeature *feature) {
  (void)feature;
  return false;
}

#endif

/** Is `name` the text of that length? */
static bool isText(const char *name, const char *text, size_t length) {
  return !strncmp(name, text, length) && !name[length];
}

static bool isUsable(const char *feature, size_t length) {
  for (const char *const *unused = unusedFeatures; *unused; ++unused)
    if (isText(*unused, feature, length))
      return true;
  for (int k = 0; k < numCpuFeatures; ++k)
    if (isText(cpuFeatures[k].name, feature, length))
      return machineHas(&cpuFeatures[k]);
  return false;
}

/** The first feature of a comma-separated list that this machine lacks, with
 *  its length; NULL when it has them all. "-name" asks for nothing. */
static const char *missingFeature(const char *list, size_t *length) {
  for (const char *item = list; *item;) {
    size_t whole = strcspn(item, ",");
    const char *name = item + (*item == '+');
    *length = whole - (size_t)(name - item);
    if (*length && *item != '-' && !isUsable(name, *length))
      return name;
    item += whole + (item[whole] == ',');
  }
  return NULL;
}

/** cpuid takes microseconds in a virtual machine, so each list that was asked
 *  for is remembered by its text (its address may be reused after dlclose). */
typedef struct KnownFeatures {
  struct KnownFeatures *next;
  bool present;
  char list[];
} KnownFeatures;

static _Atomic(KnownFeatures *) knownFeatures;

static bool machineHasAll(const char *list) {
  KnownFeatures *first = atomic_load(&knownFeatures);
  for (const KnownFeatures *k = first; k; k = k->next)
    if (!strcmp(k->list, list))
      return k->present;
  size_t ignored, bytes = strlen(list) + 1;
  bool present = !missingFeature(list, &ignored);
  KnownFeatures *made = malloc(sizeof(*made) + bytes);
  if (!made)
    return present;
  memcpy(made->list, list, bytes);
  made->present = present;
  made->next = first;
  while (!atomic_compare_exchange_weak(&knownFeatures, &made->next, made))
    ;
  return present;
}

/** Index in cpuLevels, or -1. */
static int findLevel(const char *cpu) {
  for (int level = 0; level < numCpuLevels; ++level)
    if (!strcmp(cpuLevels[level].name, cpu))
      return level;
  return -1;
}

/** Levels contain those before them; "generic" stands alone and is empty. */
static bool machineHasLevel(int level) {
  static _Atomic uint32_t known; /* two bits per level: asked, present */
  uint32_t bits = atomic_load_explicit(&known, memory_order_relaxed);
  if (!(bits >> (2 * level) & 1)) {
    bool present = true;
    for (int k = 0; k <= level && cpuLevels[level].features[0]; ++k)
      present = present && machineHasAll(cpuLevels[k].features);
    bits = 1u << (2 * level) | (uint32_t)present << (2 * level + 1);
    atomic_fetch_or(&known, bits);
  }
  return bits >> (2 * level + 1) & 1;
}

/** A name that is no level and has no list of features cannot be vouched for.
 */
static bool machineRuns(const keops_rt_variant *variant) {
  int level = findLevel(variant->cpu);
  if (level >= 0 && !machineHasLevel(level))
    return false;
  return variant->features ? machineHasAll(variant->features) : level >= 0;
}

/** "x86-64-v4, x86-64-v3" into text. */
static void listVariants(const keops_rt_kernel *kernel, char *text,
                         size_t bytes) {
  size_t used = 0;
  text[0] = 0;
  for (int v = 0; v < kernel->num_variants && used < bytes; ++v)
    used += (size_t)snprintf(text + used, bytes - used, "%s%s", v ? ", " : "",
                             kernel->variants[v].cpu);
}

/** The value of KEOPS_CPU_VARIANT when it was first asked for; "" if unset. A
 *  copy, since another thread may change the environment later. */
static const char *forcedVariant(void) {
  static _Atomic(const char *) forced;
  const char *known = atomic_load(&forced);
  if (known)
    return known;
  const char *value = getenv("KEOPS_CPU_VARIANT");
  char *copy = value && *value ? malloc(strlen(value) + 1) : NULL;
  const char *fresh = copy ? strcpy(copy, value) : "";
  if (atomic_compare_exchange_strong(&forced, &known, fresh))
    return fresh;
  free(copy);
  return known;
}

/** "native" stands for "native:znver3". */
static bool isNamed(const keops_rt_variant *variant, const char *name) {
  size_t length = strlen(name);
  return !strncmp(variant->cpu, name, length) &&
         (!variant->cpu[length] ||
          (variant->cpu[length] == ':' && !strcmp(name, "native")));
}

__attribute__((cold)) static keops_status
failNoVariant(const keops_rt_kernel *kernel, const char *forced) {
  char have[256];
  listVariants(kernel, have, sizeof(have));
  size_t length = 0;
  const char *missing = NULL;
  bool isThere = false;
  for (int v = 0; v < kernel->num_variants; ++v) { /* the last: most general */
    if (kernel->variants[v].features)
      missing = missingFeature(kernel->variants[v].features, &length);
    isThere = isThere || isNamed(&kernel->variants[v], forced);
  }
  if (*forced)
    return fail(KEOPS_ERROR_NO_VARIANT,
                "%s: the environment variable KEOPS_CPU_VARIANT asks for '%s', "
                "which %s; the library has code for: %s",
                kernel->name, forced,
                isThere ? "this processor cannot run" : "the library lacks",
                have);
  return fail(
      KEOPS_ERROR_NO_VARIANT,
      "%s: this processor runs none of the library's CPU variants: %s%s%.*s",
      kernel->name, have, missing ? "; it lacks " : "", (int)length,
      missing ? missing : "");
}

/** The first variant, and so the best, that this machine runs. */
static keops_status chooseVariant(const keops_rt_kernel *kernel,
                                  const keops_rt_variant **chosen) {
  const char *forced = forcedVariant();
  for (int v = 0; v < kernel->num_variants; ++v) {
    const keops_rt_variant *variant = &kernel->variants[v];
    if (*forced && !isNamed(variant, forced))
      continue;
    if (machineRuns(variant)) {
      *chosen = variant;
      return KEOPS_OK;
    }
  }
  return failNoVariant(kernel, forced);
}

#endif
