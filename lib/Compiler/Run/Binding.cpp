//===- Binding.cpp - arrays to the variables of a kernel ------------------===//

#include "keops/Compiler/Run/Binding.h"

#include "keops/Compiler/CommandLine.h"
#include "keops/Compiler/Outputs.h"
#include "keops/Compiler/Run/Npy.h"
#include "keops/Compiler/Run/Values.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace keops {

using Axis = KernelArray::Axis;

static Error usage(const Twine &message) {
  return fail(ExitStatus::Usage, message);
}

namespace {
/// An extent, and the argument that said so first.
struct Extent {
  int64_t value = -1;
  std::string saidBy;
  bool isKnown() const { return value >= 0; }
};

class Binder {
public:
  explicit Binder(const KernelSignature &kernel) : kernel(kernel) {}

  Expected<BoundCall> bind(ArrayRef<std::string> words);

private:
  Error splitWords(ArrayRef<std::string> words);
  Error takeExtent(StringRef name, StringRef text);
  Error checkMissing() const;
  Error bindOne(const KernelArray &variable, StringRef text);
  Expected<Array> load(const KernelArray &variable, StringRef text);
  Error checkShape(const KernelArray &variable, const Array &array);
  Error settleExtents();
  Error allocateResults();

  Extent &extentOf(Axis axis) { return axis == Axis::I ? ni : nj; }

  const KernelSignature &kernel;
  StringMap<std::string> given;
  Extent ni, nj;
  BoundCall call;
};
} // namespace

static bool isVariable(const KernelSignature &kernel, StringRef name) {
  return llvm::any_of(kernel.args, [&](const KernelArray &variable) {
    return variable.name == name;
  });
}

/// "x [ni, 3]": how messages and listings show a variable.
static std::string describe(const KernelArray &variable) {
  return variable.name + " " + variable.shape();
}

Error Binder::takeExtent(StringRef name, StringRef text) {
  int64_t value = 0;
  if (text.getAsInteger(10, value) || value < 0)
    return usage("'" + name + "=" + text + "': an extent is a number from 0");
  Extent &extent = name == "ni" ? ni : nj;
  extent = {value, (name + "=" + text).str()};
  return Error::success();
}

Error Binder::splitWords(ArrayRef<std::string> words) {
  for (StringRef word : words) {
    auto [name, text] = word.split('=');
    if (!word.contains('=') || name.empty())
      return usage("'" + word +
                   "' is no argument; write NAME=FILE.npy, "
                   "NAME=NUMBER or NAME=rand(1000, 3, seed=1)");
    bool isExtent = (name == "ni" || name == "nj") && !isVariable(kernel, name);
    if (isExtent) {
      if (Error error = takeExtent(name, text))
        return error;
      continue;
    }
    if (!isVariable(kernel, name)) {
      SmallVector<StringRef> names;
      for (const KernelArray &variable : kernel.args)
        names.push_back(variable.name);
      std::string hint = didYouMean(name, names);
      if (hint.empty())
        hint = "; its arguments are " + join(names, ", ");
      return usage("kernel '" + kernel.name + "' has no argument '" + name +
                   "'" + hint);
    }
    if (!given.try_emplace(name, text.str()).second)
      return usage("argument '" + name + "' is given twice");
  }
  return Error::success();
}

Error Binder::checkMissing() const {
  std::string missing;
  for (const KernelArray &variable : kernel.args)
    if (!given.count(variable.name))
      missing += (missing.empty() ? "" : ", ") + describe(variable);
  if (missing.empty())
    return Error::success();
  return usage("kernel '" + kernel.name + "' needs " + missing);
}

/// What to do about elements of another type than the variable's.
static std::string typeRepair(const KernelArray &variable,
                              KernelArray::Type given) {
  using Type = KernelArray::Type;
  auto numpyName = [](Type type) -> StringRef {
    switch (type) {
    case Type::F16:
      return "numpy.float16";
    case Type::BF16:
      return "ml_dtypes.bfloat16";
    case Type::F32:
      return "numpy.float32";
    case Type::F64:
      return "numpy.float64";
    case Type::I32:
      return "numpy.int32";
    case Type::I64:
      return "numpy.int64";
    }
    llvm_unreachable("unknown type");
  };
  bool bothReal = variable.type <= Type::F64 && given <= Type::F64;
  std::string repair =
      "; convert it with .astype(" + numpyName(variable.type).str() + ")";
  if (bothReal)
    repair += ", or compile with --dtype=" + typeName(given).str();
  return repair;
}

