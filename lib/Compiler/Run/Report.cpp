//===- Report.cpp - calling, timing and showing ---------------------------===//

#include "Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"

#include <chrono>

using namespace llvm;

namespace keops {

using Clock = std::chrono::steady_clock;

static double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

namespace {
/// A line that says how far the call is, once it has run for a second.
class ProgressLine {
public:
  static int update(void *context, double fraction) {
    auto &line = *static_cast<ProgressLine *>(context);
    if (secondsSince(line.begin) < 1)
      return 0;
    errs() << format("\r%5.1f%%", 100 * fraction);
    errs().flush();
    line.isShown = true;
    return 0;
  }
  ~ProgressLine() {
    if (isShown)
      errs() << "\r       \r";
  }

private:
  Clock::time_point begin = Clock::now();
  bool isShown = false;
};
} // namespace

Error runRepeatedly(const LoadedKernel &kernel, const BoundCall &call,
                    ArrayRef<void *> arrays, const keops_options &base,
                    int repeat, RunReport &report) {
  bool isTerminal = sys::Process::StandardErrIsDisplayed();
  for (int i = 0; i < repeat; ++i) {
    ProgressLine line;
    keops_options options = base;
    if (isTerminal) {
      options.progress = ProgressLine::update;
      options.progress_context = &line;
    }
    Clock::time_point begin = Clock::now();
    keops_status status = kernel.call(&options, call.ni, call.nj, arrays);
    report.seconds.push_back(secondsSince(begin));
    if (status != KEOPS_OK)
      return fail(ExitStatus::Usage, Twine(keops_status_string(status)) + ": " +
                                         keops_last_error());
  }
  return Error::success();
}

void printReport(raw_ostream &os, StringRef kernel, const BoundCall &call,
                 const RunReport &report) {
  std::vector<double> sorted = report.seconds;
  llvm::sort(sorted);
  double best = sorted.front();
  double pairs = static_cast<double>(call.ni) * static_cast<double>(call.nj);
  os << kernel << ": best "
     << format("%.3f ms, median %.3f ms of %d; %.3e pairs/s", 1e3 * best,
               1e3 * sorted[sorted.size() / 2], static_cast<int>(sorted.size()),
               best > 0 ? pairs / best : 0.0)
     << '\n';
}

void printArray(raw_ostream &os, StringRef name, const Array &array) {
  os << name << ' ' << typeName(array.type) << ' ' << array.shapeText() << '\n';
  // Rows of the first extent; a vector of a parameter is one row.
  constexpr int64_t shownRows = 5, shownColumns = 12;
  bool isTable = array.shape.size() > 1;
  int64_t rows = isTable ? array.shape[0] : 1;
  int64_t columns = rows ? array.size() / rows : 0;
  for (int64_t row = 0; row < rows; ++row) {
    if (rows > 2 * shownRows && row == shownRows) {
      os << "  ...\n";
      row = rows - shownRows;
    }
    os << ' ';
    for (int64_t column = 0; column < columns && column < shownColumns;
         ++column)
      os << ' ' << elementText(array, row * columns + column);
    os << (columns > shownColumns ? " ...\n" : "\n");
  }
}

} // namespace keops
