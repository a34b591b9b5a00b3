//===- keops-run.cpp - runs a kernel on arrays -------------------------===//

#include "keops/Compiler/Driver.h"

int main(int argc, char **argv) { return keops::runKeopsRun(argc, argv); }
