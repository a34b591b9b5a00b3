//===- GpuReport.cpp - what a kernel will cost on a GPU -------------------===//
//
// Instructions are counted in the PTX of the loop over pairs: nearly what the
// machine code has. The bound is what the busiest unit of the chip allows, if
// all multiprocessors work at the clock they boost to: a limit to compare
// measurements with.
//
//===----------------------------------------------------------------------===//

#include "GpuReport.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace keops {

//===----------------------------------------------------------------------===//
// The loop over pairs
//===----------------------------------------------------------------------===//

namespace {
struct Loop {
  size_t begin, end; ///< lines
  size_t length() const { return end - begin; }
  bool contains(const Loop &other) const {
    return begin <= other.begin && other.end <= end &&
           length() > other.length();
  }
};
} // namespace

static SmallVector<StringRef> linesOf(StringRef ptx, StringRef kernel) {
  size_t begin = ptx.find((".entry " + kernel + "(").str());
  if (begin == StringRef::npos)
    return {};
  SmallVector<StringRef> lines;
  ptx.slice(begin, ptx.find("\n}", begin)).split(lines, '\n');
  for (StringRef &line : lines)
    line = line.trim();
  return lines;
}

static SmallVector<Loop> loopsOf(ArrayRef<StringRef> lines) {
  StringMap<size_t> labels;
  SmallVector<Loop> loops;
  for (auto [number, line] : enumerate(lines)) {
    if (line.starts_with("$L") && line.contains(':'))
      labels[line.take_until([](char c) { return c == ':'; })] = number;
    size_t target = line.find("bra");
    if (target == StringRef::npos)
      continue;
    StringRef label = line.substr(line.find('$')).rtrim(';');
    if (auto found = labels.find(label); found != labels.end())
      loops.push_back({found->second, number + 1});
  }
  return loops;
}

static bool isInstruction(StringRef line) {
  return !line.empty() && line[0] != '/' && line[0] != '$' && line[0] != '.' &&
         line[0] != '{' && line[0] != '}';
}

static void countLine(StringRef line, PairCost &cost) {
  // Modifiers of an operand, and names for registers, are no instructions.
  if (!isInstruction(line) || line.starts_with("neg.") ||
      line.starts_with("abs.") || line.starts_with("mov."))
    return;
  cost.instructions += 1;
  cost.special += line.contains(".approx.");
  cost.f64 += line.contains(".f64");
  if (line.starts_with("ld.shared"))
    cost.sharedBytes += (line.contains(".v4")   ? 4
                         : line.contains(".v2") ? 2
                                                : 1) *
                        (line.contains("64") ? 8 : 4);
}

PairCost costOfLoop(StringRef ptx, StringRef kernel, double pairs) {
  SmallVector<StringRef> lines = linesOf(ptx, kernel);
  SmallVector<Loop> loops = loopsOf(lines);
  SmallVector<Loop> candidates;
  for (const Loop &loop : loops) {
    auto has = [&](StringRef what) {
      return any_of(ArrayRef(lines).slice(loop.begin, loop.length()),
                    [&](StringRef line) { return line.contains(what); });
    };
    bool isNested = any_of(loops, [&](const Loop &other) {
      return other.contains(loop) && loop.length() < other.length() / 2 &&
             is_contained(
                 map_range(
                     candidates, [](const Loop &c) { return c.begin; }),
                 other.begin);
    });
    if (has("ld.shared") && !has("st.shared") && !has("bar") && !isNested)
      candidates.push_back(loop);
  }
  if (candidates.empty())
    return {};
  // The loop for the last columns of a tile is short, and a more careful one
  // for unusual tiles is longer.
  size_t longest = 0;
  for (const Loop &loop : candidates)
    longest = std::max(longest, loop.length());
  const Loop *chosen = nullptr;
  for (const Loop &loop : candidates)
    if (3 * loop.length() >= 2 * longest &&
        (!chosen || loop.length() < chosen->length()))
      chosen = &loop;
  PairCost cost;
  for (size_t k = chosen->begin; k < chosen->end; ++k) {
    bool isRare = any_of(loops, [&](const Loop &other) {
      return chosen->contains(other) && other.begin <= k && k < other.end;
    });
    if (!isRare)
      countLine(lines[k], cost);
  }
  for (double *number :
       {&cost.instructions, &cost.special, &cost.f64, &cost.sharedBytes})
    *number /= pairs;
  return cost;
}

