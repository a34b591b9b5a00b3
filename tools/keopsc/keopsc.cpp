//===- keopsc.cpp - compiles .kop files --------------------------------===//

#include "keops/Compiler/Driver.h"

int main(int argc, char **argv) { return keops::runKeopsc(argc, argv); }
