//===- Target.cpp - what a schedule must know of a processor ---------------===//

#include "keops/Analysis/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/AArch64TargetParser.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace llvm;
using namespace keops;

static Expected<CpuTarget> describeX86(StringRef cpu) {
  if (X86::parseArchX86(cpu, /*Only64Bit=*/true) == X86::CK_None)
    return createStringError("unknown CPU '" + cpu.str() + "'");
  SmallVector<StringRef> names;
  X86::getFeaturesForCPU(cpu, names);
  CpuTarget target;
  target.cpu = cpu.str();
  auto has = [&](StringRef feature) { return is_contained(names, feature); };
  SmallVector<std::string> enabled;
  for (StringRef name : names)
    enabled.push_back("+" + name.str());
  llvm::sort(enabled);
  target.features = join(enabled, ",");
  // The list leaves out what these three imply: avx512f.
  bool wide = has("avx512dq") && has("avx512bw") && has("avx512vl");
  target.vectorBits = wide ? 512 : has("avx2") ? 256 : 128;
  target.vectorRegisters = wide ? 32 : 16;
  target.hasFma = has("fma");
  target.hasHalfConversion = has("f16c");
  return target;
}

Expected<CpuTarget> keops::describeCpu(StringRef cpu, StringRef tripleName) {
  Triple triple(tripleName);
  if (triple.isX86())
    return describeX86(cpu);
  CpuTarget target;
  target.cpu = cpu.str();
  if (triple.isAArch64()) {
    if (cpu != "generic" && !AArch64::parseCpu(cpu))
      return createStringError("unknown CPU '" + cpu.str() + "'");
    target.features = "+neon";
    target.vectorRegisters = 32;
    target.hasFma = target.hasHalfConversion = true;
  }
  return target;
}
