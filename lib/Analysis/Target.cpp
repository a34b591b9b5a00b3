//===- Target.cpp - what a schedule must know of a processor
//---------------===//

#include "keops/Analysis/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/AArch64TargetParser.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace llvm;
using namespace keops;

/// "+a,+b": sorted, so that the same CPU always gives the same object.
static std::string enable(ArrayRef<StringRef> names) {
  SmallVector<std::string> enabled;
  for (StringRef name : names)
    enabled.push_back(name.starts_with("+") ? name.str() : "+" + name.str());
  llvm::sort(enabled);
  return join(enabled, ",");
}

static Expected<CpuTarget> describeX86(StringRef cpu) {
  if (X86::parseArchX86(cpu, /*Only64Bit=*/true) == X86::CK_None)
    return createStringError("unknown CPU '" + cpu.str() + "'");
  SmallVector<StringRef> names;
  X86::getFeaturesForCPU(cpu, names);
  CpuTarget target;
  target.cpu = cpu.str();
  auto has = [&](StringRef feature) { return is_contained(names, feature); };
  target.features = enable(names);
  // The list leaves out what these three imply: avx512f.
  bool wide = has("avx512dq") && has("avx512bw") && has("avx512vl");
  target.vectorBits = wide ? 512 : has("avx2") ? 256 : 128;
  target.vectorRegisters = wide ? 32 : 16;
  target.hasFma = has("fma");
  return target;
}

/// Advanced SIMD everywhere; wider vectors (SVE) are not used.
static Expected<CpuTarget> describeAArch64(StringRef cpu) {
  CpuTarget target;
  target.cpu = cpu.str();
  target.features = "+neon";
  target.vectorRegisters = 32;
  target.hasFma = true;
  if (cpu == "generic")
    return target;
  auto info = AArch64::parseCpu(cpu);
  if (!info)
    return createStringError("unknown CPU '" + cpu.str() + "'");
  std::vector<StringRef> names;
  AArch64::getExtensionFeatures(info->getImpliedExtensions(), names);
  target.features = enable(names);
  return target;
}

Expected<CpuTarget> keops::describeCpu(StringRef cpu, StringRef tripleName) {
  Triple triple(tripleName);
  if (triple.isX86())
    return describeX86(cpu);
  if (triple.isAArch64())
    return describeAArch64(cpu);
  return createStringError("no CPU code for '" + tripleName.str() +
                           "'; x86_64 and aarch64 are supported");
}
