//===- PrimitiveTable.cpp - the generated table and its look-ups ----------===//

#include "keops/Formula/PrimitiveTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace keops;
using llvm::StringRef;

#define KEOPS_PRIMITIVE_TABLE
#include "keops/Formula/Primitives.inc"

llvm::ArrayRef<PrimitiveRecord> keops::allPrimitives() { return primitives; }

using Index = llvm::StringMap<const PrimitiveRecord *>;

const PrimitiveRecord *keops::lookupPrimitive(StringRef name) {
  static const Index index = [] {
    Index index;
    for (const PrimitiveRecord &record : primitives)
      index[record.name] = &record;
    return index;
  }();
  return index.lookup(name);
}

const PrimitiveRecord *keops::lookupPrimitiveAlias(StringRef alias) {
  static const Index index = [] {
    Index index;
    for (const PrimitiveRecord &record : primitives)
      for (StringRef spelling : record.aliases)
        index[spelling] = &record;
    return index;
  }();
  return index.lookup(alias);
}
