//===- Targets.cpp - the machines a compilation is for --------------------===//

#include "keops/Compiler/Targets.h"

#include "keops/Compiler/CommandLine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace llvm;

namespace keops {

StringRef defaultCpus(StringRef triple) {
  return Triple(triple).isX86() ? "x86-64-v2,x86-64-v3,x86-64-v4" : "generic";
}

/// True when this machine has every feature that code for `cpu` may use. A
/// virtual machine can hide features that the name of its processor implies.
static bool hostHasFeaturesOf(StringRef cpu, const StringMap<bool> &host) {
  SmallVector<StringRef> features;
  X86::getFeaturesForCPU(cpu, features);
  return llvm::all_of(features, [&](StringRef feature) {
    auto found = host.find(feature);
    // Features that detection does not know are those every x86-64 has.
    return found == host.end() || found->second;
  });
}

std::string nativeCpu() {
  StringRef name = sys::getHostCPUName();
  if (!Triple(sys::getProcessTriple()).isX86())
    return name.str();
  StringMap<bool> host = sys::getHostCPUFeatures();
  for (StringRef cpu : {name, StringRef("x86-64-v4"), StringRef("x86-64-v3"),
                        StringRef("x86-64-v2")})
    if (cpu != "generic" && hostHasFeaturesOf(cpu, host))
      return cpu.str();
  return "x86-64";
}

static Expected<Triple> resolveTriple(StringRef text) {
  Triple triple(Triple::normalize(text.empty() ? sys::getDefaultTargetTriple()
                                               : text.str()));
  bool known =
      triple.getArch() == Triple::x86_64 || triple.getArch() == Triple::aarch64;
  if (triple.getArch() == Triple::UnknownArch)
    return fail(ExitStatus::Usage,
                "unknown target '" + text + "'" +
                    didYouMean(text, {"x86_64-linux-gnu", "aarch64-linux-gnu",
                                      "x86_64", "aarch64"}));
  if (!known)
    return fail(ExitStatus::Usage,
                "not yet supported: target '" + text +
                    "'; use x86_64-linux-gnu or aarch64-linux-gnu");
  // "aarch64" alone means Linux, where objects are ELF.
  if (triple.getOS() == Triple::UnknownOS)
    triple.setOS(Triple::Linux);
  if (!triple.isOSBinFormatELF())
    return fail(ExitStatus::Usage, "not yet supported: target '" + text +
                                       "'; only ELF objects are written");
  if (triple.getEnvironment() == Triple::UnknownEnvironment)
    triple.setEnvironment(Triple::GNU);
  return triple;
}

static std::unique_ptr<MCSubtargetInfo> describeTarget(const Triple &triple) {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86TargetMC();
  LLVMInitializeAArch64TargetInfo();
  LLVMInitializeAArch64TargetMC();
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  assert(target && "both architectures were registered");
  return std::unique_ptr<MCSubtargetInfo>(
      target->createMCSubtargetInfo(triple, "", ""));
}

/// Names that are CPUs of 64-bit machines: LLVM's list for x86 has the 32-bit
/// ones too, for which no object can be written.
static bool is64Bit(const Triple &triple, StringRef cpu) {
  if (!triple.isX86())
    return true;
  SmallVector<StringRef> names;
  X86::fillValidCPUArchList(names, /*Only64Bit=*/true);
  return is_contained(names, cpu);
}

static Error checkCpu(const MCSubtargetInfo &info, const Triple &triple,
                      StringRef cpu) {
  bool valid = is_contained(map_range(info.getAllProcessorDescriptions(),
                                      [](const SubtargetSubTypeKV &row) {
                                        return StringRef(row.Key);
                                      }),
                            cpu);
  if (valid && is64Bit(triple, cpu))
    return Error::success();
  SmallVector<StringRef> names = {"native"};
  for (const SubtargetSubTypeKV &row : info.getAllProcessorDescriptions())
    if (is64Bit(triple, row.Key))
      names.push_back(row.Key);
  std::string hint = didYouMean(cpu, names);
  if (hint.empty())
    hint = ("; the default is " + defaultCpus(triple.str())).str();
  return fail(ExitStatus::Usage,
              "unknown CPU '" + cpu + "' for " + triple.getArchName() + hint);
}

Expected<TargetChoice> resolveTargets(StringRef tripleText, StringRef cpuList) {
  Expected<Triple> triple = resolveTriple(tripleText);
  if (!triple)
    return triple.takeError();
  std::unique_ptr<MCSubtargetInfo> info = describeTarget(*triple);
  if (cpuList.empty())
    cpuList = defaultCpus(triple->str());

  SmallVector<StringRef> names;
  cpuList.split(names, ',');
  // Number of features stands for capability; the name makes it an order.
  std::vector<std::pair<unsigned, std::string>> ranked;
  for (StringRef name : names) {
    std::string cpu = name.trim().str();
    if (cpu == "native") {
      if (Triple(sys::getProcessTriple()).getArch() != triple->getArch())
        return fail(ExitStatus::Usage,
                    "'--cpu=native' is this machine's; name a CPU of " +
                        triple->getArchName() + " instead");
      cpu = nativeCpu();
    }
    if (Error error = checkCpu(*info, *triple, cpu))
      return error;
    std::unique_ptr<MCSubtargetInfo> subtarget = describeTarget(*triple);
    subtarget->setDefaultFeatures(cpu, cpu, "");
    ranked.emplace_back(subtarget->getFeatureBits().count(), cpu);
  }
  llvm::sort(ranked, [](const auto &a, const auto &b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  ranked.erase(std::unique(ranked.begin(), ranked.end()), ranked.end());

  TargetChoice choice;
  choice.triple = triple->str();
  for (auto &entry : ranked)
    choice.cpus.push_back(std::move(entry.second));
  return choice;
}

} // namespace keops
