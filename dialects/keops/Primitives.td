//===- Primitives.td - the element-wise functions, one record each ---------===//
//
// Every function of the language that acts on each element by itself, in files
// by topic. A record is an operation of the dialect and everything else
// the compiler, its tests and its documentation know about the function; see
// KeopsBase.td for the fields and docs/AddingAPrimitive.md for a walk through.
// To add a function, add a record to any one of these files.
//
// The formulas are evaluated exactly as written: no reassociation, no
// contraction except where `muladd`, `fma` and `poly` ask for it, every constant
// rounded once to the element type. `poly(x, c0, c1, ..., cn)` is Horner's
// scheme, a chain of `muladd`. Core operations, which have no `value`, are in
// PrimitivesCore.td.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_PRIMITIVES_TD
#define KEOPS_PRIMITIVES_TD

include "keops/PrimitivesCore.td"
include "keops/PrimitivesArithmetic.td"
include "keops/PrimitivesEstimates.td"
include "keops/PrimitivesExponential.td"
include "keops/PrimitivesGPU.td"
include "keops/PrimitivesHyperbolic.td"
include "keops/PrimitivesTrigonometric.td"
include "keops/PrimitivesSpecial.td"

#endif // KEOPS_PRIMITIVES_TD
