//===- Generators.cpp - rand(1000, 3, seed=1) and its kin -----------------===//
//
// Data for trials and benchmarks. The numbers come from SplitMix64 (Steele,
// Lea, Flood 2014), so a seed means the same on every machine.
//
//===----------------------------------------------------------------------===//

#include "Generators.h"

#include "keops/Compiler/CommandLine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace llvm;

namespace keops {

namespace {
class SplitMix64 {
public:
  explicit SplitMix64(uint64_t seed) : state(seed) {}
  uint64_t next() {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, 1), a multiple of 2^-bits: exact in a type with that many
  /// significant bits, so rounding never makes it 1.
  double uniform(int bits) {
    return std::ldexp(static_cast<double>(next() >> (64 - bits)), -bits);
  }

private:
  uint64_t state;
};

/// A call, taken apart.
struct Call {
  StringRef name;
  std::vector<int64_t> extents;
  int64_t seed = 0, low = 0, high = 0;
  bool hasHigh = false;
};
} // namespace

static const StringRef generatorNames[] = {"rand",  "randn", "randint",
                                           "zeros", "ones",  "arange"};

static Error wrong(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

bool isGeneratorCall(StringRef text) {
  auto [name, rest] = text.split('(');
  return rest.ends_with(")") && !name.empty() && isAlpha(name[0]) &&
         llvm::all_of(name, [](char c) { return isAlnum(c) || c == '_'; });
}

static Error parseKeyword(StringRef key, int64_t value, Call &call) {
  if (key == "seed") {
    call.seed = value;
  } else if (key == "low" && call.name == "randint") {
    call.low = value;
  } else if (key == "high" && call.name == "randint") {
    call.high = value;
    call.hasHigh = true;
  } else {
    return wrong("'" + call.name + "' has no parameter '" + key + "'" +
                 didYouMean(key, {"seed", "low", "high"}));
  }
  return Error::success();
}

static Error parseCall(StringRef text, Call &call) {
  auto [name, rest] = text.split('(');
  call.name = name;
  if (!is_contained(generatorNames, name))
    return wrong("there is no generator '" + name + "'" +
                 didYouMean(name, generatorNames));
  SmallVector<StringRef> words;
  rest.drop_back().split(words, ',', -1, /*KeepEmpty=*/false);
  for (StringRef word : words) {
    auto [key, number] = word.split('=');
    bool isKeyword = word.contains('=');
    StringRef digits = (isKeyword ? number : key).trim();
    int64_t value = 0;
    if (digits.getAsInteger(10, value))
      return wrong("'" + digits + "' in '" + text + "' is no integer");
    if (isKeyword) {
      if (Error error = parseKeyword(key.trim(), value, call))
        return error;
    } else {
      call.extents.push_back(value);
    }
  }
  if (call.extents.empty() || (name == "arange" && call.extents.size() > 1))
    return wrong("'" + text + "' names no shape; write " + name + "(" +
                 (name == "arange" ? "1000" : "1000, 3") + ")");
  if (name == "randint" && (!call.hasHigh || call.high <= call.low))
    return wrong("'" + text + "' needs high=H, above low");
  return Error::success();
}

/// Two independent normal numbers from two uniform ones (Box and Muller).
static std::pair<double, double> normalPair(SplitMix64 &random) {
  double radius = std::sqrt(-2 * std::log1p(-random.uniform(53)));
  double angle = 6.283185307179586 * random.uniform(53);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

static int uniformBits(KernelArray::Type type) {
  switch (type) {
  case KernelArray::Type::F16:
    return 11;
  case KernelArray::Type::BF16:
    return 8;
  case KernelArray::Type::F32:
    return 24;
  default:
    return 53;
  }
}

static void fill(const Call &call, int64_t count, Array &array) {
  SplitMix64 random(static_cast<uint64_t>(call.seed));
  if (call.name == "rand") {
    int bits = uniformBits(array.type);
    for (int64_t i = 0; i < count; ++i)
      storeReal(array, i, random.uniform(bits));
  } else if (call.name == "randn") {
    for (int64_t i = 0; i < count; i += 2) {
      auto [first, second] = normalPair(random);
      storeReal(array, i, first);
      if (i + 1 < count)
        storeReal(array, i + 1, second);
    }
  } else if (call.name == "randint") {
    uint64_t range = static_cast<uint64_t>(call.high - call.low);
    for (int64_t i = 0; i < count; ++i)
      storeInteger(array, i,
                   call.low + static_cast<int64_t>(random.next() % range));
  } else {
    for (int64_t i = 0; i < count; ++i)
      storeInteger(array, i, call.name == "arange" ? i : call.name == "ones");
  }
}

Expected<Array> generate(StringRef text, KernelArray::Type type) {
  Call call;
  if (Error error = parseCall(text, call))
    return error;
  bool isReal = call.name == "rand" || call.name == "randn";
  if (isReal && isIntegerType(type))
    return wrong("'" + call.name +
                 "' makes reals, and the variable is an integer (" +
                 typeName(type) + "); use randint(..., high=H)");
  Array array;
  array.type = type;
  array.shape = call.extents;
  int64_t count = elementsOf(array.shape, typeBytes(type));
  if (count < 0 || !fitsMemory(count * typeBytes(type)))
    return wrong("the shape " + array.shapeText() +
                 " needs more memory than this machine has");
  array.bytes.resize(count * typeBytes(type));
  fill(call, count, array);
  return array;
}

} // namespace keops
