//===- Cost.h - vector instructions per pair --------------------*- C++ -*-===//
#ifndef KEOPS_ANALYSIS_COST_H
#define KEOPS_ANALYSIS_COST_H

#include "keops/Analysis/Target.h"
#include "keops/Dialect/Tile/Tile.h"

namespace keops {

/// Instructions that compute on vectors, per vector of pairs, in the loop over
/// the pairs of a nest: without loads, and without what is needed rarely.
/// `fast`: the faster way of a tile.alternative.
///   A Gaussian of points in dimension 3 with AVX-512: 15.
int64_t vectorInstructions(tile::NestOp nest, const CpuTarget &target,
                           bool fast);

/// Numbers of a column that its pairs read.
int64_t columnNumbers(tile::NestOp nest, const CpuTarget &target, bool fast);

/// Vector instructions of 2^x or e^x on a vector of lanes.
///   exponentialInstructions(f32, true, AVX-512) is 7
int64_t exponentialInstructions(mlir::Type element, bool isBaseTwo,
                                const CpuTarget &target);

} // namespace keops

#endif // KEOPS_ANALYSIS_COST_H
