//===- Pipelines.h - the order of passes ------------------------*- C++ -*-===//
#ifndef KEOPS_PIPELINES_PIPELINES_H
#define KEOPS_PIPELINES_PIPELINES_H

#include "keops/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"

#include <string>
#include <vector>

namespace keops {

struct PipelineOptions {
  /// CPU variants by LLVM name, best first; never "native".
  std::vector<std::string> cpus;
  std::string triple;
  /// Also write GPU kernels; copy them to functions of the host.
  bool gpu = false;
  bool simulateGpu = false;
  /// "strict", "contract" or "fast".
  std::string fp = "contract";
  /// "auto", "plain", "block", "kahan" or "f64".
  std::string accumulate = "auto";
  /// Put before every exported symbol.
  std::string prefix;
  bool debug = false;
  /// As parseSchedule reads it.
  std::string schedule;
};

/// The passes from the keops dialect, as the front end writes it, to `level`.
/// Fails if a CPU name is unknown.
llvm::Error buildPipeline(mlir::PassManager &manager, Level level,
                          const PipelineOptions &options);

/// Runs these passes on a module.
mlir::LogicalResult lowerTo(mlir::ModuleOp module, Level level,
                            const PipelineOptions &options);

/// Every pass of the project, for keops-opt.
void registerPasses();

/// The dialects that a module meets on its way.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace keops

#endif // KEOPS_PIPELINES_PIPELINES_H
