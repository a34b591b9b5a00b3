//===- Records.td - all records, for keops-tblgen --------------------------===//

include "keops/Primitives.td"
include "keops/Reductions.td"
