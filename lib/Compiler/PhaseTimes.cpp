//===- PhaseTimes.cpp - where the time of a compilation goes --------------===//

#include "keops/Compiler/Compiler.h"

#include "llvm/Support/Format.h"

using namespace llvm;

namespace keops {

void PhaseTimes::start(StringRef phase) {
  stop();
  phases.push_back({phase.str()});
  begin = Clock::now();
  running = true;
}

void PhaseTimes::stop() {
  if (!running)
    return;
  std::chrono::duration<double, std::milli> spent = Clock::now() - begin;
  phases.back().milliseconds = spent.count();
  running = false;
}

void PhaseTimes::print(raw_ostream &os) const {
  double total = 0;
  for (const Phase &phase : phases)
    total += phase.milliseconds;
  for (const Phase &phase : phases)
    os << format("%9.2f ms  %3.0f%%  ", phase.milliseconds,
                 total > 0 ? 100 * phase.milliseconds / total : 0.0)
       << phase.name << '\n';
  os << format("%9.2f ms  100%%  total\n", total);
}

} // namespace keops
