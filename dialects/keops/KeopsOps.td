//===- KeopsOps.td - the whole keops dialect, for the generators ------------===//

include "keops/StructureOps.td"
include "keops/DerivativeOps.td"
include "keops/VectorOps.td"
include "keops/Primitives.td"
