//===- CallFuzzer.cpp - any arguments for a kernel ------------------------===//
//
// A libFuzzer harness over the C interface: bytes choose a kernel, extents,
// pointers (right, NULL, misaligned, overlapping) and every field of the
// options. Whatever they are, the call returns: with a result, or with a status
// and a sentence. Runtime/fuzz.test runs it for a while.
//
//===----------------------------------------------------------------------===//

#include "../Unit/Runtime/TestKernels.h"

#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

/// Reads choices off the input; zeros when it is used up.
struct Choices {
  const uint8_t *data;
  size_t size;

  uint8_t byte() {
    if (!size)
      return 0;
    --size;
    return *data++;
  }
  /// Mostly 0, so that most calls are spoilt in few places.
  bool rarely() { return byte() > 230; }
};

const keops_rt_kernel *const kernels[] = {
    &testSum,       &testBigSum,   &testArgmin, &testFullSum, &testFullArgmin,
    &testTwoPasses, &testSumOverI, &testMap,    &testOneRow};

/// In range of real arrays, or out of range of any.
int64_t chooseExtent(Choices &choices) {
  if (!choices.rarely())
    return choices.byte() % 100;
  const int64_t odd[] = {-1, INT64_MIN, INT64_MAX, INT64_MAX / 8,
                         INT64_C(1) << 60};
  return odd[choices.byte() % 5];
}

void *allocateOrFail(void *context, size_t bytes) {
  return *static_cast<bool *>(context) ? nullptr : std::malloc(bytes);
}

void release(void *, void *pointer, size_t) { std::free(pointer); }

int progress(void *context, double fraction) {
  if (fraction < 0 || fraction > 1)
    std::abort();
  return *static_cast<bool *>(context);
}

struct Call {
  keops_options options = KEOPS_OPTIONS_INIT;
  bool fails = false, cancels = false;
  std::vector<char> workspace;
  keops_ranges ranges = {0, nullptr, nullptr, nullptr};
  int64_t extent = 1;

  explicit Call(Choices &choices) {
    if (choices.rarely())
      options.size = choices.byte();
    if (choices.rarely())
      options.device = choices.byte() % 4 - 1;
    if (choices.rarely())
      options.ordinal = choices.byte() % 4 - 1;
    if (choices.rarely())
      options.location = choices.byte() % 5 - 1;
    if (choices.byte() % 2)
      options.threads = choices.byte() % 8 - 1;
    if (choices.byte() % 2)
      options.allocate = allocateOrFail;
    if (options.allocate || choices.rarely())
      options.release = release;
    fails = choices.rarely();
    options.allocator_context = &fails;
    if (choices.byte() % 4 == 0) {
      workspace.resize(size_t(choices.byte()) * 4096);
      options.workspace = workspace.data();
      options.workspace_bytes = workspace.size();
    }
    if (choices.byte() % 2)
      options.progress = progress;
    cancels = choices.rarely();
    options.progress_context = &cancels;
    if (choices.rarely())
      options.batch_dims = choices.byte() % 3 - 1;
    if (choices.rarely())
      options.batch_extents = &extent;
    if (choices.rarely())
      options.ranges_i = &ranges;
  }
};

/// Runs on one thread what it is given, sometimes backwards.
void runSerially(void *, int64_t count, keops_task_fn task, void *data) {
  for (int64_t k = count - 1; k >= 0; --k)
    task(data, k);
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  return keops_set_parallel_for(runSerially, nullptr, 3);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Choices choices = {data, size};
  const keops_rt_kernel &kernel = *kernels[choices.byte() % 9];
  int64_t ni = chooseExtent(choices), nj = chooseExtent(choices);
  Call call(choices);
  const keops_options *options = choices.rarely() ? nullptr : &call.options;

  // Each array has exactly its size, so that the sanitizer sees one step more.
  std::vector<std::vector<double>> arrays;
  std::vector<void *> args;
  for (int a = 0; a < kernel.num_args; ++a) {
    int32_t axis = kernel.args[a].axis;
    int64_t rows = axis == KEOPS_RT_I ? ni : axis == KEOPS_RT_J ? nj : 1;
    arrays.emplace_back(rows < 0 || rows > 100 ? 1 : rows, 1.0);
    args.push_back(arrays.back().data());
    if (choices.rarely())
      args.back() = nullptr;
    else if (args.back() && choices.rarely())
      args.back() = static_cast<char *>(args.back()) + 4;
    else if (choices.rarely() && kernel.args[a].is_output)
      args.back() = args.front();
  }

  size_t bytes = keops_rt_workspace_bytes_v1(&kernel, options, ni, nj);
  keops_status status = keops_rt_call_v1(&kernel, options, ni, nj, args.data());
  bool isSilent = status != KEOPS_OK && !*keops_last_error();
  bool isShort = status == KEOPS_ERROR_WORKSPACE_TOO_SMALL &&
                 call.options.workspace_bytes >= bytes;
  if (isSilent || isShort || !std::strcmp(keops_status_string(status), ""))
    std::abort();
  return 0;
}
