//===- Manifest.h - kernels as JSON for other tools -------------*- C++ -*-===//
//
// What a binding generator in another language needs: names, symbols, shapes
// and types of every kernel of an object, and the targets it holds.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TARGET_MANIFEST_H
#define KEOPS_TARGET_MANIFEST_H

#include "keops/Target/Signature.h"

#include <string>

namespace keops {

/// What the manifest says beside the kernels themselves.
struct ManifestInfo {
  std::string source; ///< file name without directory: paths differ by machine
  std::string triple;
  std::vector<std::string> cpus;
  std::string version;
};

/// Indented JSON with a final line break; keys in a fixed order.
std::string emitManifest(llvm::ArrayRef<KernelSignature> kernels,
                         const ManifestInfo &info);

} // namespace keops

#endif // KEOPS_TARGET_MANIFEST_H
