//===- Report.cpp - what a kernel will cost -------------------------------===//
//
// The bound assumes that two vector instructions start in each cycle: a limit
// to compare measurements with, not a prediction of them.
//
//===----------------------------------------------------------------------===//

#include "keops/Compiler/Report.h"

#include "GpuReport.h"

#include "keops/Analysis/Cost.h"
#include "keops/Analysis/Schedule.h"
#include "keops/Analysis/Target.h"
#include "keops/Dialect/Keops/Keops.h"
#include "keops/Dialect/Tile/Tile.h"
#include "keops/Formula/PrimitiveTable.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace keops {

/// Vector instructions that start in a cycle, on the machines of today.
static constexpr double instructionsPerCycle = 2;
/// A primitive of more instructions than this is a function, not arithmetic.
static constexpr int functionCost = 6;

/// "exp", "2 log": the functions evaluated per pair, and how often.
static std::string functionsOf(tile::NestOp nest) {
  MapVector<StringRef, int64_t> counts;
  for (mlir::Operation &op : nest.getPair().front()) {
    StringRef name = op.getName().stripDialect();
    const PrimitiveRecord *record = lookupPrimitive(name);
    if (record && record->cost > functionCost && op.getNumResults())
      counts[name] += rowSize(op.getResult(0));
  }
  SmallVector<std::string> parts;
  for (auto [name, count] : counts)
    parts.push_back((count > 1 ? std::to_string(count) + " " : "") +
                    name.str());
  return join(parts, ", ");
}

static void printPass(raw_ostream &os, tile::NestOp nest,
                      const NestShape &shape) {
  SmallVector<StringRef> kinds;
  for (auto accumulator :
       nest.getAccumulators().getAsRange<tile::AccumulatorAttr>())
    kinds.push_back(accumulator.getKind().getValue());
  os << "  pass over " << stringifyAxis(nest.getColumns()) << ": "
     << join(kinds, ", ") << '\n'
     << "    per pair: " << shape.operations << " operations";
  std::string functions = functionsOf(nest);
  if (!functions.empty())
    os << ", with " << functions;
  os << "; per row " << shape.rowComponents << " numbers and a state of "
     << shape.stateComponents << ", per column " << shape.columnComponents
     << " numbers\n";
}

/// Whether a tile's sums, not its rows, fill the registers.
static bool isBlocked(const NestShape &shape, tile::ScheduleAttr schedule) {
  return hasLongSums(shape) && schedule.getTileColumns() > 2;
}

/// Why the tile is what it is, and what else is chosen at run time.
static std::string reasonsOf(tile::NestOp nest, const NestShape &shape,
                             tile::ScheduleAttr schedule) {
  SmallVector<std::string> reasons;
  if (isBlocked(shape, schedule))
    reasons.push_back("sums of " + std::to_string(shape.contraction) +
                      " terms are blocked like a product of matrices");
  if (schedule.getKeep() == 1)
    reasons.push_back("states of " + std::to_string(shape.stateComponents) +
                      " numbers are in memory, for " +
                      std::to_string(schedule.getTileColumns()) +
                      " columns at a time");
  if (shape.hasSelection)
    reasons.push_back("a vector is compared with the last entries kept; "
                      "the few that are better go into lists");
  if (!nest.getPair().front().getOps<tile::AlternativeOp>().empty())
    reasons.push_back("distances by products of centred points where their "
                      "squares are small enough, else by differences");
  return join(reasons, "; ");
}

static void printVariant(raw_ostream &os, tile::NestOp nest,
                         const NestShape &shape, StringRef triple) {
  StringRef cpu = nest->getAttrOfType<mlir::StringAttr>("target").getValue();
  tile::ScheduleAttr schedule = nest.getScheduleAttr();
  Expected<CpuTarget> target = describeCpu(cpu, triple);
  if (!target || !schedule) {
    consumeError(target.takeError());
    return;
  }
  double rowsAtOnce =
      static_cast<double>(schedule.getLanes() * schedule.getTileRows());
  double bytes = static_cast<double>(columnNumbers(nest, *target, true) *
                                     shape.elementBits / 8) /
                 rowsAtOnce;
  int64_t kept = schedule.getKeep() ? 0 : shape.stateRegisters;
  int64_t registers =
      isBlocked(shape, schedule)
          ? schedule.getTileRows() * schedule.getTileColumns()
          : schedule.getTileRows() * (shape.rowComponents + kept);
  int64_t instructions = vectorInstructions(nest, *target, true);
  double cycles =
      static_cast<double>(instructions) /
      (static_cast<double>(schedule.getLanes()) * instructionsPerCycle);
  os << "    " << cpu << ": " << target->vectorBits << "-bit vectors, "
     << schedule.getLanes() << " lanes, tile " << schedule.getTileRows()
     << " x " << schedule.getTileColumns() << ", block "
     << schedule.getBlockRows() << " x " << schedule.getBlockColumns() << ", "
     << registers << " of " << target->vectorRegisters
     << (isBlocked(shape, schedule) ? " registers add up; "
                                    : " registers hold rows; ")
     << instructions << " instructions per vector of pairs, "
     << format("%.2f bytes, at least %.2f cycles per pair", bytes, cycles)
     << '\n';
  if (std::string reasons = reasonsOf(nest, shape, schedule); !reasons.empty())
    os << "      " << reasons << '\n';
}

/// The GPU's schedule, and what it comes to on each architecture.
static void printGpu(raw_ostream &os, tile::NestOp nest, StringRef kernel,
                     int64_t pass, ArrayRef<GpuCode> gpuCode) {
  tile::ScheduleAttr schedule = *nest.getSchedule();
  os << "    cuda: " << schedule.getLanes() << " threads of "
     << schedule.getTileRows() << " rows, " << schedule.getTileColumns()
     << " columns at a time of " << schedule.getBlockColumns()
     << " in shared memory\n";
  std::string name = (kernel + "_" + Twine(pass) + "_accumulate").str();
  auto pairs =
      static_cast<double>(schedule.getTileRows() * schedule.getTileColumns());
  for (const GpuCode &code : gpuCode) {
    Resources resources = resourcesOf(code.ptxasLog, name);
    os << describeGpuKernel(code.arch, costOfLoop(code.ptx, name, pairs),
                            code.ptxasLog.empty() ? nullptr : &resources,
                            schedule.getLanes());
  }
}

std::string reportKernels(mlir::ModuleOp module, StringRef triple,
                          ArrayRef<GpuCode> gpuCode) {
  std::string text;
  raw_string_ostream os(text);
  for (KernelOp kernel : module.getOps<KernelOp>()) {
    os << kernel.getSymName() << '\n';
    int64_t lastPass = -1;
    kernel.walk([&](tile::NestOp nest) {
      // A map over rows: no pairs.
      if (nest.getColumns() == Axis::none)
        return;
      NestShape shape = shapeOf(nest);
      int64_t pass = nest->getAttrOfType<mlir::IntegerAttr>("pass").getInt();
      if (pass != lastPass)
        printPass(os, nest, shape);
      lastPass = pass;
      if (nest->getAttrOfType<mlir::StringAttr>("target") == gpuTargetName)
        printGpu(os, nest, kernel.getSymName(), pass, gpuCode);
      else
        printVariant(os, nest, shape, triple);
    });
  }
  return text;
}

} // namespace keops
