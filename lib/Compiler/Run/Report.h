//===- Report.h - calling, timing and showing -------------------*- C++ -*-===//

#ifndef KEOPS_LIB_COMPILER_RUN_REPORT_H
#define KEOPS_LIB_COMPILER_RUN_REPORT_H

#include "keops/Compiler/Run/Binding.h"
#include "keops/Compiler/Run/Jit.h"

namespace keops {

/// Seconds of each call.
struct RunReport {
  std::vector<double> seconds;
};

/// Calls the kernel `repeat` times. Long calls show their progress when
/// standard error is a terminal. A status other than KEOPS_OK is a usage
/// failure with the runtime's message.
llvm::Error runRepeatedly(const LoadedKernel &kernel, const BoundCall &call,
                          llvm::ArrayRef<void *> arrays,
                          const keops_options &base, int repeat,
                          RunReport &report);

/// "gauss_conv: best 1.23 ms, median 1.30 ms of 10; 8.13e+09 pairs/s".
void printReport(llvm::raw_ostream &os, llvm::StringRef kernel,
                 const BoundCall &call, const RunReport &report);

/// Name, type and shape of an array and its rows, the middle left out when
/// there are many.
void printArray(llvm::raw_ostream &os, llvm::StringRef name,
                const Array &array);

} // namespace keops

#endif // KEOPS_LIB_COMPILER_RUN_REPORT_H
