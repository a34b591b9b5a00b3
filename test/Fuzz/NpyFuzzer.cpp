//===- NpyFuzzer.cpp - any bytes as a .npy file ---------------------------===//
//
// A libFuzzer harness; Unit/Compiler/NpyTests.cpp runs it on bounded mutations.
// What is accepted must survive a round trip.
//
//   clang++ -fsanitize=fuzzer,address ... NpyFuzzer.cpp -o npy-fuzzer
//
//===----------------------------------------------------------------------===//

#include "keops/Compiler/Run/Npy.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  llvm::Expected<keops::Array> array = keops::parseNpy(bytes);
  if (!array) {
    llvm::consumeError(array.takeError());
    return 0;
  }
  llvm::Expected<keops::Array> again =
      keops::parseNpy(keops::formatNpy(*array));
  bool isSame = again && again->type == array->type &&
                again->shape == array->shape && again->bytes == array->bytes;
  if (!isSame)
    std::abort();
  return 0;
}