Expected<Array> Binder::load(const KernelArray &variable, StringRef text) {
  std::string which = "argument '" + variable.name + "': ";
  if (looksLikeValue(text)) {
    Expected<Array> value = parseValue(text, variable.type);
    if (!value)
      return usage(which + toString(value.takeError()));
    return value;
  }
  auto file = MemoryBuffer::getFile(text, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!file) {
    Error error = cannotRead(text, file.getError());
    std::string message;
    takeFailure(std::move(error), message);
    return fail(ExitStatus::File, which + message);
  }
  Expected<Array> array = parseNpy((*file)->getBuffer());
  if (!array)
    return fail(ExitStatus::File, which + "cannot read '" + text +
                                      "': " + toString(array.takeError()));
  if (array->type != variable.type)
    return usage(which + "expected " + typeName(variable.type) + " " +
                 variable.shape() + ", got " + typeName(array->type) + " " +
                 array->shapeText() + typeRepair(variable, array->type));
  return array;
}

/// Whether `shape` is that of a row: [3], [2, 2] or [4] for a matrix, nothing
/// or [1] for one element.
static bool isRowShape(const KernelArray &variable, ArrayRef<int64_t> shape) {
  if (shape == ArrayRef<int64_t>(variable.dims))
    return true;
  if (shape.empty())
    return variable.size() == 1;
  return shape.size() == 1 && shape[0] == variable.size();
}

Error Binder::checkShape(const KernelArray &variable, const Array &array) {
  ArrayRef<int64_t> shape = array.shape;
  std::string expected = variable.shape();
  if (variable.axis == Axis::Param) {
    // One row may also come as an array of one row.
    bool fits = isRowShape(variable, shape) ||
                (shape.size() > 1 && shape[0] == 1 &&
                 isRowShape(variable, shape.drop_front()));
    if (fits)
      return Error::success();
    return usage("argument '" + variable.name + "': expected shape " +
                 expected + " (a parameter), got " + array.shapeText());
  }
  Extent &extent = extentOf(variable.axis);
  bool fits = !shape.empty() && isRowShape(variable, shape.drop_front());
  if (fits && !extent.isKnown())
    extent = {shape[0], variable.name};
  if (fits && extent.value == shape[0])
    return Error::success();
  std::string why;
  if (extent.isKnown())
    why = " with n" + axisName(variable.axis).str() + " = " +
          std::to_string(extent.value) + " from '" + extent.saidBy + "'";
  return usage("argument '" + variable.name + "': expected shape " + expected +
               why + ", got " + array.shapeText());
}

Error Binder::bindOne(const KernelArray &variable, StringRef text) {
  Expected<Array> array = load(variable, text);
  if (!array)
    return array.takeError();
  if (Error error = checkShape(variable, *array))
    return error;
  call.args.push_back(std::move(*array));
  return Error::success();
}

/// An extent that no array has said: asked for where a result needs it,
/// and otherwise one row, which changes nothing.
Error Binder::settleExtents() {
  for (Axis axis : {Axis::I, Axis::J}) {
    Extent &extent = extentOf(axis);
    if (extent.isKnown())
      continue;
    for (const KernelArray &result : kernel.results)
      if (result.axis == axis)
        return usage("no argument of kernel '" + kernel.name +
                     "' says how many rows " + axisName(axis) + " has; give n" +
                     axisName(axis) + "=N");
    extent.value = 1;
  }
  return Error::success();
}

Error Binder::allocateResults() {
  for (const KernelArray &result : kernel.results) {
    Array array;
    array.type = result.type;
    array.shape = result.dims;
    if (result.axis != Axis::Param)
      array.shape.insert(array.shape.begin(), extentOf(result.axis).value);
    int64_t count = elementsOf(array.shape, typeBytes(array.type));
    if (count < 0 || !fitsMemory(count * typeBytes(array.type)))
      return usage("result '" + result.name + "' of shape " +
                   array.shapeText() +
                   " needs more memory than this machine has");
    array.bytes.resize(count * typeBytes(array.type));
    call.results.push_back(std::move(array));
  }
  return Error::success();
}

Expected<BoundCall> Binder::bind(ArrayRef<std::string> words) {
  if (Error error = splitWords(words))
    return error;
  if (Error error = checkMissing())
    return error;
  for (const KernelArray &variable : kernel.args)
    if (Error error = bindOne(variable, given[variable.name]))
      return error;
  if (Error error = settleExtents())
    return error;
  call.ni = ni.value;
  call.nj = nj.value;
  if (Error error = allocateResults())
    return error;
  return call;
}

Expected<BoundCall> bindArguments(const KernelSignature &kernel,
                                  ArrayRef<std::string> words) {
  return Binder(kernel).bind(words);
}

} // namespace keops
