//===- keops-opt.cpp - mlir-opt with the dialects and passes of Keops -----===//

#include "keops/Pipelines/Pipelines.h"

#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  keops::registerDialects(registry);
  keops::registerPasses();
  mlir::registerAllPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Keops optimizer driver\n", registry));
}
