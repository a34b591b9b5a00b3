//===- Manifest.cpp - kernels as JSON for other tools ---------------------===//

#include "keops/Target/Manifest.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace keops {

static void emitArrays(json::OStream &json, StringRef key,
                       ArrayRef<KernelArray> arrays) {
  json.attributeArray(key, [&] {
    for (const KernelArray &array : arrays)
      json.object([&] {
        json.attribute("name", json::fixUTF8(array.name));
        json.attribute("axis", axisName(array.axis));
        json.attribute("type", typeName(array.type));
        json.attribute("c_type", cTypeName(array.type));
        json.attributeArray("dims", [&] {
          for (int64_t dim : array.dims)
            json.value(dim);
        });
        json.attribute("shape", array.shape());
      });
  });
}

std::string emitManifest(ArrayRef<KernelSignature> kernels,
                         const ManifestInfo &info) {
  std::string text;
  raw_string_ostream os(text);
  json::OStream json(os, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("format", 1);
    json.attribute("keops_version", info.version);
    json.attribute("source", json::fixUTF8(info.source));
    json.attribute("triple", info.triple);
    json.attributeArray("cpus", [&] {
      for (const std::string &cpu : info.cpus)
        json.value(cpu);
    });
    json.attributeArray("kernels", [&] {
      for (const KernelSignature &kernel : kernels)
        json.object([&] {
          json.attribute("name", json::fixUTF8(kernel.name));
          json.attribute("symbol", json::fixUTF8(kernel.symbol));
          json.attribute("workspace_symbol",
                         json::fixUTF8(kernel.workspaceSymbol()));
          json.attribute("doc", json::fixUTF8(kernel.doc));
          emitArrays(json, "arguments", kernel.args);
          emitArrays(json, "results", kernel.results);
        });
    });
  });
  os << '\n';
  return text;
}

} // namespace keops