//===----------------------------------------------------------------------===//
// Resources
//===----------------------------------------------------------------------===//

static int64_t numberBefore(StringRef text, StringRef unit) {
  size_t end = text.find(unit);
  int64_t number = 0;
  if (end == StringRef::npos)
    return number;
  StringRef before = text.take_front(end).rtrim();
  before.substr(before.find_last_not_of("0123456789") + 1)
      .getAsInteger(10, number);
  return number;
}

Resources resourcesOf(StringRef log, StringRef kernel) {
  size_t begin = log.find(("Compiling entry function '" + kernel + "'").str());
  if (begin == StringRef::npos)
    return {};
  size_t next = log.find("Compiling entry function", begin + 1);
  StringRef part = log.slice(begin, next);
  return {numberBefore(part, "registers"), numberBefore(part, "bytes spill"),
          numberBefore(part, "bytes smem")};
}

//===----------------------------------------------------------------------===//
// Chips
//===----------------------------------------------------------------------===//

namespace {
/// The largest chip of an architecture; rates per multiprocessor and clock.
struct Chip {
  int arch;
  StringLiteral name;
  int multiprocessors;
  double gigahertz;
  double f64PerClock;
  int64_t sharedBytes;
};
} // namespace

// NVIDIA's data sheets; special functions are 16 per clock on all of them, and
// instructions those of 128 lanes (64 on sm_75 and sm_80).
static constexpr Chip chips[] = {{75, "T4", 40, 1.59, 2, 64 << 10},
                                 {80, "A100", 108, 1.41, 32, 164 << 10},
                                 {86, "RTX 3090", 82, 1.70, 2, 100 << 10},
                                 {89, "RTX 4090", 128, 2.52, 2, 100 << 10},
                                 {90, "H200", 132, 1.98, 64, 228 << 10},
                                 {100, "B200", 148, 1.96, 64, 228 << 10},
                                 {120, "RTX 5090", 170, 2.41, 2, 100 << 10}};

static const Chip &chipOf(const GpuArch &arch) {
  const Chip *best = &chips[0];
  for (const Chip &chip : chips)
    if (chip.arch <= arch.number)
      best = &chip;
  return *best;
}

static void describeBound(raw_ostream &os, const Chip &chip,
                          const PairCost &cost) {
  double lanes = chip.arch <= 80 ? 64 : 128;
  std::pair<double, StringRef> units[] = {
      {cost.instructions / lanes, "instructions"},
      {cost.special / 16, "special functions"},
      {cost.f64 / chip.f64PerClock, "f64 arithmetic"}};
  auto [clocks, unit] = *llvm::max_element(units);
  double rate = chip.multiprocessors * chip.gigahertz * 1e9 / clocks;
  os << "; bound by " << unit << ": "
     << format("%.2e pairs/s on %s", rate, chip.name.data());
}

std::string describeGpuKernel(const GpuArch &arch, const PairCost &cost,
                              const Resources *resources, int64_t threads) {
  std::string text;
  raw_string_ostream os(text);
  const Chip &chip = chipOf(arch);
  os << "      " << arch.name() << ": ";
  if (resources) {
    // Registers are given out by 8 per thread, blocks keep 1 KiB for the
    // system.
    int64_t perThread = alignTo(std::max<int64_t>(resources->registers, 1), 8);
    int64_t blocks = std::min({65536 / (perThread * threads),
                               chip.sharedBytes / (resources->shared + 1024),
                               2048 / threads});
    os << resources->registers << " registers, " << resources->spilled
       << " bytes spilled, " << resources->shared << " bytes of shared memory, "
       << blocks << " blocks per multiprocessor ("
       << format("%.0f", 100.0 * static_cast<double>(blocks * threads) / 2048)
       << " % of its threads)";
  } else {
    os << "registers are the driver's choice";
  }
  if (cost.instructions > 0) {
    os << format("; per pair %.2f instructions, %.2f special functions, %.2f "
                 "bytes of shared memory",
                 cost.instructions, cost.special, cost.sharedBytes);
    describeBound(os, chip, cost);
  }
  os << '\n';
  return text;
}

} // namespace keops
