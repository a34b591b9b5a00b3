//===- Signature.h - what a kernel looks like from outside ------*- C++ -*-===//
//
// The interface of a kernel as plain data: everything the C header, the
// manifest and keops-run need, and nothing about how it is computed. Read once
// from the `keops` dialect (readSignatures) before anything is lowered.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TARGET_SIGNATURE_H
#define KEOPS_TARGET_SIGNATURE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace keops {

/// One array of a kernel. In memory it is contiguous and row-major:
/// [ni, dims...], [nj, dims...] or [dims...].
struct KernelArray {
  enum class Axis { Param, I, J };
  enum class Type { F16, BF16, F32, F64, I32, I64 };

  std::string name;
  Axis axis = Axis::Param;
  Type type = Type::F32;
  /// Shape of one row: one number, or two for a matrix.
  std::vector<int64_t> dims = {1};

  /// Elements per row.
  int64_t size() const;
  /// As the documentation shows it: "[ni, 3]", "[nj, 2, 2]", "[1]".
  std::string shape() const;
};

struct KernelSignature {
  /// As written in the `.kop` file.
  std::string name;
  /// As the linker sees it: the prefix of the compilation, then the name.
  std::string symbol;
  /// The `///` comment, lines separated by '\n', without markers.
  std::string doc;
  std::vector<KernelArray> args;
  std::vector<KernelArray> results;

  /// "gauss_conv" -> "gauss_conv_workspace_bytes".
  std::string workspaceSymbol() const { return symbol + "_workspace_bytes"; }
};

/// "f32", the name in the language.
llvm::StringRef typeName(KernelArray::Type type);
/// "float"; halves are "uint16_t", their bits.
llvm::StringRef cTypeName(KernelArray::Type type);
/// Bytes of one element in memory.
int64_t typeBytes(KernelArray::Type type);
/// "param", "i" or "j".
llvm::StringRef axisName(KernelArray::Axis axis);

/// The kernels of a module of the `keops` dialect, in the order written.
std::vector<KernelSignature> readSignatures(mlir::ModuleOp module,
                                            llvm::StringRef prefix);

} // namespace keops

#endif // KEOPS_TARGET_SIGNATURE_H
