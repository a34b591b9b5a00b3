//===- Driver.h - keopsc as a function --------------------------*- C++ -*-===//
//
// From arguments to an exit status; everything the user sees is printed here.
//
//===----------------------------------------------------------------------===//

#ifndef KEOPS_COMPILER_DRIVER_H
#define KEOPS_COMPILER_DRIVER_H

namespace keops {

/// Runs `keopsc argv[1..]` and returns its exit status.
int runKeopsc(int argc, const char *const *argv);

/// Runs `keops-run argv[1..]` and returns its exit status.
int runKeopsRun(int argc, const char *const *argv);

} // namespace keops

#endif // KEOPS_COMPILER_DRIVER_H
