//===- CudaTargets.cpp - the GPUs a compilation is for --------------------===//

#include "keops/Compiler/CudaTargets.h"

#include "keops/Compiler/CommandLine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace keops {

/// Architectures that today's ptxas assembles for.
static constexpr StringLiteral versions[] = {
    "75",   "80",   "86",   "87",   "89",   "90",  "90a",  "100",
    "100a", "100f", "103",  "103a", "103f", "110", "110a", "110f",
    "120",  "120a", "120f", "121",  "121a", "121f"};

static std::vector<std::string> knownNames() {
  std::vector<std::string> names = {"default", "none", "simulated"};
  for (StringRef version : versions) {
    names.push_back(("sm_" + version).str());
    names.push_back(("compute_" + version).str());
  }
  return names;
}

static Expected<GpuArch> parseArch(StringRef name) {
  GpuArch arch;
  if (name == "simulated") {
    arch.kind = ImageKind::Simulated;
    return arch;
  }
  StringRef version = name;
  bool isCubin = version.consume_front("sm_");
  bool isKnown = (isCubin || version.consume_front("compute_")) &&
                 is_contained(versions, version);
  if (!isKnown) {
    std::vector<std::string> known = knownNames();
    SmallVector<StringRef> candidates(known.begin(), known.end());
    std::string hint = didYouMean(name, candidates);
    if (hint.empty())
      hint = "; write for example --cuda=sm_90, --cuda=compute_80 or "
             "--cuda=default";
    return fail(ExitStatus::Usage,
                "unknown GPU architecture '" + name + "'" + hint);
  }
  arch.kind = isCubin ? ImageKind::Cubin : ImageKind::PTX;
  if (!isDigit(version.back())) {
    arch.suffix = version.back();
    version = version.drop_back();
  }
  version.getAsInteger(10, arch.number);
  return arch;
}

Expected<std::vector<GpuArch>> resolveCudaTargets(StringRef list) {
  std::vector<GpuArch> result;
  SmallVector<StringRef> names;
  list.split(names, ',');
  for (size_t k = 0; k < names.size(); ++k) {
    StringRef name = names[k].trim();
    if (name == "default") {
      SmallVector<StringRef> more;
      StringRef(defaultCudaTargets).split(more, ',');
      names.append(more.begin(), more.end());
      continue;
    }
    bool isNone = name == "none" || list.empty();
    if (isNone && names.size() > 1)
      return fail(ExitStatus::Usage, "'none' with other GPU architectures in "
                                     "'--cuda=" +
                                         list + "'");
    if (isNone)
      break;
    Expected<GpuArch> arch = parseArch(name);
    if (!arch)
      return arch.takeError();
    result.push_back(*arch);
  }
  auto key = [](const GpuArch &arch) {
    int order = arch.kind == ImageKind::Cubin ? 0
                : arch.kind == ImageKind::PTX ? 1
                                              : 2;
    return std::tuple(order, arch.number, arch.suffix);
  };
  llvm::sort(result, [&](const GpuArch &a, const GpuArch &b) {
    return key(a) < key(b);
  });
  result.erase(
      llvm::unique(result, [&](const GpuArch &a,
                               const GpuArch &b) { return key(a) == key(b); }),
      result.end());
  return result;
}

} // namespace keops
