//===- Header.h - the C header of a .kop file -------------------*- C++ -*-===//
//
// Text from signatures. The header is C99 and C++17, free of warnings under
// -Wall -Wextra -pedantic -Wconversion, whatever the documentation comments
// contain. Names that C cannot have were refused by the front end.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_TARGET_HEADER_H
#define KEOPS_TARGET_HEADER_H

#include "keops/Target/Signature.h"

#include <string>

namespace keops {

/// The whole header. `stem` (the source's name without directory and suffix)
/// appears in the include guard together with a hash of the contents, so that
/// headers of equal names and different kernels never hide each other.
std::string emitHeader(llvm::ArrayRef<KernelSignature> kernels,
                       llvm::StringRef stem);

/// `text` as it may stand inside a block comment: nothing in it ends the
/// comment, looks like a nested one, forms a trigraph, splices a line, or
/// is invalid, invisible or direction-changing. Line breaks stay.
std::string sanitizeComment(llvm::StringRef text);

} // namespace keops

#endif // KEOPS_TARGET_HEADER_H
