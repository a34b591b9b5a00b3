//===- GpuCode.cpp - GPU images of a compilation --------------------------===//

#include "GpuCode.h"

#include "keops/Support/Failure.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace llvm;

namespace keops {

Expected<std::string> makeGpuText(mlir::ModuleOp module, const GpuArch &arch,
                                  const CodeGenOptions &options) {
  Expected<std::string> ptx = emitPTX(module, arch, options);
  if (!ptx || arch.kind == ImageKind::PTX)
    return ptx;
  std::string ptxas = findPtxas();
  if (ptxas.empty())
    return fail(ExitStatus::ExternalTool,
                "a cubin needs ptxas, which was found neither on PATH nor in "
                "$CUDA_HOME/bin nor in /usr/local/cuda/bin; install the CUDA "
                "toolkit, name ptxas in KEOPS_PTXAS, or write PTX instead "
                "(--emit=ptx)");
  Expected<Assembled> assembled = assemblePTX(*ptx, arch, ptxas, options);
  if (!assembled)
    return assembled.takeError();
  return std::move(assembled->cubin);
}

Expected<std::vector<GpuCode>> inspectGpuCode(mlir::ModuleOp module,
                                              ArrayRef<GpuArch> archs,
                                              const CodeGenOptions &options) {
  std::vector<GpuCode> result;
  std::string ptxas = findPtxas();
  for (const GpuArch &arch : archs) {
    if (arch.kind == ImageKind::Simulated)
      continue;
    Expected<std::string> ptx = emitPTX(module, arch, options);
    if (!ptx)
      return ptx.takeError();
    result.push_back({arch, std::move(*ptx), ""});
    if (arch.kind != ImageKind::Cubin || ptxas.empty())
      continue;
    Expected<Assembled> assembled =
        assemblePTX(result.back().ptx, arch, ptxas, options);
    if (!assembled)
      return assembled.takeError();
    result.back().ptxasLog = std::move(assembled->log);
  }
  return result;
}

Expected<std::vector<GpuImage>> makeGpuImages(mlir::ModuleOp module,
                                              ArrayRef<GpuArch> archs,
                                              const CodeGenOptions &options,
                                              DiagnosticEngine &diagnostics) {
  std::vector<GpuImage> images;
  std::map<std::string, std::string> texts;
  std::string ptxas = findPtxas();
  for (GpuArch arch : archs) {
    if (arch.kind == ImageKind::Simulated) {
      images.push_back({arch, ""});
      continue;
    }
    std::string &ptx = texts[arch.version()];
    if (ptx.empty()) {
      Expected<std::string> text = emitPTX(module, arch, options);
      if (!text)
        return text.takeError();
      ptx = std::move(*text);
    }
    bool isOlder = false;
    if (arch.kind == ImageKind::Cubin && !ptxas.empty()) {
      Expected<Assembled> assembled = assemblePTX(ptx, arch, ptxas, options);
      if (assembled) {
        images.push_back({arch, std::move(assembled->cubin)});
        continue;
      }
      std::string message = toString(assembled.takeError());
      isOlder = StringRef(message).contains("is not defined for option");
      if (!isOlder)
        return fail(ExitStatus::ExternalTool, message);
    }
    if (arch.kind == ImageKind::Cubin) {
      diagnostics.warning("missing-ptxas", {},
                          Twine(isOlder ? "ptxas is older than its target"
                                        : "ptxas was not found") +
                              ": the object has PTX instead of machine code "
                              "for " +
                              arch.name() +
                              ", which the driver compiles when it is loaded");
      arch.kind = ImageKind::PTX;
    }
    // The same PTX may stand for itself and for missing machine code.
    if (llvm::none_of(images, [&](const GpuImage &image) {
          return image.arch.name() == arch.name();
        }))
      images.push_back({arch, ptx});
  }
  return images;
}

} // namespace keops
